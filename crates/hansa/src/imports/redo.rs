//! What an undo took back counts again when the same file is imported again.
//!
//! An undo retracts a fact of its import by a fact `import:undo:seq`, named after the import and the number of the retracted fact. The
//! retraction is itself retracted by `hansa:redo:seq`, named after the number of the retraction, and then the first fact counts again
//! ([`program::history::in_force`]). That retraction belongs to the import that made it, so undoing that import retracts it in turn, and
//! so on: a chain in which every name follows from the link before. Nothing can be doubled, because a name is used once.
//! What somebody else corrected or retracted is left alone: only the undo's own retractions are looked at.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use db::select_in;
use ledger::Instant;
use program::expr::Value as Field;
use program::fact::{Body, Fact, Kind};
use program::{Mode, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Value};

use crate::facts::{FactError, record};

/// The source of the facts that bring others back.
pub const SOURCE: &str = "redo";

/// The id of the fact by which an undo retracts the fact of this number.
pub fn undo_id(import: &str, seq: i64) -> String {
    format!("{import}:undo:{seq}")
}

/// The id of the fact that brings back what the retraction of this number took.
fn redo_id(seq: i64) -> String {
    format!("hansa:redo:{seq}")
}

/// Brings those of the facts back that an undo retracted; for each of them, whether it worked. `facts` are ids with their members,
/// locked by the caller's transaction.
pub async fn bring_back<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    facts: Vec<(Arc<str>, Arc<str>)>,
    now: Instant,
    import: &str,
    stamp: Option<&str>,
) -> Result<HashMap<Arc<str>, Result<(), FactError>>, DbErr> {
    let mut seen = HashSet::new();
    let links = facts.into_iter().filter(|(id, _)| seen.insert(id.clone()));
    let links = links.map(|(id, member)| Link { at: id.to_string(), fact: id, member }).collect();
    let retracted = retracted(conn, links).await?;
    let kind = Kind::named("fact.retracted");
    let reason = Field::Text(format!("import {import} brought it back").into());
    let body = Body::build(kind, &[("reason", reason)], Vec::new()).map_err(|error| DbErr::Custom(error.to_string()))?;
    let again = |(link, seq): &(Link, i64)| Fact {
        id: redo_id(*seq).into(),
        member: link.member.clone(),
        kind,
        occurred_at: now,
        recorded_at: now,
        source: SOURCE.into(),
        actor: None,
        corrects: Some(link.at.as_str().into()),
        body: body.clone(),
    };
    let answers = record(conn, timeline, retracted.iter().map(again).collect(), Mode::Recorded, now, stamp).await?;
    Ok(retracted.into_iter().zip(answers).map(|((link, _), answer)| (link.fact, answer.map(drop))).collect())
}

/// How far the chain of one fact has been followed.
struct Link {
    /// The fact of the file.
    fact: Arc<str>,
    member: Arc<str>,
    /// The id of the last link found.
    at: String,
}

/// The facts whose chains end in an undo's retraction, each with the number of that retraction.
async fn retracted<C: ConnectionTrait>(conn: &C, mut links: Vec<Link>) -> Result<Vec<(Link, i64)>, DbErr> {
    let mut ended = Vec::new();
    while !links.is_empty() {
        // Links that count belong to an import; only an undo of it can have retracted them.
        let counting = numbers(conn, links.iter().map(|link| link.at.clone())).await?;
        for link in &mut links {
            link.at = match counting.get(&link.at) {
                Some((seq, Some(import))) => undo_id(import, *seq),
                _ => String::new(),
            };
        }
        links.retain(|link| !link.at.is_empty());
        let undone = numbers(conn, links.iter().map(|link| link.at.clone())).await?;
        links.retain(|link| undone.contains_key(&link.at));
        let redone = numbers(conn, undone.values().map(|(seq, _)| redo_id(*seq))).await?;
        let (further, here): (Vec<Link>, Vec<Link>) = links.into_iter().partition(|link| redone.contains_key(&redo_id(undone[&link.at].0)));
        ended.extend(here.into_iter().map(|link| {
            let seq = undone[&link.at].0;
            (link, seq)
        }));
        links = further.into_iter().map(|link| Link { at: redo_id(undone[&link.at].0), ..link }).collect();
    }
    Ok(ended)
}

/// The numbers and imports of the facts of these ids that exist.
async fn numbers<C: ConnectionTrait>(conn: &C, ids: impl Iterator<Item = String>) -> Result<HashMap<String, (i64, Option<String>)>, DbErr> {
    let rows = select_in(conn, "SELECT id, seq, import_id FROM fact WHERE id IN {keys}", &[], ids.map(Value::from)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, (row.try_get("", "seq")?, row.try_get("", "import_id")?)))).collect()
}
