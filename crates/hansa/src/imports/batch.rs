//! One batch of an import in the caller's transaction: members, contacts, facts, and what an undo had taken back.

use std::collections::HashSet;

use ledger::Instant;
use program::{Fact, Mode, Timeline};
use sea_orm::{ConnectionTrait, DbErr};

use super::journal::remember;
use super::mapping::{Accepted, Mapped};
use super::redo::bring_back;
use super::run::Plan;
use super::tree::{Placed, place};
use crate::facts::record;
use crate::vault::Vault;
use crate::{contacts, members};

/// What became of a fact of the file.
#[derive(Debug, Clone)]
pub enum Taken {
    /// It is new; its kind.
    New(&'static str),
    /// It was on record, an undo had retracted it, and now it counts again.
    BroughtBack,
    /// It was there already.
    There,
    /// It was refused: for the sake of a field, where one can be named, and why.
    Refused(Option<&'static str>, String),
}

/// What a batch came to.
#[derive(Debug, Default, Clone)]
pub struct Written {
    pub members: members::Written,
    pub contacts: contacts::Written,
    /// Facts by the lines they stand on.
    pub facts: Vec<(Vec<u64>, Taken)>,
    /// Lines of members and contacts that were refused, the field at fault, and why.
    pub refused: Vec<(Vec<u64>, &'static str, String)>,
    /// Members whose parent is not known yet.
    pub waiting: Vec<Accepted>,
}

/// Members first, then contacts, then facts by member and time, so that a batch touches few members.
pub fn sort_key(accepted: &Accepted) -> (u8, &str, Instant, &str) {
    match &accepted.mapped {
        Mapped::Member(member) => (0, &member.id, Instant::MIN, ""),
        Mapped::Contact(contact) => (1, &contact.id, Instant::MIN, ""),
        Mapped::Fact(fact) => (2, &fact.member, fact.occurred_at, &fact.id),
    }
}

/// The import that a batch belongs to.
#[derive(Clone, Copy)]
pub struct Of<'a> {
    pub import: &'a str,
    pub plan: &'a Plan,
    /// The members that it has made before.
    pub made: &'a HashSet<String>,
    pub now: Instant,
}

/// Writes a batch; a dry run writes it too, and the caller takes it back.
pub async fn write_batch<C: ConnectionTrait>(
    conn: &C,
    vault: &Vault,
    timeline: &Timeline,
    batch: &[Accepted],
    of: Of<'_>,
) -> Result<Written, DbErr> {
    let Of { import, plan, made, now } = of;
    let Placed { members: mut new_members, waiting, refused } = place(conn, batch, made).await?;
    let refused = refused.into_iter().map(|(lines, why)| (lines, "parent", why)).collect();
    let mut written = Written { waiting, refused, ..Written::default() };
    let (mut new_contacts, mut facts) = (Vec::new(), Vec::new());
    for thing in batch {
        match &thing.mapped {
            Mapped::Member(_) => {}
            Mapped::Contact(contact) => new_contacts.push((&thing.lines, contact.clone())),
            Mapped::Fact(fact) => facts.push((&thing.lines, fact.clone())),
        }
    }
    let mentioned = facts.iter().map(|(_, fact)| &*fact.member).chain(new_contacts.iter().map(|(_, contact)| contact.member.as_str()));
    let known = members::find(conn, mentioned.clone()).await?;
    let gone = members::merged(conn, mentioned.clone().filter(|id| !known.contains_key(*id))).await?;
    let mut missing: Vec<&str> = mentioned.filter(|id| !known.contains_key(*id) && !gone.contains_key(*id)).collect();
    missing.sort_unstable();
    missing.dedup();
    if !plan.known_members_only {
        new_members.extend(missing.iter().map(|id| members::Member { id: (*id).to_owned(), ..members::Member::default() }));
        missing.clear();
    }
    written.members = members::put(conn, &new_members, now).await?;
    let missing: HashSet<String> = missing.into_iter().map(str::to_owned).collect();
    let refuse = |lines: &Vec<u64>, member: &str| (lines.clone(), "member", format!("there is no member `{member}`"));
    new_contacts.retain(|(lines, contact)| {
        let there = !missing.contains(&contact.member);
        if !there {
            written.refused.push(refuse(lines, &contact.member));
        }
        there
    });
    for (_, contact) in &mut new_contacts {
        // Whose company was merged belongs to the one that goes on.
        contact.member = gone.get(&contact.member).cloned().unwrap_or_else(|| contact.member.clone());
    }
    let only: Vec<_> = new_contacts.iter().map(|(_, contact)| contact.clone()).collect();
    written.contacts = contacts::put(conn, vault, &only, now).await?;
    let gone = new_contacts.iter().filter(|(_, contact)| written.contacts.erased.contains(&contact.id));
    written.refused.extend(
        gone.map(|(lines, contact)| ((*lines).clone(), "id", format!("contact `{}` was erased and does not come back", contact.id))),
    );
    write_facts(conn, timeline, facts, of, &mut written).await?;
    if !plan.dry_run {
        remember(conn, vault, import, &written, now).await?;
    }
    Ok(written)
}

async fn write_facts<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    facts: Vec<(&Vec<u64>, Fact)>,
    Of { import, plan, now, .. }: Of<'_>,
    written: &mut Written,
) -> Result<(), DbErr> {
    let (stopped, facts): (Vec<_>, Vec<_>) = facts.into_iter().partition(|(_, fact)| plan.two.stop(fact));
    let why = || "this adjustment needs a second person: make it one by one, where it can be approved".to_owned();
    written.facts.extend(stopped.into_iter().map(|(lines, _)| (lines.clone(), Taken::Refused(Some("amount"), why()))));
    let (stamp, mode) = ((!plan.dry_run).then_some(import), if plan.live { Mode::Live } else { Mode::Recorded });
    let (lines, only): (Vec<&Vec<u64>>, Vec<Fact>) = facts.into_iter().unzip();
    let names: Vec<_> = only.iter().map(|fact| (fact.id.clone(), fact.member.clone(), fact.kind.name())).collect();
    let answers = record(conn, timeline, only, mode, now, stamp).await?;
    // After `record`, which has locked the members: two imports of one file do not both bring a fact back.
    let there = names.iter().zip(&answers).filter(|(_, answer)| answer.as_ref().is_ok_and(|recorded| recorded.known));
    let there = there.map(|((id, member, _), _)| (id.clone(), member.clone())).collect();
    let mut back = bring_back(conn, timeline, there, now, import, stamp).await?;
    for ((lines, (id, _, kind)), answer) in lines.into_iter().zip(names).zip(answers) {
        let taken = match answer {
            Ok(recorded) if !recorded.known => Taken::New(kind),
            Ok(_) => match back.remove(&id) {
                Some(Ok(())) => Taken::BroughtBack,
                Some(Err(refused)) => Taken::Refused(refused.field(), refused.to_string()),
                None => Taken::There,
            },
            Err(refused) => Taken::Refused(refused.field(), refused.to_string()),
        };
        written.facts.push((lines.clone(), taken));
    }
    Ok(())
}
