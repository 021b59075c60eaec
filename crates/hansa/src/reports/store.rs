//! What reports read, a page at a time.

use ledger::Instant;
use program::Timeline;
use program::decision::{Decision, Outcome};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::basis::Basis;
use super::journal::Dated;
use crate::facts::digest;

/// Members read at once.
pub const PAGE: u64 = 2_000;

/// How lots are added up in the database: by a quarter of an hour, because every local month begins at one.
pub const BUCKET_US: i64 = 900_000_000;

/// The ids of the next members with a stored state after one, in order.
pub async fn judged_page<C: ConnectionTrait>(conn: &C, after: &str) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT member_id FROM member_state WHERE member_id > $1 ORDER BY member_id LIMIT $2";
    let rows = query(conn, sql, [after.into(), i64::try_from(PAGE).unwrap_or(i64::MAX).into()]).await?;
    rows.iter().map(|row| row.try_get("", "member_id")).collect()
}

/// How far the stored state has been judged.
pub async fn stored_basis<C: ConnectionTrait>(conn: &C, timeline: &Timeline, now: Instant) -> Result<Basis, DbErr> {
    let sql = "SELECT COUNT(*) FILTER (WHERE due_at <= $1 OR timeline <> $2) AS behind, \
               MIN(due_at) FILTER (WHERE due_at <= $1) AS due_since FROM member_state";
    let rows = query(conn, sql, [now.0.into(), digest(timeline).into()]).await?;
    let Some(row) = rows.first() else {
        return Ok(Basis::Stored { now, behind: 0, due_since: None });
    };
    let behind: i64 = row.try_get("", "behind")?;
    let due_since: Option<i64> = row.try_get("", "due_since")?;
    Ok(Basis::Stored { now, behind: u64::try_from(behind).unwrap_or(0), due_since: due_since.map(Instant) })
}

/// The lots of one unit made within one [`BUCKET_US`], added up.
pub struct LotSum {
    /// The unit's id.
    pub unit: String,
    /// When they were made, to the bucket.
    pub made_at: Instant,
    /// The sums, in the unit's smallest step.
    pub sums: ledger::Cohort,
}

/// All stored lots, added up by unit and time.
pub async fn lot_sums<C: ConnectionTrait>(conn: &C) -> Result<Vec<LotSum>, DbErr> {
    // The sum of 64-bit integers is a decimal on PostgreSQL, hence the casts.
    let sql = "SELECT unit, created_at / 900000000 AS bucket, CAST(SUM(amount) AS BIGINT) AS issued, \
               CAST(SUM(available + reserved) AS BIGINT) AS outstanding, CAST(SUM(held) AS BIGINT) AS held, \
               CAST(SUM(spent) AS BIGINT) AS spent, CAST(SUM(expired) AS BIGINT) AS expired, \
               CAST(SUM(taken_back) AS BIGINT) AS taken_back FROM lot GROUP BY unit, created_at / 900000000";
    let rows = query(conn, sql, []).await?;
    let read = |row: &QueryResult| -> Result<LotSum, DbErr> {
        Ok(LotSum {
            unit: row.try_get("", "unit")?,
            made_at: Instant(row.try_get::<i64>("", "bucket")? * BUCKET_US),
            sums: ledger::Cohort {
                issued: row.try_get("", "issued")?,
                outstanding: row.try_get("", "outstanding")?,
                held: row.try_get("", "held")?,
                spent: row.try_get("", "spent")?,
                expired: row.try_get("", "expired")?,
                taken_back: row.try_get("", "taken_back")?,
            },
        })
    };
    rows.iter().map(read).collect()
}

/// What moved within one [`BUCKET_US`] between two accounts of a unit for one reason.
pub struct PostedSum {
    /// When, to the bucket.
    pub at: Instant,
    /// The unit's id.
    pub unit: String,
    /// The account it left.
    pub from: String,
    /// The account it reached.
    pub to: String,
    /// Why.
    pub reason: String,
    /// How many movements.
    pub transfers: u64,
    /// How much, in the unit's smallest step.
    pub amount: i64,
}

