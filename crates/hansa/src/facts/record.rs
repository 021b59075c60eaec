//! The one write path for facts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use db::{Dialect, select_in};
use ledger::Instant;
use program::decision::Decision;
use program::engine::refusable;
use program::history::{in_force, keyed, replay, settle, transfer_keys};
use program::state::Member;
use program::{Engine, Fact, Mode, Out, Refusal, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Value};

use super::load::{self, Stored};
use super::rows::{read_decisions, read_transfers};
use super::save::Save;

/// A fact that was taken, now or before.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The receipts that the fact led to, when it was taken now.
    pub decisions: Vec<Decision>,
    /// Whether the same fact had been taken before: nothing changed.
    pub known: bool,
    /// Whether the member's history was replayed for it.
    pub resettled: bool,
}

/// Why a fact was refused; nothing of it was written.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FactError {
    /// No such member.
    #[error("field `member`: there is no member `{0}`")]
    UnknownMember(Arc<str>),
    /// The id has been used for another fact.
    #[error("field `id`: `{0}` is the id of another fact; facts are never changed: send a new fact that corrects it")]
    IdTaken(Arc<str>),
    /// What it corrects is not known, or is about another member.
    #[error("field `corrects`: this member has no fact `{0}`")]
    UnknownCorrected(Arc<str>),
    /// A text that names something holds a character that no name has.
    #[error("field `{0}`: it is empty, longer than {max} bytes or holds a control character", max = program::fact::MAX_ID)]
    BadName(&'static str),
    /// A retraction must say of what.
    #[error("field `corrects`: a retraction must name the fact that did not happen")]
    NothingRetracted,
    /// A clock that is off by centuries, not a date of business; judging would go through every review since.
    #[error("field `occurred_at`: it is not between the years 1900 and 2200")]
    OutOfTime,
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl FactError {
    /// The field at fault, where one can be named.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            FactError::UnknownMember(_) => Some("member"),
            FactError::IdTaken(_) => Some("id"),
            FactError::UnknownCorrected(_) | FactError::NothingRetracted => Some("corrects"),
            FactError::BadName(field) => Some(field),
            FactError::OutOfTime => Some("occurred_at"),
            FactError::Refused(_) => None,
        }
    }
}

/// The first instant of 1900 and of 2200 in UTC: facts lie between them.
const TIME: std::ops::Range<Instant> = Instant(-2_208_988_800_000_000)..Instant(7_258_118_400_000_000);

/// The answer to one fact.
pub type Answer = Result<Recorded, FactError>;

/// Takes a batch of facts in the caller's transaction and answers each, in order: [`judge`], then written.
///
/// # Errors
/// Only when the database fails; then nothing of the batch may be committed.
pub async fn record<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    facts: Vec<Fact>,
    mode: Mode,
    now: Instant,
    import: Option<&str>,
) -> Result<Vec<Answer>, DbErr> {
    let (answers, save) = judge(conn, timeline, facts, mode, now, import).await?;
    save.write(conn).await?;
    Ok(answers)
}

