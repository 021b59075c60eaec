//! A member's history: which facts count, and what follows from all of them.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use ledger::{Instant, Transfer};

use crate::decision::Decision;
use crate::engine::{Engine, Out};
use crate::fact::Fact;
use crate::file::parts::undoes;
use crate::state::Member;

/// Leaves out what was corrected or retracted, and what was said twice, and brings the rest into the order of judgement.
///
/// A fact does not count when a fact that counts corrects it; so retracting a retraction brings the first fact back.
pub fn in_force(mut facts: Vec<Fact>) -> Vec<Fact> {
    // First the order, so that nothing depends on how the facts were stored.
    if !facts.is_sorted_by(|a, b| a.order(b).is_le()) {
        facts.sort_by(Fact::order);
    }
    facts.dedup_by(|again, first| again.id == first.id);
    if facts.iter().any(|fact| fact.corrects.is_some()) {
        let void = void(&facts);
        let mut at = 0;
        facts.retain(|fact| {
            at += 1;
            !void[at - 1] && fact.kind.name() != "fact.retracted"
        });
    }
    facts
}

/// How far a fact has been looked at.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Not,
    Begun,
    Counts,
    Void,
}

/// Which facts do not count. Follows the chains of corrections without recursion: they are as long as senders make them, and may run
/// in circles.
fn void(facts: &[Fact]) -> Vec<bool> {
    let mut correctors: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, fact) in facts.iter().enumerate() {
        if let Some(wrong) = &fact.corrects {
            correctors.entry(wrong).or_default().push(at);
        }
    }
    let by = |at: usize| correctors.get(&*facts[at].id).map_or(&[][..], Vec::as_slice);
    let mut seen = vec![Seen::Not; facts.len()];
    for start in 0..facts.len() {
        // Each fact on the way, with how many of its correctors have been looked at.
        let mut way = vec![(start, 0)];
        while let Some((at, looked)) = way.last_mut() {
            let at = *at;
            if matches!(seen[at], Seen::Counts | Seen::Void) {
                way.pop();
                continue;
            }
            seen[at] = Seen::Begun;
            match by(at).get(*looked) {
                Some(corrector) => {
                    *looked += 1;
                    if seen[*corrector] == Seen::Not {
                        way.push((*corrector, 0));
                    }
                }
                None => {
                    let corrected = by(at).iter().any(|corrector| seen[*corrector] == Seen::Counts);
                    seen[at] = if corrected { Seen::Void } else { Seen::Counts };
                    way.pop();
                }
            }
        }
    }
    seen.into_iter().map(|seen| seen == Seen::Void).collect()
}

/// [`replay`] for those who only ask how the member stands in the end: an order to which nothing comes back is not remembered.
pub fn replay_to_end(engine: Engine, facts: &[Fact], until: Instant, member: &mut Member, out: &mut Out) {
    engine.begin_again(member);
    if !engine.needs_orders() {
        let undoing = facts.iter().filter(|fact| undoes(fact.kind));
        member.undone_later = Some(undoing.filter_map(|fact| fact.order_number().cloned()).collect());
    }
    judge_all(engine, facts, until, member, out);
}

/// Judges a whole history of facts [in force](in_force) up to an instant.
pub fn replay(engine: Engine, facts: &[Fact], until: Instant, out: &mut Out) -> Member {
    let mut member = Member::default();
    replay_again(engine, facts, until, &mut member, out);
    member
}

/// [`replay`] in the memory of a member that is no longer needed.
pub fn replay_again(engine: Engine, facts: &[Fact], until: Instant, member: &mut Member, out: &mut Out) {
    engine.begin_again(member);
    judge_all(engine, facts, until, member, out);
}

fn judge_all(engine: Engine, facts: &[Fact], until: Instant, member: &mut Member, out: &mut Out) {
    let by_then = facts.partition_point(|fact| fact.occurred_at <= until);
    engine.apply_all(member, &facts[..by_then], out);
    engine.tick(member, until, out);
}

/// A name for each transfer that is the same in every replay, and unique for the member.
pub fn transfer_keys(transfers: &[Transfer]) -> Vec<String> {
    TransferKeys::of(transfers).iter().map(str::to_owned).collect()
}

/// [`transfer_keys`] in one text.
pub struct TransferKeys {
    text: String,
    places: Vec<Range<usize>>,
}

impl TransferKeys {
    /// The names of some transfers, in their order.
    pub fn of(transfers: &[Transfer]) -> TransferKeys {
        let mut names = TransferKeys { text: String::with_capacity(80 * transfers.len()), places: Vec::with_capacity(transfers.len()) };
        for Transfer { key, reason, at, .. } in transfers {
            let (text, begin) = (&mut names.text, names.places.last().map_or(0, |last| last.end));
            for part in [&key.rule, ":", &key.fact, "/", reason.as_str(), "@"] {
                text.push_str(part);
            }
            // Writing into a text does not fail.
            let _ = write!(text, "{}", at.0);
            names.places.push(begin..names.text.len());
        }
        let mut seen: HashMap<&str, u32, foldhash::fast::RandomState> = HashMap::default();
        seen.reserve(transfers.len());
        let mut again = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let count = seen.entry(name).and_modify(|count| *count += 1).or_insert(0);
            if *count > 0 {
                again.push((at, *count));
            }
        }
        for (at, count) in again {
            let begin = names.text.len();
            names.text.extend_from_within(names.places[at].clone());
            let _ = write!(names.text, "#{count}");
            names.places[at] = begin..names.text.len();
        }
        names
    }

    /// Them in the transfers' order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|place| &self.text[place.clone()])
    }
}

/// What is stored under a name: its latest revision, and what is in force.
///
/// Even revisions say something, odd ones take back what the revision before said. Nothing is ever changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<T> {
    /// The latest revision.
    pub revision: u32,
    /// What it says; `None` when it was taken back.
    pub now: Option<T>,
}

/// What has to be written so that what is in force is what a replay says.
#[derive(Debug, PartialEq)]
pub struct Settlement<T> {
    /// Taken back: name, the new (odd) revision, and what it was.
    pub withdrawn: Vec<(String, u32, T)>,
    /// Said: name, the new (even) revision, and what it is.
    pub posted: Vec<(String, u32, T)>,
}

/// Compares what is stored with what a replay says.
pub fn settle<T: PartialEq + Clone>(
    mut stored: HashMap<String, Stored<T>>,
    replayed: impl IntoIterator<Item = (String, T)>,
) -> Settlement<T> {
    let mut settlement = Settlement { withdrawn: Vec::new(), posted: Vec::new() };
    for (key, new) in replayed {
        match stored.remove(&key) {
            None => settlement.posted.push((key, 0, new)),
            Some(Stored { now: Some(old), .. }) if old == new => {}
            Some(Stored { revision, now: Some(old) }) => {
                settlement.withdrawn.push((key.clone(), revision + 1, old));
                settlement.posted.push((key, revision + 2, new));
            }
            Some(Stored { revision, now: None }) => settlement.posted.push((key, revision + 1, new)),
        }
    }
    let gone = stored.into_iter().filter_map(|(key, stored)| stored.now.map(|now| (key, stored.revision + 1, now)));
    settlement.withdrawn.extend(gone);
    settlement.withdrawn.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    settlement
}

/// Decisions by their keys.
pub fn keyed(decisions: Vec<Decision>) -> impl Iterator<Item = (String, Decision)> {
    decisions.into_iter().map(|decision| (decision.key.clone(), decision))
}