/// Every movement from one instant up to another, revisions as they were written, added up by time, unit, accounts and reason.
pub async fn posted<C: ConnectionTrait>(conn: &C, dated: Dated, from: Instant, to: Instant) -> Result<Vec<PostedSum>, DbErr> {
    let at = match dated {
        Dated::Posted => "recorded_at",
        Dated::Effective => "effective_at",
    };
    let sql = format!(
        "SELECT {at} / 900000000 AS bucket, unit, debit, credit, reason, COUNT(*) AS n, CAST(SUM(amount) AS BIGINT) AS amount \
         FROM transfer WHERE {at} >= $1 AND {at} <= $2 GROUP BY {at} / 900000000, unit, debit, credit, reason"
    );
    let rows = query(conn, &sql, [from.0.into(), to.0.into()]).await?;
    let read = |row: &QueryResult| -> Result<PostedSum, DbErr> {
        Ok(PostedSum {
            at: Instant(row.try_get::<i64>("", "bucket")? * BUCKET_US),
            unit: row.try_get("", "unit")?,
            from: row.try_get("", "debit")?,
            to: row.try_get("", "credit")?,
            reason: row.try_get("", "reason")?,
            transfers: u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or(0),
            amount: row.try_get("", "amount")?,
        })
    };
    rows.iter().map(read).collect()
}

/// The tier decisions in force of a page of members after `since` and up to `until`, with their members, in the order of both.
pub async fn tier_decisions<C: ConnectionTrait>(
    conn: &C,
    (first, last): (&str, &str),
    since: Instant,
    until: Instant,
) -> Result<Vec<(String, Decision)>, DbErr> {
    let sql = "SELECT member_id, key, revision, effective_at, version, rule, cause, body FROM decision \
               WHERE member_id >= $1 AND member_id <= $2 AND effective_at > $3 AND effective_at <= $4 AND rule LIKE 'track:%' \
               ORDER BY member_id, key, revision";
    let rows = query(conn, sql, [first.into(), last.into(), since.0.into(), until.0.into()]).await?;
    let mut found: Vec<(String, i64, Decision)> = Vec::new();
    for row in rows {
        let member: String = row.try_get("", "member_id")?;
        let revision: i64 = row.try_get("", "revision")?;
        let decision = decision(&row)?;
        // Of one decision only the latest revision counts.
        if found.last().is_some_and(|(other, _, before)| *other == member && before.key == decision.key) {
            found.pop();
        }
        found.push((member, revision, decision));
    }
    let mut standing: Vec<(String, Decision)> =
        found.into_iter().filter(|(_, revision, _)| revision % 2 == 0).map(|(member, _, decision)| (member, decision)).collect();
    // At one instant time passes before facts are judged.
    standing
        .sort_by(|(a, one), (b, other)| (a, one.at, one.cause.is_some(), &one.key).cmp(&(b, other.at, other.cause.is_some(), &other.key)));
    Ok(standing)
}

fn decision(row: &QueryResult) -> Result<Decision, DbErr> {
    let key: String = row.try_get("", "key")?;
    let unreadable = |why: &dyn std::fmt::Display| DbErr::Custom(format!("decision {key} cannot be read: {why}"));
    let outcome: Outcome = serde_json::from_str(&row.try_get::<String>("", "body")?).map_err(|error| unreadable(&error))?;
    let version = u32::try_from(row.try_get::<i64>("", "version")?).map_err(|error| unreadable(&error))?;
    Ok(Decision {
        at: Instant(row.try_get("", "effective_at")?),
        version,
        rule: row.try_get::<String>("", "rule")?.into(),
        cause: row.try_get::<Option<String>>("", "cause")?.map(Into::into),
        outcome,
        key,
    })
}

async fn query<C: ConnectionTrait, const N: usize>(conn: &C, sql: &str, values: [Value; N]) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}
