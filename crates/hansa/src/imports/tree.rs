//! Members of a batch take their places in the company tree.

use std::collections::{BTreeSet, HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbErr};

use super::mapping::{Accepted, Mapped};
use crate::members::{self, Member};

/// What becomes of the members of a batch.
#[derive(Debug, Default)]
pub struct Placed {
    /// Those whose parent is there, and those without one.
    pub members: Vec<Member>,
    /// Those whose parent is not known yet: it may stand further down in the file.
    pub waiting: Vec<Accepted>,
    /// Those that can have no such parent: their lines, and why.
    pub refused: Vec<(Vec<u64>, String)>,
}

/// Places the members of a batch. `known` are members that are there and not in the database: a dry run takes back what it made.
///
/// # Errors
/// When the database fails.
pub async fn place<C: ConnectionTrait>(conn: &C, batch: &[Accepted], known: &HashSet<String>) -> Result<Placed, DbErr> {
    let own = batch.iter().filter_map(|thing| match &thing.mapped {
        Mapped::Member(member) => Some((thing, member)),
        _ => None,
    });
    // A parent that was merged is the one that goes on.
    let gone = members::merged(conn, own.clone().filter_map(|(_, member)| member.parent.as_deref())).await?;
    let rows: Vec<(&Accepted, Member)> = own
        .map(|(thing, member)| {
            let parent = member.parent.as_ref().map(|parent| gone.get(parent).unwrap_or(parent).clone());
            (thing, Member { parent, ..member.clone() })
        })
        .collect();
    let asked: Vec<String> = rows.iter().filter_map(|(_, member)| member.parent.clone()).collect();
    let stored = lineages(conn, asked).await?;
    let mut placed = Placed::default();
    // Who waits or is refused is nobody's parent, so it goes on until nobody else is found.
    let mut left = rows;
    loop {
        let own: HashMap<&str, Option<&str>> = left.iter().map(|(_, member)| (member.id.as_str(), member.parent.as_deref())).collect();
        let there = |id: &str| own.contains_key(id) || stored.contains_key(id) || known.contains(id);
        let above = |id: &str| own.get(id).copied().flatten().or_else(|| stored.get(id)?.as_deref());
        let mut stay = Vec::new();
        for (place, (thing, member)) in left.iter().enumerate() {
            match member.parent.as_deref() {
                Some(parent) if parent == member.id => {
                    placed.refused.push((thing.lines.clone(), "parent: a company is not its own parent".to_owned()));
                }
                Some(parent) if !there(parent) => placed.waiting.push((*thing).clone()),
                Some(parent) if leads_to(parent, &member.id, above) => {
                    placed.refused.push((thing.lines.clone(), format!("parent: `{parent}` is a subsidiary of `{}` itself", member.id)));
                }
                _ => stay.push(place),
            }
        }
        if stay.len() == left.len() {
            break;
        }
        let mut stay = stay.into_iter().peekable();
        left = left.into_iter().enumerate().filter(|(place, _)| stay.next_if_eq(place).is_some()).map(|(_, row)| row).collect();
    }
    placed.members = left.into_iter().map(|(_, member)| member).collect();
    Ok(placed)
}

/// The parents for whom these wait, of whom nothing is known yet but their ids.
pub fn parents_of(waiting: &[Accepted]) -> Vec<Accepted> {
    let parent = |thing: &Accepted| if let Mapped::Member(member) = &thing.mapped { member.parent.clone() } else { None };
    let own = |thing: &Accepted| if let Mapped::Member(member) = &thing.mapped { Some(member.id.clone()) } else { None };
    // Who waits itself is somebody's parent and needs no other.
    let there: HashSet<String> = waiting.iter().filter_map(own).collect();
    let missing: BTreeSet<String> = waiting.iter().filter_map(parent).filter(|id| !there.contains(id)).collect();
    let made = |id| Accepted { mapped: Mapped::Member(Member { id, ..Member::default() }), lines: Vec::new() };
    missing.into_iter().map(made).collect()
}

/// Whether the way up from a company comes to another.
fn leads_to<'a>(from: &'a str, to: &str, above: impl Fn(&str) -> Option<&'a str>) -> bool {
    let (mut here, mut seen) = (Some(from), HashSet::new());
    while let Some(id) = here.filter(|id| seen.insert(*id)) {
        if id == to {
            return true;
        }
        here = above(id);
    }
    false
}

/// The stored parents of companies and of everyone above them, a level at a time.
async fn lineages<C: ConnectionTrait>(conn: &C, of: Vec<String>) -> Result<HashMap<String, Option<String>>, DbErr> {
    let mut found: HashMap<String, Option<String>> = HashMap::new();
    let mut next = of;
    while !next.is_empty() {
        let level = members::find(conn, next.iter().map(String::as_str)).await?;
        next = level.values().filter_map(|member| member.parent.clone()).collect();
        found.extend(level.into_iter().map(|(id, member)| (id, member.parent)));
        next.retain(|id| !found.contains_key(id));
    }
    Ok(found)
}
