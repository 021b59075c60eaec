//! Verifications as rows.

use db::{Dialect, OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};

use super::{Case, Evidence, Level, Step};

pub(super) const COLUMNS: &[&str] = &[
    "id",
    "member_id",
    "level",
    "status",
    "reviewer",
    "opened_at",
    "opened_by",
    "deadline",
    "waiting_since",
    "decided_at",
    "decided_by",
    "reason",
    "expires_at",
    "appealed_at",
    "renews",
    "steps",
];
const EVIDENCE: &[&str] =
    &["id", "case_id", "member_id", "field", "value", "source", "observed_at", "expires_at", "file_id", "added_by", "added_at"];
const STEP: &[&str] = &["case_id", "seq", "member_id", "at", "actor", "act", "status", "note"];

/// Writes a case as it is.
pub(super) async fn put<C: ConnectionTrait>(conn: &C, case: &Case) -> Result<(), DbErr> {
    let text = |text: &Option<String>| Value::String(text.clone());
    let time = |at: Option<Instant>| Value::BigInt(at.map(|at| at.0));
    let row = vec![
        case.id.clone().into(),
        case.member.clone().into(),
        case.level.name().into(),
        case.status.name().into(),
        text(&case.reviewer),
        case.opened_at.0.into(),
        case.opened_by.clone().into(),
        case.deadline.0.into(),
        time(case.waiting_since),
        time(case.decided_at),
        text(&case.decided_by),
        text(&case.reason),
        time(case.expires_at),
        time(case.appealed_at),
        text(&case.renews),
        case.steps.into(),
    ];
    let on_conflict = OnConflict::Replace { keys: &["id"], columns: &COLUMNS[2..] };
    insert_rows(conn, "verification_case", COLUMNS, std::iter::once(row), on_conflict).await.map(drop)
}

pub(super) async fn add_step<C: ConnectionTrait>(conn: &C, case: &Case, step: &Step) -> Result<(), DbErr> {
    let row = vec![
        case.id.clone().into(),
        step.seq.into(),
        case.member.clone().into(),
        step.at.0.into(),
        step.actor.clone().into(),
        step.act.name().into(),
        step.status.name().into(),
        Value::String(step.note.clone()),
    ];
    insert_rows(conn, "verification_step", STEP, std::iter::once(row), OnConflict::Fail).await.map(drop)
}

pub(super) async fn add_evidence<C: ConnectionTrait>(conn: &C, new: &[Evidence]) -> Result<(), DbErr> {
    let rows = new.iter().map(|one| {
        vec![
            one.id.clone().into(),
            one.case.clone().into(),
            one.member.clone().into(),
            one.field.clone().into(),
            one.value.clone().into(),
            one.source.clone().into(),
            one.observed_at.0.into(),
            Value::BigInt(one.expires_at.map(|at| at.0)),
            Value::String(one.file.clone()),
            one.added_by.clone().into(),
            one.added_at.0.into(),
        ]
    });
    insert_rows(conn, "verification_evidence", EVIDENCE, rows, OnConflict::Fail).await.map(drop)
}

/// A case of a member. `held` keeps others from changing it until the transaction ends.
pub(super) async fn find<C: ConnectionTrait>(conn: &C, member: &str, id: &str, held: bool) -> Result<Option<Case>, DbErr> {
    // SQLite has one writer anyway.
    let lock = if held && Dialect::of(conn.get_database_backend()) == Dialect::Postgres { " FOR UPDATE" } else { "" };
    let sql = format!("SELECT {} FROM verification_case WHERE id = $1 AND member_id = $2{lock}", COLUMNS.join(", "));
    rows(conn, &sql, vec![id.into(), member.into()]).await?.first().map(read).transpose()
}

pub(super) async fn of_member<C: ConnectionTrait>(conn: &C, member: &str) -> Result<Vec<Case>, DbErr> {
    let sql = format!("SELECT {} FROM verification_case WHERE member_id = $1 ORDER BY opened_at DESC, id DESC", COLUMNS.join(", "));
    rows(conn, &sql, vec![member.into()]).await?.iter().map(read).collect()
}

/// Approved cases whose time is over, the longest first.
pub(super) async fn due<C: ConnectionTrait>(conn: &C, now: Instant, limit: i64) -> Result<Vec<Case>, DbErr> {
    let sql = format!(
        "SELECT {} FROM verification_case WHERE status = 'approved' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2",
        COLUMNS.join(", ")
    );
    rows(conn, &sql, vec![now.0.into(), limit.into()]).await?.iter().map(read).collect()
}