/// Judges a batch of facts and answers each, in order; what has to be written for it comes back. It holds as long as nobody else writes
/// about the same members.
///
/// `mode` says whether the rules may refuse them ([`Mode::Live`]) or they are on record elsewhere ([`Mode::Recorded`]: imports).
///
/// # Errors
/// Only when the database fails.
pub async fn judge<'t, C: ConnectionTrait>(
    conn: &C,
    timeline: &'t Timeline,
    facts: Vec<Fact>,
    mode: Mode,
    now: Instant,
    import: Option<&str>,
) -> Result<(Vec<Answer>, Save<'t>), DbErr> {
    let mut answers: Vec<Option<Answer>> = vec![None; facts.len()];
    // The members first: whoever sends the same fact at the same time waits here, and then finds it known.
    let members = answering(conn, &facts.iter().map(|fact| fact.member.to_string()).collect::<Vec<_>>()).await?;
    let known = known_facts(conn, &facts).await?;
    let mut new: HashMap<String, Vec<(usize, Fact)>> = HashMap::new();
    let mut seen: HashMap<Arc<str>, (usize, Fact)> = HashMap::new();
    let mut again: Vec<(usize, usize, Fact)> = Vec::new();
    let mut redirected = false;
    for (at, fact) in facts.into_iter().enumerate() {
        let member = members.get(&*fact.member);
        if let Some((before, whose)) = known.get(&fact.id) {
            answers[at] = Some(same(before, &fact, before.member == fact.member || Some(whose) == member));
            continue;
        }
        if let Some((first, _)) = seen.get(&fact.id) {
            again.push((at, *first, fact));
            continue;
        }
        if let Some(field) = bad_name(&fact) {
            answers[at] = Some(Err(FactError::BadName(field)));
            continue;
        }
        let Some(member) = member else {
            answers[at] = Some(Err(FactError::UnknownMember(fact.member)));
            continue;
        };
        if !TIME.contains(&fact.occurred_at) {
            answers[at] = Some(Err(FactError::OutOfTime));
            continue;
        }
        if fact.kind.name() == "fact.retracted" && fact.corrects.is_none() {
            answers[at] = Some(Err(FactError::NothingRetracted));
            continue;
        }
        seen.insert(fact.id.clone(), (at, fact.clone()));
        redirected |= **member != *fact.member;
        new.entry(member.clone()).or_default().push((at, fact));
    }
    let ids: Vec<String> = new.keys().cloned().collect();
    let mut states = load::states(conn, timeline, &ids).await?;
    let late: Vec<String> = ids.iter().filter(|id| needs_replay(states.get(*id), &new[*id])).cloned().collect();
    let late_states: HashMap<String, Stored> = late.iter().filter_map(|id| states.remove_entry(id)).collect();
    let plain: HashMap<String, Vec<Fact>> = new
        .iter()
        .filter(|(id, _)| states.contains_key(*id))
        .map(|(id, facts)| (id.clone(), facts.iter().map(|(_, fact)| fact.clone()).collect()))
        .collect();
    let mut loaded = load::complete(conn, timeline, states, &plain, None).await?;
    let engine = Engine::new(timeline);
    let mut save = Save::new(timeline, now, import);
    save.redirected = redirected;
    let mut replayed = Replays::load(conn, timeline, &late).await?;
    let mut order: Vec<String> = ids;
    order.sort_unstable();
    for id in order {
        let mut batch = new.remove(&id).unwrap_or_default();
        batch.sort_by(|(_, a), (_, b)| a.order(b));
        if late.contains(&id) {
            let results = replayed.member(&engine, &id, late_states.get(&id), batch, mode, &mut save);
            results.into_iter().for_each(|(at, answer)| answers[at] = Some(answer));
            continue;
        }
        let mut member = loaded.remove(&id).unwrap_or_else(|| engine.begin());
        let mut taken: Vec<Fact> = Vec::new();
        let before = (batch.len() > 1).then(|| member.clone());
        for (at, fact) in batch {
            let mut out = Out::with_receipts();
            match engine.apply(&mut member, &fact, mode, &mut out) {
                Ok(()) => {
                    save.fact(&id, &fact);
                    save.out(&id, &out);
                    answers[at] = Some(Ok(Recorded { decisions: out.decisions, known: false, resettled: false }));
                    taken.push(fact);
                }
                Err(refusal) => {
                    answers[at] = Some(Err(refusal.into()));
                    let undone = mode == Mode::Live && refusable(fact.kind);
                    if let Some(before) = before.as_ref().filter(|_| !undone) {
                        // An absurd amount can stop the engine halfway: the member becomes again what the facts taken made of it.
                        member = before.clone();
                        taken.iter().for_each(|fact| drop(engine.apply(&mut member, fact, mode, &mut Out::default())));
                    }
                }
            }
        }
        if !taken.is_empty() {
            save.member(&id, &mut member, false);
        }
    }
    for (at, first, fact) in again {
        answers[at] = Some(match (&answers[first], seen.get(&fact.id)) {
            (Some(Ok(_)), Some((_, before))) => same(before, &fact, members.get(&*before.member) == members.get(&*fact.member)),
            (Some(Err(refused)), _) => Err(refused.clone()),
            _ => unreachable!("the first of two equal ids is answered"),
        });
    }
    Ok((answers.into_iter().map(|answer| answer.unwrap_or_else(|| unreachable!("every fact is answered"))).collect(), save))
}

