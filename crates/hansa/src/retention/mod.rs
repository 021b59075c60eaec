//! What names people is not kept for ever: the rules of the [settings](crate::settings), done by a job every day.
//!
//! Each rule is one condition, which counts beforehand and finds afterwards. Whoever is found is looked at again in the transaction that erases, so that
//! somebody who has come back meanwhile stays. Every erasure stands in the audit, with the rule as its reason.

use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, Value};
use serde_json::json;

use crate::app::{App, AppError};
use crate::audit::By;
use crate::settings::view::RetentionView;
use crate::settings::{self, Retention};
use crate::{files, people, privacy};

const DAY_US: i64 = 24 * 3_600_000_000;
/// Erased in one transaction.
const PAGE: i64 = 100;

/// Contacts of enterprises about which nothing happened since `$1`, who were not written since, and who do not sign in.
const CONTACTS: &str = "FROM contact AS c WHERE c.updated_at < $1 \
    AND NOT EXISTS (SELECT 1 FROM personal_key AS k WHERE k.subject = 'contact:' || c.id AND k.destroyed_at IS NOT NULL) \
    AND NOT EXISTS (SELECT 1 FROM fact AS f WHERE f.member_id IN (SELECT m.id FROM member AS m WHERE m.id = c.member_id OR m.merged_into = c.member_id) \
        AND f.occurred_at >= $1) \
    AND NOT EXISTS (SELECT 1 FROM person AS p WHERE p.contact_id = c.id AND COALESCE(p.signed_in_at, p.created_at) >= $1)";

/// People of enterprises who have not signed in since `$1`.
const PEOPLE: &str = "FROM person AS c WHERE c.member_id IS NOT NULL AND COALESCE(c.signed_in_at, c.created_at) < $1 \
    AND NOT EXISTS (SELECT 1 FROM personal_key AS k WHERE k.subject = 'person:' || c.id AND k.destroyed_at IS NOT NULL)";

/// Documents that verifications name, all of which were decided before `$1`.
const DOCUMENTS: &str = "FROM file AS c WHERE c.removed_at IS NULL \
    AND EXISTS (SELECT 1 FROM verification_evidence AS e WHERE e.file_id = c.id) \
    AND NOT EXISTS (SELECT 1 FROM verification_evidence AS e JOIN verification_case AS v ON v.id = e.case_id WHERE e.file_id = c.id \
        AND (v.status IN ('open', 'waiting', 'appealed') OR COALESCE(v.decided_at, v.opened_at) >= $1))";

/// How much the rules would erase now.
///
/// # Errors
/// When the database fails.
pub async fn due<C: ConnectionTrait>(conn: &C, rules: &Retention, now: Instant) -> Result<RetentionView, DbErr> {
    let count = async |condition: &str, days: Option<u32>| {
        let Some(days) = days else { return Ok(0) };
        let found = rows(conn, &format!("SELECT COUNT(*) AS n {condition}"), vec![since(days, now).into()]).await?;
        found.first().map_or(Ok(0), |row| row.try_get("", "n"))
    };
    Ok(RetentionView {
        contacts: count(CONTACTS, rules.contacts_days).await?,
        people: count(PEOPLE, rules.people_days).await?,
        documents: count(DOCUMENTS, rules.documents_days).await?,
    })
}

/// Erases what the rules say; how much.
///
/// # Errors
/// When the database or the folder of files fails; what was erased before stays so.
pub async fn keep_rules(app: &App) -> Result<serde_json::Value, AppError> {
    let rules = settings::current(app.db.read()).await?.retention;
    let contacts = erased(app, CONTACTS, rules.contacts_days, What::Contact).await?;
    let people = erased(app, PEOPLE, rules.people_days, What::Person).await?;
    let documents = erased(app, DOCUMENTS, rules.documents_days, What::Document).await?;
    Ok(json!({ "contacts": contacts, "people": people, "documents": documents }))
}

#[derive(Clone, Copy)]
enum What {
    Contact,
    Person,
    Document,
}

async fn erased(app: &App, condition: &str, days: Option<u32>, what: What) -> Result<u64, AppError> {
    let Some(days) = days else { return Ok(0) };
    let (mut gone, mut after) = (0, String::new());
    let (now, by, why) = (app.now(), &By::machine(Some("hansa")), &format!("kept for {days} days by the settings"));
    loop {
        let from = &after;
        let _held = match (&app.files, what) {
            (Some(folder), What::Document) => Some(folder.held().await),
            _ => None,
        };
        let found = app.db.write(|tx| async move {
            let sql = format!("SELECT c.id, c.member_id {condition} AND c.id > $2 ORDER BY c.id LIMIT $3");
            let found = rows(&tx, &sql, vec![since(days, now).into(), from.as_str().into(), PAGE.into()]).await?;
            let found = found.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "member_id")?)));
            let found = found.collect::<Result<Vec<(String, String)>, DbErr>>()?;
            for (id, member) in &found {
                match what {
                    What::Contact => drop(privacy::erase_contact(&tx, app, member, id, by, why).await?),
                    What::Person => {
                        if let Some(person) = people::by_id(&tx, &app.vault, id).await? {
                            privacy::erase_person(&tx, app, &person, by, why).await?;
                        }
                    }
                    What::Document => files::remove_kept(&tx, id, by, why, now).await?,
                }
            }
            Ok::<_, AppError>(found)
        });
        let found = found.await?;
        let Some((last, _)) = found.last() else { break };
        after.clone_from(last);
        gone += found.len() as u64;
    }
    if matches!(what, What::Document) && gone > 0 {
        files::sweep(app, app.now()).await?;
    }
    Ok(gone)
}

fn since(days: u32, now: Instant) -> i64 {
    now.0.saturating_sub(i64::from(days) * DAY_US)
}

async fn rows<C: ConnectionTrait>(conn: &C, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await
}
