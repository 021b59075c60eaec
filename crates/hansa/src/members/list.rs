//! Finding members: pages of them, and who stands above whom.

use db::Dialect;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde::{Deserialize, Serialize};

use super::Member;
use super::store::{COLUMNS, read};
use crate::access::Scope;

/// How deep a company tree is followed.
const DEPTH_MAX: i64 = 8;

/// Who stands above a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lineage {
    /// Its parents, nearest first.
    pub parents: Vec<String>,
    /// The staff member in charge of it.
    pub account_manager: Option<String>,
}

/// Who stands above a member; nobody when it does not exist.
pub async fn lineage<C: ConnectionTrait>(conn: &C, id: &str) -> Result<Lineage, DbErr> {
    let sql = "WITH RECURSIVE above (id, parent_id, account_manager, depth) AS (\
               SELECT id, parent_id, account_manager, CAST(0 AS BIGINT) FROM member WHERE id = $1 \
               UNION ALL SELECT m.id, m.parent_id, m.account_manager, above.depth + 1 FROM above JOIN member AS m ON m.id = above.parent_id \
               WHERE above.depth < $2) SELECT id, account_manager FROM above ORDER BY depth";
    let values = [Value::from(id), DEPTH_MAX.into()];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let mut found = Lineage::default();
    for (place, row) in rows.iter().enumerate() {
        match place {
            0 => found.account_manager = row.try_get("", "account_manager")?,
            _ => found.parents.push(row.try_get("", "id")?),
        }
    }
    Ok(found)
}

/// By what a list is sorted; the id decides between equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By id.
    #[default]
    Id,
    /// By name, in the order of code points.
    Name,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of which enterprises.
    pub scope: Scope,
    /// Whether parents see their subsidiaries.
    pub shown_to_parents: bool,
    /// Words in the name or the registration number, or the beginning of the id.
    pub search: Option<String>,
    /// Fields that must be equal: the column and the value.
    pub equal: Vec<(&'static str, String)>,
    /// The tier that must be in force: track and tier.
    pub tier: Option<(String, String)>,
    /// A tag that it must have.
    pub tag: Option<String>,
    /// A custom field and the value, as it is stored, that it must have of it.
    pub custom: Option<(String, String)>,
    /// The order.
    pub sort: Sort,
    /// From the end.
    pub descending: bool,
    /// Entries after this one.
    pub after: Option<Place>,
    /// How many.
    pub limit: u64,
}

/// A place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The name of the entry, where the list is sorted by name.
    pub name: Option<String>,
    /// Its id.
    pub id: String,
}

/// A page of members, one more than asked for where there are more.
pub async fn list<C: ConnectionTrait>(conn: &C, wanted: &Wanted) -> Result<Vec<Member>, DbErr> {
    let dialect = Dialect::of(conn.get_database_backend());
    // By id the next of a region are found soonest along the ids; SQLite would fetch all of it from the index and sort.
    let along_ids = wanted.sort == Sort::Id && dialect == Dialect::Sqlite;
    let (mut sql, mut values) = selected(wanted, &COLUMNS.join(", "), dialect, if along_ids { "+" } else { "" });
    let (step, order) = if wanted.descending { ("<", "DESC") } else { (">", "ASC") };
    let mut put = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(after) = &wanted.after {
        match (wanted.sort, &after.name) {
            (Sort::Name, Some(name)) => {
                let (name, id) = (put(name.clone().into()), put(after.id.clone().into()));
                sql.push_str(&format!(" AND (name, id) {step} ({name}, {id})"));
            }
            _ => sql.push_str(&format!(" AND id {step} {}", put(after.id.clone().into()))),
        }
    }
    let by = match wanted.sort {
        Sort::Id => format!("id {order}"),
        Sort::Name => format!("name {order}, id {order}"),
    };
    let limit = put(i64::try_from(wanted.limit + 1).unwrap_or(i64::MAX).into());
    sql.push_str(&format!(" ORDER BY {by} LIMIT {limit}"));
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(read).collect()
}