/// The highest level that is approved at an instant.
pub async fn in_force<C: ConnectionTrait>(conn: &C, member: &str, at: Instant) -> Result<Level, DbErr> {
    let sql =
        "SELECT level FROM verification_case WHERE member_id = $1 AND status = 'approved' AND (expires_at IS NULL OR expires_at > $2)";
    let found = rows(conn, sql, vec![member.into(), at.0.into()]).await?;
    let levels = found.iter().map(|row| row.try_get::<String>("", "level").and_then(|text| word(&text)));
    Ok(levels.collect::<Result<Vec<Level>, _>>()?.into_iter().max().unwrap_or(Level::None))
}

pub(super) async fn evidence<C: ConnectionTrait>(conn: &C, case: &str) -> Result<Vec<Evidence>, DbErr> {
    let sql = format!("SELECT {} FROM verification_evidence WHERE case_id = $1 ORDER BY added_at, id", EVIDENCE.join(", "));
    let found = rows(conn, &sql, vec![case.into()]).await?;
    found.iter().map(read_evidence).collect()
}

pub(super) async fn steps<C: ConnectionTrait>(conn: &C, case: &str) -> Result<Vec<Step>, DbErr> {
    let sql = format!("SELECT {} FROM verification_step WHERE case_id = $1 ORDER BY seq", STEP.join(", "));
    let found = rows(conn, &sql, vec![case.into()]).await?;
    let step = |row: &QueryResult| {
        Ok(Step {
            seq: row.try_get("", "seq")?,
            at: Instant(row.try_get("", "at")?),
            actor: row.try_get("", "actor")?,
            act: word(&row.try_get::<String>("", "act")?)?,
            status: word(&row.try_get::<String>("", "status")?)?,
            note: row.try_get("", "note")?,
        })
    };
    found.iter().map(step).collect()
}

/// Whether evidence names a file.
pub async fn names_file<C: ConnectionTrait>(conn: &C, file: &str) -> Result<bool, DbErr> {
    let sql = "SELECT 1 AS one FROM verification_evidence WHERE file_id = $1";
    Ok(!rows(conn, sql, vec![file.into()]).await?.is_empty())
}

pub(super) async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}

fn word<T: std::str::FromStr>(text: &str) -> Result<T, DbErr> {
    text.parse().map_err(|_| DbErr::Custom(format!("a verification with an unknown word `{text}`")))
}

pub(super) fn read(row: &QueryResult) -> Result<Case, DbErr> {
    let time = |name: &str| row.try_get::<Option<i64>>("", name).map(|at| at.map(Instant));
    Ok(Case {
        id: row.try_get("", "id")?,
        member: row.try_get("", "member_id")?,
        level: word(&row.try_get::<String>("", "level")?)?,
        status: word(&row.try_get::<String>("", "status")?)?,
        reviewer: row.try_get("", "reviewer")?,
        opened_at: Instant(row.try_get("", "opened_at")?),
        opened_by: row.try_get("", "opened_by")?,
        deadline: Instant(row.try_get("", "deadline")?),
        waiting_since: time("waiting_since")?,
        decided_at: time("decided_at")?,
        decided_by: row.try_get("", "decided_by")?,
        reason: row.try_get("", "reason")?,
        expires_at: time("expires_at")?,
        appealed_at: time("appealed_at")?,
        renews: row.try_get("", "renews")?,
        steps: row.try_get("", "steps")?,
    })
}

fn read_evidence(row: &QueryResult) -> Result<Evidence, DbErr> {
    Ok(Evidence {
        id: row.try_get("", "id")?,
        case: row.try_get("", "case_id")?,
        member: row.try_get("", "member_id")?,
        field: row.try_get("", "field")?,
        value: row.try_get("", "value")?,
        source: row.try_get("", "source")?,
        observed_at: Instant(row.try_get("", "observed_at")?),
        expires_at: row.try_get::<Option<i64>>("", "expires_at")?.map(Instant),
        file: row.try_get("", "file_id")?,
        added_by: row.try_get("", "added_by")?,
        added_at: Instant(row.try_get("", "added_at")?),
    })
}
