//! Members as rows.

use std::collections::{BTreeSet, HashMap};

use db::{Dialect, OnConflict, insert_rows, select_in};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::Member;
use crate::duplicates;

pub(super) const COLUMNS: &[&str] = &[
    "id",
    "name",
    "registration_number",
    "country",
    "region",
    "industry",
    "employees",
    "parent_id",
    "account_manager",
    "credit_limit_minor",
    "currency",
    "registered_at",
    "created_at",
    "updated_at",
];

/// What writing members came to: their state before, for those that were new or changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// New ones.
    pub created: Vec<String>,
    /// Changed ones, as they were.
    pub changed: Vec<Member>,
    /// Equal to what was there.
    pub same: u64,
}

/// Creates or changes members. A field that is not given stays as it was; who was merged into another stays as it is.
pub async fn put<C: ConnectionTrait>(conn: &C, members: &[Member], now: Instant) -> Result<Written, DbErr> {
    let known = find(conn, members.iter().map(|member| member.id.as_str())).await?;
    let gone = merged(conn, members.iter().map(|member| member.id.as_str()).filter(|id| !known.contains_key(*id))).await?;
    let mut written = Written::default();
    let mut latest: HashMap<&str, Member> = HashMap::new();
    written.same += members.iter().filter(|member| gone.contains_key(&member.id)).count() as u64;
    for member in members.iter().filter(|member| !gone.contains_key(&member.id)) {
        let before = latest.get(member.id.as_str()).or_else(|| known.get(&member.id));
        let after = before.map_or_else(|| member.clone(), |before| overlaid(before, member));
        match known.get(&member.id) {
            None if !latest.contains_key(member.id.as_str()) => written.created.push(member.id.clone()),
            Some(before) if *before == after => written.same += 1,
            Some(before) if !written.changed.iter().any(|changed| changed.id == before.id) => written.changed.push(before.clone()),
            _ => {}
        }
        latest.insert(&member.id, after);
    }
    let mut rows: Vec<&Member> = latest.values().filter(|after| known.get(&after.id) != Some(after)).collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    let keep: Vec<&str> = COLUMNS.iter().copied().filter(|column| !["id", "created_at"].contains(column)).collect();
    let on_conflict = OnConflict::Replace { keys: &["id"], columns: &keep };
    insert_rows(conn, "member", COLUMNS, rows.iter().map(|member| row(member, now)), on_conflict).await?;
    let named = |after: &&Member| known.get(&after.id).is_none_or(|before| before.name != after.name);
    duplicates::keep(conn, &rows.into_iter().filter(named).collect::<Vec<_>>()).await?;
    Ok(written)
}

/// Puts members back to what they were, every field.
pub async fn reset<C: ConnectionTrait>(conn: &C, members: &[Member], now: Instant) -> Result<(), DbErr> {
    let keep: Vec<&str> = COLUMNS.iter().copied().filter(|column| !["id", "created_at"].contains(column)).collect();
    let on_conflict = OnConflict::Replace { keys: &["id"], columns: &keep };
    insert_rows(conn, "member", COLUMNS, members.iter().map(|member| row(member, now)), on_conflict).await?;
    duplicates::keep(conn, &members.iter().collect::<Vec<_>>()).await
}

/// The members of these ids that exist and were not merged into others.
pub async fn find<'a, C: ConnectionTrait>(conn: &C, ids: impl Iterator<Item = &'a str>) -> Result<HashMap<String, Member>, DbErr> {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let sql = format!("SELECT {} FROM member WHERE id IN {{keys}} AND merged_into IS NULL", COLUMNS.join(", "));
    let rows = select_in(conn, &sql, &[], ids.into_iter().map(Value::from)).await?;
    rows.iter().map(|row| read(row).map(|member| (member.id.clone(), member))).collect()
}

/// The members of these ids that exist and were not merged into others, by id. On PostgreSQL nobody else changes them until the transaction ends.
pub async fn hold<'a, C: ConnectionTrait>(conn: &C, ids: impl Iterator<Item = &'a str>) -> Result<Vec<Member>, DbErr> {
    let ids: BTreeSet<&str> = ids.collect();
    let held = match Dialect::of(conn.get_database_backend()) {
        Dialect::Sqlite => "",
        Dialect::Postgres => " ORDER BY id FOR UPDATE",
    };
    let sql = format!("SELECT {} FROM member WHERE id IN {{keys}} AND merged_into IS NULL{held}", COLUMNS.join(", "));
    let rows = select_in(conn, &sql, &[], ids.into_iter().map(Value::from)).await?;
    let mut members = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    members.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(members)
}

/// Into whom members of these ids were merged; of those who were not there is no entry.
pub async fn merged<'a, C: ConnectionTrait>(conn: &C, ids: impl Iterator<Item = &'a str>) -> Result<HashMap<String, String>, DbErr> {
    let sql = "SELECT id, merged_into FROM member WHERE id IN {keys} AND merged_into IS NOT NULL";
    let ids: BTreeSet<&str> = ids.collect();
    let rows = select_in(conn, sql, &[], ids.into_iter().map(Value::from)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "merged_into")?))).collect()
}

