//! The audit as rows.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Dialect, OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use sha2::{Digest, Sha256};

use super::{By, Entry};

/// A row of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted up from 1 without a gap.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: String,
    /// From where.
    pub address: Option<String>,
    /// In which request.
    pub request: Option<String>,
    /// What was done.
    pub action: String,
    /// About which enterprise.
    pub member: Option<String>,
    /// To what.
    pub subject: String,
    /// What it was.
    pub before: Option<String>,
    /// What it is now.
    pub after: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// SHA-256 over the hash before and everything above, base64url.
    pub hash: String,
}

pub const COLUMNS: [&str; 12] =
    ["seq", "at", "actor", "address", "request", "action", "member_id", "subject", "before", "after", "why", "hash"];

impl Row {
    pub fn new(seq: i64, by: By, entry: Entry, at: Instant, previous: &str) -> Row {
        let mut row = Row {
            seq,
            at,
            actor: by.actor,
            address: by.address,
            request: by.request,
            action: entry.action.to_owned(),
            member: entry.member,
            subject: entry.subject,
            before: entry.before,
            after: entry.after,
            why: entry.why,
            hash: String::new(),
        };
        row.hash = row.hashed(previous);
        row
    }

    /// The hash that the row should have after another. Every field goes in with its length, so that no two rows read alike.
    pub fn hashed(&self, previous: &str) -> String {
        let mut hasher = Sha256::new();
        let mut put = |field: Option<&str>| match field {
            Some(text) => {
                hasher.update((text.len() as u64 + 1).to_be_bytes());
                hasher.update(text.as_bytes());
            }
            None => hasher.update(0_u64.to_be_bytes()),
        };
        put(Some(previous));
        put(Some(&self.seq.to_string()));
        put(Some(&self.at.0.to_string()));
        put(Some(&self.actor));
        put(self.address.as_deref());
        put(self.request.as_deref());
        put(Some(&self.action));
        put(self.member.as_deref());
        put(Some(&self.subject));
        put(self.before.as_deref());
        put(self.after.as_deref());
        put(self.why.as_deref());
        URL_SAFE_NO_PAD.encode(hasher.finalize())
    }
}

/// The last number and hash. On PostgreSQL nobody else gets them until the transaction ends; SQLite has one writer anyway.
pub async fn lock_head<C: ConnectionTrait>(conn: &C) -> Result<(i64, String), DbErr> {
    let begin = "INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '') ON CONFLICT (id) DO NOTHING";
    conn.execute_raw(Statement::from_string(conn.get_database_backend(), begin)).await?;
    let lock = match Dialect::of(conn.get_database_backend()) {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE",
    };
    head_by(conn, lock).await
}

/// The last number and hash, without holding them.
pub async fn head<C: ConnectionTrait>(conn: &C) -> Result<(i64, String), DbErr> {
    head_by(conn, "").await
}

async fn head_by<C: ConnectionTrait>(conn: &C, lock: &str) -> Result<(i64, String), DbErr> {
    let sql = format!("SELECT seq, hash FROM audit_head WHERE id = 1{lock}");
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    row.map_or_else(|| Ok((0, String::new())), |row| Ok((row.try_get("", "seq")?, row.try_get("", "hash")?)))
}

pub async fn set_head<C: ConnectionTrait>(conn: &C, seq: i64, hash: &str) -> Result<(), DbErr> {
    let sql = "UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1";
    let values = [Value::from(seq), Value::from(hash)];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

pub async fn insert<C: ConnectionTrait>(conn: &C, rows: &[Row]) -> Result<(), DbErr> {
    let values = rows.iter().map(|row| {
        vec![
            row.seq.into(),
            row.at.0.into(),
            row.actor.clone().into(),
            row.address.clone().into(),
            row.request.clone().into(),
            row.action.clone().into(),
            row.member.clone().into(),
            row.subject.clone().into(),
            row.before.clone().into(),
            row.after.clone().into(),
            row.why.clone().into(),
            row.hash.clone().into(),
        ]
    });
    insert_rows(conn, "audit", &COLUMNS, values, OnConflict::Fail).await.map(drop)
}

/// What is asked of the audit.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Rows before this number; the latest when nothing is said.
    pub before: Option<i64>,
    /// About this enterprise.
    pub member: Option<String>,
    /// To this subject.
    pub subject: Option<String>,
    /// By this actor.
    pub actor: Option<String>,
    /// Of this action.
    pub action: Option<String>,
    /// How many.
    pub limit: u64,
}

/// Rows, the latest first.
pub async fn latest<C: ConnectionTrait>(conn: &C, wanted: &Wanted) -> Result<Vec<Row>, DbErr> {
    let mut sql = format!("SELECT {} FROM audit WHERE seq < $1", COLUMNS.join(", "));
    let mut values = vec![Value::from(wanted.before.unwrap_or(i64::MAX))];
    for (column, value) in
        [("member_id", &wanted.member), ("subject", &wanted.subject), ("actor", &wanted.actor), ("action", &wanted.action)]
    {
        if let Some(value) = value {
            values.push(value.clone().into());
            sql.push_str(&format!(" AND {column} = ${}", values.len()));
        }
    }
    values.push(i64::try_from(wanted.limit).unwrap_or(i64::MAX).into());
    sql.push_str(&format!(" ORDER BY seq DESC LIMIT ${}", values.len()));
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(read).collect()
}

/// Rows after a number, in their order.
pub async fn after<C: ConnectionTrait>(conn: &C, seq: i64, limit: i64) -> Result<Vec<Row>, DbErr> {
    let sql = format!("SELECT {} FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2", COLUMNS.join(", "));
    let values = [Value::from(seq), Value::from(limit)];
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Row, DbErr> {
    Ok(Row {
        seq: row.try_get("", "seq")?,
        at: Instant(row.try_get("", "at")?),
        actor: row.try_get("", "actor")?,
        address: row.try_get("", "address")?,
        request: row.try_get("", "request")?,
        action: row.try_get("", "action")?,
        member: row.try_get("", "member_id")?,
        subject: row.try_get("", "subject")?,
        before: row.try_get("", "before")?,
        after: row.try_get("", "after")?,
        why: row.try_get("", "why")?,
        hash: row.try_get("", "hash")?,
    })
}
