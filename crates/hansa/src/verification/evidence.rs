//! Adding evidence to a case.

use ledger::Instant;
use sea_orm::ConnectionTrait;

use super::open::{Moved, moved};
use super::rule::Act;
use super::{Case, EVIDENCE_MAX, Evidence, TEXT_MAX, store};
use crate::audit::By;
use crate::files;
use crate::http::problem::{Code, Failed, Problem};

/// Characters of a field's name or of a source.
const WORD_MAX: usize = 64;

/// Adds pieces of evidence, all or none.
pub(super) async fn add<C: ConnectionTrait>(conn: &C, before: &Case, new: &[Evidence], by: &By, now: Instant) -> Result<Moved, Failed> {
    let there = store::evidence(conn, &before.id).await?;
    // An earlier attempt of this very request added it and did not get to say so.
    if new.iter().all(|one| there.iter().any(|known| known.id == one.id)) {
        return Ok((before.clone(), None));
    }
    if there.len() + new.len() > EVIDENCE_MAX {
        return Err(Problem::new(Code::Refused).saying(format!("a case has at most {EVIDENCE_MAX} pieces of evidence")).into());
    }
    for one in new {
        if let Some((field, why)) = wrong(one, now) {
            return Err(Problem::field(field, why).into());
        }
        if let Some(file) = &one.file
            && files::find(conn, &before.member, file).await?.is_none()
        {
            return Err(Problem::field("file", format!("this member has no file `{file}`")).into());
        }
    }
    store::add_evidence(conn, new).await?;
    let note = new.iter().map(|one| format!("{} ({})", one.field, one.source)).collect::<Vec<_>>().join(", ");
    moved(conn, before, before.clone(), Act::AddEvidence, Some(note), by, now).await
}

fn wrong(one: &Evidence, now: Instant) -> Option<(&'static str, String)> {
    let bad = |text: &str, max: usize| text.trim().is_empty() || text.chars().count() > max || text.chars().any(char::is_control);
    if bad(&one.field, WORD_MAX) {
        return Some(("field", format!("1 to {WORD_MAX} characters")));
    }
    if bad(&one.value, TEXT_MAX) {
        return Some(("value", format!("1 to {TEXT_MAX} characters")));
    }
    if bad(&one.source, WORD_MAX) {
        return Some(("source", format!("1 to {WORD_MAX} characters")));
    }
    if one.observed_at > now {
        return Some(("observed_at", "not in the future".to_owned()));
    }
    if one.expires_at.is_some_and(|until| until <= one.observed_at) {
        return Some(("expires_at", "after `observed_at`, or null".to_owned()));
    }
    None
}
