//! Merging, and undoing it, in the caller's transaction.

use std::collections::BTreeMap;

use ledger::Instant;
use program::Timeline;
use sea_orm::ConnectionTrait;

use super::{FACTS_MAX, FIELDS, Merge, Moved, profile, restored, store};
use crate::custom::{self, Custom};
use crate::duplicates;
use crate::facts::settle_members;
use crate::http::problem::{Code, Failed, Problem};
use crate::members::{self, Member};

/// What is to be merged.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Who goes on.
    pub survivor: String,
    /// Who is merged.
    pub source: String,
    /// Fields of the profile that are the source's from then on.
    pub take: Vec<String>,
}

/// Two members that can be merged, and what the survivor will be.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub survivor: Member,
    pub source: Member,
    pub after: Member,
    pub facts: i64,
}

/// Holds both members and looks whether they can be merged.
pub(super) async fn pair<C: ConnectionTrait>(conn: &C, wanted: &Wanted) -> Result<Pair, Failed> {
    let Wanted { survivor, source, take } = wanted;
    let from = |why: String| Failed::from(Problem::field("from", why));
    if survivor == source {
        return Err(from("another member".to_owned()));
    }
    if let Some((place, field)) = take.iter().enumerate().find(|(_, field)| !FIELDS.contains(&field.as_str())) {
        return Err(Problem::field(format!("take[{place}]"), format!("`{field}` is none of {}", FIELDS.join(", "))).into());
    }
    let mut held = members::hold(conn, [survivor.as_str(), source.as_str()].into_iter()).await?;
    let mut one = |id: &str| held.iter().position(|member| member.id == id).map(|place| held.swap_remove(place));
    let (there, gone) = (one(survivor), one(source));
    let survivor = there.ok_or_else(|| Problem::new(Code::NotFound))?;
    let Some(source) = gone else {
        let into = members::merged(conn, std::iter::once(source.as_str())).await?.remove(source);
        return Err(from(into.map_or_else(|| "there is no such member".to_owned(), |into| format!("`{source}` was merged into `{into}`"))));
    };
    let refused = |why: String| Failed::from(Problem::new(Code::Refused).saying(why));
    if members::lineage(conn, &survivor.id).await?.parents.contains(&source.id) {
        let why = format!("`{}` stands above `{}` in the company tree: merge the other way round", source.id, survivor.id);
        return Err(refused(why));
    }
    if store::running(conn, &source.id).await? > 0 && store::running(conn, &survivor.id).await? > 0 {
        return Err(refused("a verification of each is running: decide or withdraw one of them first".to_owned()));
    }
    let ids = |of: &Member| {
        let id = of.id.clone();
        async move { members::ids_of(conn, &id).await }
    };
    let facts = store::facts(conn, &ids(&source).await?).await?;
    let together = facts + store::facts(conn, &ids(&survivor).await?).await?;
    if together > FACTS_MAX {
        return Err(refused(format!("they have {together} facts together; up to {FACTS_MAX} are judged anew at once")));
    }
    let after = profile(&survivor, &source, take);
    if let Some((field, why)) = members::check(conn, &after).await? {
        return Err(Problem::field(field, why).into());
    }
    Ok(Pair { survivor, source, after, facts })
}

/// Merges the source into the survivor.
pub(super) async fn combine<C: ConnectionTrait>(
    conn: &C,
    timeline: Option<&Timeline>,
    Pair { survivor, source, after, facts }: Pair,
    (id, actor, why): (String, &str, &str),
    now: Instant,
) -> Result<Merge, Failed> {
    let ends = (source.id.as_str(), survivor.id.as_str());
    let mut moved = Moved { facts, profile: Some((survivor.clone(), after.clone())), ..Moved::default() };
    for table in store::TABLES {
        let ids = store::shift(conn, table, ends, None).await?;
        if !ids.is_empty() {
            moved.rows.insert(table.0.to_owned(), ids);
        }
    }
    moved.subsidiaries = store::subsidiaries(conn, &source.id).await?;
    store::adopt(conn, &survivor.id, &moved.subsidiaries, now).await?;
    (moved.tags, moved.values) = noted(conn, &source.id, &survivor.id).await?;
    moved.merged = members::ids_of(conn, &source.id).await?.split_off(1);
    store::point(conn, &moved.merged, Some(&survivor.id), now).await?;
    store::point(conn, std::slice::from_ref(&source.id), Some(&survivor.id), now).await?;
    duplicates::forget(conn, &source.id).await?;
    members::reset(conn, std::slice::from_ref(&after), now).await?;
    if let Some(timeline) = timeline {
        rejudge(conn, timeline, [&survivor.id, &source.id], now).await?;
        store::clear(conn, &source.id).await?;
    }
    let (actor, why) = (actor.to_owned(), why.to_owned());
    let merge = Merge { id, source: source.id, survivor: survivor.id, at: now, actor, why, moved, undone_at: None };
    store::insert(conn, &merge).await?;
    Ok(merge)
}