/// How many there are in all.
pub async fn total<C: ConnectionTrait>(conn: &C, wanted: &Wanted) -> Result<u64, DbErr> {
    let (sql, values) = selected(wanted, "COUNT(*) AS n", Dialect::of(conn.get_database_backend()), "");
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or(0))
}

/// That the name or the registration number contains a text, or the id begins with it, whatever the case of its letters. Every member is looked at, so
/// it matters at a million of them how: without letters bytes are compared, which is the quickest; SQLite's `LIKE` knows no case of ASCII letters.
fn found(search: &str, dialect: Dialect, put: &mut impl FnMut(Value) -> String) -> String {
    if dialect == Dialect::Sqlite && !search.chars().any(|c| c.is_uppercase() || c.is_lowercase()) {
        let text = put(search.into());
        return format!("instr(name, {text}) > 0 OR instr(registration_number, {text}) > 0 OR instr(id, {text}) = 1");
    }
    let like = if dialect == Dialect::Sqlite { "LIKE" } else { "ILIKE" };
    let escaped = search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let (anywhere, begins) = (put(format!("%{escaped}%").into()), put(format!("{escaped}%").into()));
    let [name, number] = ["name", "registration_number"].map(|column| format!("{column} {like} {anywhere} ESCAPE '\\'"));
    format!("{name} OR {number} OR id {like} {begins} ESCAPE '\\'")
}

/// `unindexed` stands before those columns that many members share, where they are not to be found by their index (a `+` in SQLite).
fn selected(wanted: &Wanted, what: &str, dialect: Dialect, unindexed: &str) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    let mut put = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut sql = String::new();
    let seen = match &wanted.scope {
        Scope::Everybody => "1 = 1".to_owned(),
        Scope::Managed(manager) => format!("account_manager = {}", put(manager.clone().into())),
        Scope::Tree(own) if wanted.shown_to_parents => {
            let (own, depth) = (put(own.clone().into()), put(DEPTH_MAX.into()));
            sql.push_str(&format!(
                "WITH RECURSIVE tree (id, depth) AS (SELECT id, CAST(0 AS BIGINT) FROM member WHERE id = {own} \
                 UNION ALL SELECT m.id, tree.depth + 1 FROM tree JOIN member AS m ON m.parent_id = tree.id WHERE tree.depth < {depth}) "
            ));
            "id IN (SELECT id FROM tree)".to_owned()
        }
        Scope::Tree(own) => format!("id = {}", put(own.clone().into())),
    };
    sql.push_str(&format!("SELECT {what} FROM member WHERE {seen} AND merged_into IS NULL"));
    for (column, value) in &wanted.equal {
        let unindexed = if ["region", "industry"].contains(column) { unindexed } else { "" };
        sql.push_str(&format!(" AND {unindexed}{column} = {}", put(value.clone().into())));
    }
    if let Some((track, tier)) = &wanted.tier {
        let (track, tier) = (put(track.clone().into()), put(tier.clone().into()));
        sql.push_str(&format!(" AND id IN (SELECT member_id FROM member_tier WHERE track = {track} AND tier = {tier})"));
    }
    if let Some(tag) = &wanted.tag {
        sql.push_str(&format!(" AND id IN (SELECT member_id FROM member_tag WHERE tag = {})", put(tag.clone().into())));
    }
    if let Some((field, value)) = &wanted.custom {
        let (field, value) = (put(field.clone().into()), put(value.clone().into()));
        sql.push_str(&format!(" AND id IN (SELECT member_id FROM custom_value WHERE field_id = {field} AND value = {value})"));
    }
    if let Some(search) = &wanted.search {
        sql.push_str(&format!(" AND ({})", found(search, dialect, &mut put)));
    }
    (sql, values)
}