/// The first field that names something and cannot: histories are read packed between control characters.
fn bad_name(fact: &Fact) -> Option<&'static str> {
    let names = [
        ("id", Some(&fact.id)),
        ("member", Some(&fact.member)),
        ("source", Some(&fact.source)),
        ("actor", fact.actor.as_ref()),
        ("corrects", fact.corrects.as_ref()),
    ];
    let bad = |name: &str| name.is_empty() || name.len() > program::fact::MAX_ID || name.chars().any(char::is_control);
    names.into_iter().find(|(_, name)| name.is_some_and(|name| bad(name))).map(|(field, _)| field)
}

fn same(before: &Fact, fact: &Fact, same_member: bool) -> Answer {
    let equal = same_member
        && before.kind == fact.kind
        && before.occurred_at == fact.occurred_at
        && before.corrects == fact.corrects
        && before.body == fact.body;
    if equal { Ok(Recorded { decisions: Vec::new(), known: true, resettled: false }) } else { Err(FactError::IdTaken(fact.id.clone())) }
}

/// Those of the facts that are on record, and which member answers for each.
async fn known_facts<C: ConnectionTrait>(conn: &C, facts: &[Fact]) -> Result<HashMap<Arc<str>, (Fact, String)>, DbErr> {
    let sql = "SELECT f.id, f.member_id, f.kind, f.occurred_at, f.recorded_at, f.source, f.actor, f.corrects, f.body, \
               (SELECT COALESCE(m.merged_into, m.id) FROM member AS m WHERE m.id = f.member_id) AS answering FROM fact AS f WHERE f.id IN {keys}";
    let rows = select_in(conn, sql, &[], facts.iter().map(|fact| Value::from(fact.id.to_string()))).await?;
    let known = |row| {
        let fact = super::fact_from_row(row)?;
        Ok((fact.id.clone(), (fact, row.try_get("", "answering")?)))
    };
    rows.iter().map(known).collect()
}

/// Who answers for members: each for itself, but for one that was merged the member that it was merged into. Who does not exist has no
/// entry. On PostgreSQL their rows are locked until the transaction ends, so that one member is judged by one transaction at a time;
/// SQLite has one writer anyway.
pub(super) async fn answering<C: ConnectionTrait>(conn: &C, members: &[String]) -> Result<HashMap<String, String>, DbErr> {
    let mut found = HashMap::new();
    let mut next: BTreeSet<String> = members.iter().cloned().collect();
    while !next.is_empty() {
        let sql = match Dialect::of(conn.get_database_backend()) {
            Dialect::Sqlite => "SELECT id, merged_into FROM member WHERE id IN {keys}",
            Dialect::Postgres => "SELECT id, merged_into FROM member WHERE id IN {keys} ORDER BY id FOR UPDATE",
        };
        let rows = select_in(conn, sql, &[], std::mem::take(&mut next).into_iter().map(Value::from)).await?;
        for row in rows {
            let (id, into): (String, Option<String>) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            next.extend(into.clone().filter(|into| !found.contains_key(into)));
            found.insert(id.clone(), into.unwrap_or(id));
        }
        next.retain(|id| !found.contains_key(id));
    }
    Ok(found)
}

/// Whether new facts ask for a replay: they come before something that was judged already, correct a fact, or the program changed.
fn needs_replay(stored: Option<&Stored>, facts: &[(usize, Fact)]) -> bool {
    let Some(stored) = stored else { return facts.iter().any(|(_, fact)| fact.corrects.is_some()) };
    if !stored.current {
        return true;
    }
    facts.iter().any(|(_, fact)| {
        let late = stored.state.last.as_ref().is_some_and(|last| fact.position() < *last);
        late || fact.occurred_at < stored.state.clock || fact.corrects.is_some()
    })
}

/// Everything stored about members whose histories are replayed.
struct Replays {
    histories: HashMap<String, Vec<Fact>>,
    transfers: HashMap<String, HashMap<String, program::history::Stored<ledger::Transfer>>>,
    decisions: HashMap<String, HashMap<String, program::history::Stored<Decision>>>,
}

impl Replays {
    async fn load<C: ConnectionTrait>(conn: &C, timeline: &Timeline, members: &[String]) -> Result<Replays, DbErr> {
        if members.is_empty() {
            return Ok(Replays { histories: HashMap::new(), transfers: HashMap::new(), decisions: HashMap::new() });
        }
        Ok(Replays {
            histories: load::histories(conn, members).await?,
            transfers: read_transfers(conn, timeline, members).await?,
            decisions: read_decisions(conn, members).await?,
        })
    }