/// Undoes a merge: each member is what its own facts say, and what went over goes back.
pub(super) async fn separate<C: ConnectionTrait>(
    conn: &C,
    timeline: Option<&Timeline>,
    survivor: &str,
    id: &str,
    now: Instant,
) -> Result<(Merge, Member, Member), Failed> {
    let before = members::hold(conn, std::iter::once(survivor)).await?.pop().ok_or_else(|| Problem::new(Code::NotFound))?;
    let merge = store::hold(conn, survivor, id).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    let refused = |why: String| Failed::from(Problem::new(Code::Refused).saying(why));
    if merge.undone_at.is_some() {
        return Err(refused("it was undone before".to_owned()));
    }
    if store::facts(conn, &members::ids_of(conn, survivor).await?).await? > FACTS_MAX {
        return Err(refused(format!("up to {FACTS_MAX} facts are judged anew at once")));
    }
    let Moved { rows, subsidiaries, merged, tags, values, profile, .. } = &merge.moved;
    store::point(conn, std::slice::from_ref(&merge.source), None, now).await?;
    store::point(conn, merged, Some(&merge.source), now).await?;
    for table in store::TABLES {
        if let Some(ids) = rows.get(table.0) {
            store::shift(conn, table, (survivor, &merge.source), Some(ids)).await?;
        }
    }
    // A subsidiary that was given another parent since stays with it.
    let still = store::subsidiaries(conn, survivor).await?;
    let back: Vec<String> = subsidiaries.iter().filter(|child| still.contains(child)).cloned().collect();
    store::adopt(conn, &merge.source, &back, now).await?;
    unnoted(conn, survivor, tags, values).await?;
    let after = profile.as_ref().map_or_else(|| before.clone(), |(was, became)| restored(&before, was, became));
    members::reset(conn, std::slice::from_ref(&after), now).await?;
    let source = members::find(conn, std::iter::once(merge.source.as_str())).await?;
    duplicates::keep(conn, &source.values().collect::<Vec<_>>()).await?;
    if let Some(timeline) = timeline {
        rejudge(conn, timeline, [&merge.survivor, &merge.source], now).await?;
    }
    store::undone(conn, id, now).await?;
    Ok((Merge { undone_at: Some(now), ..merge }, before, after))
}

/// Judges both by the facts that are theirs now. Who has none has no state.
async fn rejudge<C: ConnectionTrait>(conn: &C, timeline: &Timeline, members: [&String; 2], now: Instant) -> Result<(), Failed> {
    let members = members.map(Clone::clone);
    store::judge_anew(conn, &members).await?;
    settle_members(conn, timeline, &members, now, now).await?;
    for member in members {
        let none = members::merged(conn, std::iter::once(member.as_str())).await?.is_empty()
            && store::facts(conn, &members::ids_of(conn, &member).await?).await? == 0;
        if none {
            store::clear(conn, &member).await?;
        }
    }
    Ok(())
}

/// Gives the survivor the tags and values that only the source has; the source keeps its own.
async fn noted<C: ConnectionTrait>(conn: &C, source: &str, survivor: &str) -> Result<(Vec<String>, BTreeMap<String, String>), Failed> {
    let mut found = custom::of(conn, &[source.to_owned(), survivor.to_owned()]).await?;
    let (other, own) = (found.remove(source).unwrap_or_default(), found.remove(survivor).unwrap_or_default());
    let room = custom::TAGS_MAX.saturating_sub(own.tags.len());
    let tags: Vec<String> = other.tags.difference(&own.tags).take(room).cloned().collect();
    let values: BTreeMap<String, String> = other.values.into_iter().filter(|(field, _)| !own.values.contains_key(field)).collect();
    let mut after = own.clone();
    after.tags.extend(tags.iter().cloned());
    after.values.extend(values.clone());
    custom::write(conn, &[(survivor.to_owned(), own, after)]).await?;
    Ok((tags, values))
}

/// Takes back what the survivor was given, where it still has it so.
async fn unnoted<C: ConnectionTrait>(conn: &C, survivor: &str, tags: &[String], values: &BTreeMap<String, String>) -> Result<(), Failed> {
    let own = custom::of(conn, &[survivor.to_owned()]).await?.remove(survivor).unwrap_or_default();
    let mut after: Custom = own.clone();
    after.tags.retain(|tag| !tags.contains(tag));
    after.values.retain(|field, value| values.get(field) != Some(value));
    Ok(custom::write(conn, &[(survivor.to_owned(), own, after)]).await?)
}