/// Who was merged into these members: into whom, by id.
pub async fn absorbed<'a, C: ConnectionTrait>(conn: &C, ids: impl Iterator<Item = &'a str>) -> Result<HashMap<String, String>, DbErr> {
    let sql = "SELECT id, merged_into FROM member WHERE merged_into IN {keys}";
    let rows = select_in(conn, sql, &[], ids.map(Value::from)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "merged_into")?))).collect()
}

/// The ids under which facts of a member stand: its own, and those of members that were merged into it.
pub async fn ids_of<C: ConnectionTrait>(conn: &C, member: &str) -> Result<Vec<String>, DbErr> {
    let mut ids: Vec<String> = absorbed(conn, std::iter::once(member)).await?.into_keys().collect();
    ids.sort_unstable();
    ids.insert(0, member.to_owned());
    Ok(ids)
}

/// The condition that a column names one of these ids, whose values are `$first` and those that follow. One id is as good as `=`.
pub fn among(column: &str, first: usize, ids: &[String]) -> String {
    let places: Vec<String> = (first..first + ids.len()).map(|place| format!("${place}")).collect();
    format!("{column} IN ({})", places.join(", "))
}

/// The ids of members after one, in order of ids: to walk over all of them page by page.
pub async fn page<C: ConnectionTrait>(conn: &C, after: &str, size: u64) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT id FROM member WHERE id > $1 ORDER BY id LIMIT $2";
    let values = [Value::from(after.to_owned()), Value::from(i64::try_from(size).unwrap_or(i64::MAX))];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(|row| row.try_get("", "id")).collect()
}

/// How many members there are.
pub async fn count<C: ConnectionTrait>(conn: &C) -> Result<u64, DbErr> {
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), "SELECT COUNT(*) AS n FROM member")).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or(0))
}

/// Removes members that nothing refers to; the others stay. Returns how many are gone.
pub async fn remove_unused<C: ConnectionTrait>(conn: &C, ids: &[String]) -> Result<u64, DbErr> {
    let mut gone = 0;
    for id in ids {
        let sql = "DELETE FROM member WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM fact WHERE member_id = $1) \
                   AND NOT EXISTS (SELECT 1 FROM contact WHERE member_id = $1) \
                   AND NOT EXISTS (SELECT 1 FROM registration WHERE member_id = $1) AND NOT EXISTS (SELECT 1 FROM file WHERE member_id = $1) \
                   AND NOT EXISTS (SELECT 1 FROM verification_case WHERE member_id = $1) AND NOT EXISTS (SELECT 1 FROM custom_value WHERE member_id = $1) \
                   AND NOT EXISTS (SELECT 1 FROM member_tag WHERE member_id = $1) AND NOT EXISTS (SELECT 1 FROM member AS child WHERE child.parent_id = $1) \
                   AND NOT EXISTS (SELECT 1 FROM member_merge WHERE source_id = $1 OR survivor_id = $1)";
        let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(id.clone())])).await?;
        if done.rows_affected() > 0 {
            duplicates::forget(conn, id).await?;
        }
        gone += done.rows_affected();
    }
    Ok(gone)
}

fn overlaid(before: &Member, new: &Member) -> Member {
    let text = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
    Member {
        id: before.id.clone(),
        name: if new.name.is_empty() { before.name.clone() } else { new.name.clone() },
        registration_number: text(&new.registration_number, &before.registration_number),
        country: text(&new.country, &before.country),
        region: text(&new.region, &before.region),
        industry: text(&new.industry, &before.industry),
        employees: new.employees.or(before.employees),
        parent: text(&new.parent, &before.parent),
        account_manager: text(&new.account_manager, &before.account_manager),
        credit_limit_minor: new.credit_limit_minor.or(before.credit_limit_minor),
        currency: text(&new.currency, &before.currency),
        registered_at: new.registered_at.or(before.registered_at),
    }
}

fn row(member: &Member, now: Instant) -> Vec<Value> {
    let text = |text: &Option<String>| Value::String(text.clone());
    let name = if member.name.is_empty() { &member.id } else { &member.name };
    vec![
        member.id.clone().into(),
        name.clone().into(),
        text(&member.registration_number),
        text(&member.country),
        text(&member.region),
        text(&member.industry),
        member.employees.into(),
        text(&member.parent),
        text(&member.account_manager),
        member.credit_limit_minor.into(),
        text(&member.currency),
        member.registered_at.map(|at| at.0).into(),
        now.0.into(),
        now.0.into(),
    ]
}

pub(super) fn read(row: &QueryResult) -> Result<Member, DbErr> {
    Ok(Member {
        id: row.try_get("", "id")?,
        name: row.try_get("", "name")?,
        registration_number: row.try_get("", "registration_number")?,
        country: row.try_get("", "country")?,
        region: row.try_get("", "region")?,
        industry: row.try_get("", "industry")?,
        employees: row.try_get("", "employees")?,
        parent: row.try_get("", "parent_id")?,
        account_manager: row.try_get("", "account_manager")?,
        credit_limit_minor: row.try_get("", "credit_limit_minor")?,
        currency: row.try_get("", "currency")?,
        registered_at: row.try_get::<Option<i64>>("", "registered_at")?.map(Instant),
    })
}