    fn member(
        &mut self,
        engine: &Engine,
        id: &str,
        stored: Option<&Stored>,
        new: Vec<(usize, Fact)>,
        mode: Mode,
        save: &mut Save,
    ) -> Vec<(usize, Answer)> {
        let mut facts = self.histories.remove(id).unwrap_or_default();
        let mut answers = Vec::new();
        let clock = stored.map_or(Instant::MIN, |stored| stored.state.clock);
        // A member judged under another timeline is first brought up to date, so that late spending is judged by today's balance.
        let mut today: Option<Member> = None;
        for (at, fact) in new {
            if let Some(wrong) = fact.corrects.as_ref().filter(|wrong| !facts.iter().any(|known| known.id == **wrong)) {
                answers.push((at, Err(FactError::UnknownCorrected(wrong.clone()))));
                continue;
            }
            if mode == Mode::Live && refusable(fact.kind) && fact.corrects.is_none() {
                let until = fact.occurred_at.max(clock);
                let member = today.get_or_insert_with(|| replay(*engine, &in_force(facts.clone()), until, &mut Out::default()));
                let asked = Fact { occurred_at: until, ..fact.clone() };
                if let Err(refusal) = engine.apply(member, &asked, mode, &mut Out::default()) {
                    answers.push((at, Err(refusal.into())));
                    continue;
                }
            } else {
                today = None;
            }
            save.fact(id, &fact);
            facts.push(fact);
            answers.push((at, Ok(Recorded { decisions: Vec::new(), known: false, resettled: true })));
        }
        if answers.iter().any(|(_, answer)| answer.is_ok()) {
            self.settle(engine, id, facts, clock, save, &mut answers);
        }
        answers
    }

    fn settle(&mut self, engine: &Engine, id: &str, facts: Vec<Fact>, clock: Instant, save: &mut Save, answers: &mut [(usize, Answer)]) {
        let facts = in_force(facts);
        let mut out = Out::with_receipts();
        let until = facts.last().map_or(clock, |last| last.occurred_at.max(clock));
        let mut member = replay(*engine, &facts, until, &mut out);
        let keys = transfer_keys(&out.transfers);
        let transfers = settle(self.transfers.remove(id).unwrap_or_default(), keys.into_iter().zip(out.transfers));
        let decisions = settle(self.decisions.remove(id).unwrap_or_default(), keyed(out.decisions));
        for (_, answer) in answers.iter_mut() {
            if let Ok(recorded) = answer {
                recorded.decisions = decisions.posted.iter().map(|(_, _, decision)| decision.clone()).collect();
            }
        }
        save.settlement(id, transfers, decisions);
        save.member(id, &mut member, true);
    }
}

/// What bringing members up to date came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Members whose time passed.
    pub ticked: u64,
    /// Members replayed because the program changed.
    pub replayed: u64,
}

/// Lets time pass for members until an instant; members judged under another timeline are replayed.
///
/// # Errors
/// When the database fails.
pub async fn settle_members<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    members: &[String],
    until: Instant,
    now: Instant,
) -> Result<Settled, DbErr> {
    let engine = Engine::new(timeline);
    answering(conn, members).await?;
    let mut states = load::states(conn, timeline, members).await?;
    let stale: Vec<String> = members.iter().filter(|id| states.get(*id).is_some_and(|stored| !stored.current)).cloned().collect();
    let old: HashMap<String, Stored> = stale.iter().filter_map(|id| states.remove_entry(id)).collect();
    states.retain(|_, stored| stored.state.clock < until);
    let mut loaded = load::complete(conn, timeline, states, &HashMap::new(), Some(until)).await?;
    let mut replays = Replays::load(conn, timeline, &stale).await?;
    let mut save = Save::new(timeline, now, None);
    let settled = Settled { ticked: loaded.len() as u64, replayed: stale.len() as u64 };
    for id in members {
        if let Some(member) = loaded.get_mut(id) {
            let mut out = Out::with_receipts();
            engine.tick(member, until, &mut out);
            save.out(id, &out);
            save.member(id, member, false);
        } else if let Some(old) = old.get(id) {
            let facts = replays.histories.remove(id).unwrap_or_default();
            let clock = old.state.clock.max(until);
            replays.settle(&engine, id, facts, clock, &mut save, &mut []);
        }
    }
    save.write(conn).await?;
    Ok(settled)
}
