//! Everything recomputed from facts and compared with what is stored.
//!
//! For every member the whole history is judged anew up to the stored clock. State, lots, transfers in force and decisions in force
//! must all be equal, and so must the orders, redemptions and reservations kept for the next fact; differences are described with both
//! sides. What was superseded must fit together too ([`chains`]).

mod chains;
mod file;
mod glance;
mod kept;

use std::collections::HashMap;
use std::sync::Arc;

use db::select_in;
use ledger::{Instant, Lot};
use program::decision::Decision;
use program::history::{Stored, in_force, keyed, replay, settle, transfer_keys};
use program::{Engine, Fact, Out, Timeline};
use sea_orm::{ConnectionTrait, DbErr, Value};

use crate::app::{App, AppError, unreadable};
use crate::audit;
use crate::facts::{self, histories, lots_of, read_decisions, read_transfers, states};
use crate::language::Language;
use crate::members;
use crate::standing::Teller;
use chains::Chains;
pub use file::file;
use glance::{Desk, Glance};
use kept::Kept;

/// Members compared at a time by one thread.
const PAGE: u64 = 50;
/// The most findings that are described.
pub const MAX_FINDINGS: usize = 1_000;

/// One thing that is not as the facts say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Finding {
    /// The member.
    pub member: String,
    /// What differs: state, lot, transfer, decision, order, redemption, reservation, sum; `unreadable` when nothing can be compared;
    /// damage or reference for the database file; audit for its chain.
    pub what: &'static str,
    /// Its key.
    pub key: String,
    /// As it is stored.
    pub stored: String,
    /// As the facts say.
    pub recomputed: String,
}

/// What a verification came to.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Verification {
    /// Members compared.
    pub members: u64,
    /// Facts judged.
    pub facts: u64,
    /// Transfers compared.
    pub transfers: u64,
    /// Decisions compared.
    pub decisions: u64,
    /// Members judged under an older program: evaluate first.
    pub outdated: u64,
    /// Members whose rows had to be read one by one: what a glance does not find as a replay writes it, which is slower. Those with a
    /// difference, those resettled after a late fact.
    pub row_by_row: u64,
    /// Rows of the audit's chain.
    pub audited: u64,
    /// What is wrong, by member.
    pub findings: Vec<Finding>,
}

/// Compares every member.
///
/// # Errors
/// When the database fails, or no program is in force.
pub async fn verify(app: &App, mut progress: impl FnMut(u64)) -> Result<Verification, AppError> {
    let timeline = app.timeline()?;
    let mut total = Verification::default();
    let mut running: tokio::task::JoinSet<(Result<Verification, AppError>, Desk)> = tokio::task::JoinSet::new();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    // Twice as many pages as there are processors, so that the database is asked while all of them judge.
    let mut spare: Vec<Desk> = (0..2 * threads).map(|_| Desk::new(timeline.apart())).collect();
    let mut after = String::new();
    loop {
        let ids = members::page(app.db.read(), &after, PAGE).await?;
        while spare.is_empty() || (ids.is_empty() && !running.is_empty()) {
            if let Some(done) = running.join_next().await {
                let (part, desk) = done.map_err(|error| AppError::Refused(error.to_string()))?;
                let part = part?;
                progress(part.members);
                merge(&mut total, part);
                spare.push(desk);
            }
        }
        let (Some(last), Some(desk)) = (ids.last().cloned(), spare.pop()) else { break };
        running.spawn(part(app.clone(), desk, ids));
        after = last;
    }
    let chain = app.db.read_snapshot(|tx| async move { audit::check(&tx).await }).await?;
    total.audited = chain.rows;
    total.findings.extend(chain.broken.iter().map(|broken| Finding {
        member: String::new(),
        what: "audit",
        key: String::new(),
        stored: broken.to_string(),
        recomputed: "an unbroken chain".to_owned(),
    }));
    total.findings.sort();
    Ok(total)
}

/// Compares some members. Where something of one cannot be read, the others are compared without it.
async fn part(app: App, desk: Desk, ids: Vec<String>) -> (Result<Verification, AppError>, Desk) {
    let timeline = desk.timeline.clone();
    match compared(&app, desk, ids.clone()).await {
        Err(AppError::Database(error)) if unreadable(&error) => (one_by_one(&app, &timeline, ids).await, Desk::new(timeline.apart())),
        Err(error) => (Err(error), Desk::new(timeline.apart())),
        Ok((done, desk)) => (Ok(done), desk),
    }
}

async fn one_by_one(app: &App, timeline: &Arc<Timeline>, ids: Vec<String>) -> Result<Verification, AppError> {
    let mut result = Verification::default();
    for id in ids {
        match compared(app, Desk::new(timeline.apart()), vec![id.clone()]).await {
            Ok((one, _)) => merge(&mut result, one),
            Err(AppError::Database(error)) if unreadable(&error) => {
                let recomputed = format!("`hansa evaluate --rebuild {id}` computes it anew, unless it is a fact, transfer or decision");
                let finding = Finding { member: id, what: "unreadable", key: String::new(), stored: db::describe(&error), recomputed };
                merge(&mut result, Verification { members: 1, findings: vec![finding], ..Verification::default() });
            }
            Err(error) => return Err(error),
        }
    }
    Ok(result)
}

/// At a glance, then row by row those that are not as expected.
async fn compared(app: &App, mut desk: Desk, ids: Vec<String>) -> Result<(Verification, Desk), AppError> {
    let judging = |error: tokio::task::JoinError| AppError::Refused(error.to_string());
    let glance = Glance::load(&app.db, &mut desk, &ids).await?;
    let ((mut result, others), desk) = tokio::task::spawn_blocking(move || (glance.compare(&mut desk), desk)).await.map_err(judging)?;
    if !others.is_empty() {
        result.row_by_row += others.len() as u64;
        let (loading, judge) = (desk.timeline.clone(), desk.timeline.clone());
        let page = app.db.read_snapshot(|tx| async move { Page::load(&tx, &loading, &others).await }).await?;
        merge(&mut result, tokio::task::spawn_blocking(move || page.compare(&judge)).await.map_err(judging)?);
    }
    Ok((result, desk))
}

fn merge(total: &mut Verification, part: Verification) {
    total.members += part.members;
    total.facts += part.facts;
    total.transfers += part.transfers;
    total.decisions += part.decisions;
    total.outdated += part.outdated;
    total.row_by_row += part.row_by_row;
    let room = MAX_FINDINGS.saturating_sub(total.findings.len());
    total.findings.extend(part.findings.into_iter().take(room));
}

/// Everything stored about some members, as of one moment.
struct Page {
    ids: Vec<String>,
    facts: HashMap<String, Vec<Fact>>,
    states: HashMap<String, facts::Stored>,
    lots: HashMap<String, Vec<Lot>>,
    transfers: HashMap<String, HashMap<String, Stored<ledger::Transfer>>>,
    decisions: HashMap<String, HashMap<String, Stored<program::decision::Decision>>>,
    sums: Vec<(String, String, i64)>,
    kept: Kept,
    chains: Chains,
}

impl Page {
    async fn load<C: ConnectionTrait>(conn: &C, timeline: &Timeline, ids: &[String]) -> Result<Page, DbErr> {
        Ok(Page {
            ids: ids.to_vec(),
            facts: histories(conn, ids).await?,
            states: states(conn, timeline, ids).await?,
            lots: lots_of(conn, timeline, ids).await?,
            transfers: read_transfers(conn, timeline, ids).await?,
            decisions: read_decisions(conn, ids).await?,
            sums: unbalanced(conn, ids).await?,
            kept: Kept::load(conn, ids).await?,
            chains: Chains::load(conn, ids).await?,
        })
    }

    fn compare(mut self, timeline: &Arc<Timeline>) -> Verification {
        let mut result = Verification::default();
        for (member, unit, sum) in std::mem::take(&mut self.sums) {
            let recomputed = "the parts of a lot add up to its amount".to_owned();
            result.findings.push(Finding { member, what: "sum", key: unit, stored: format!("they miss {sum}"), recomputed });
        }
        for id in std::mem::take(&mut self.ids) {
            let facts = in_force(self.facts.remove(&id).unwrap_or_default());
            result.members += 1;
            result.facts += facts.len() as u64;
            let mut find = |what, key: String, stored: String, recomputed: String| {
                result.findings.push(Finding { member: id.clone(), what, key, stored, recomputed });
            };
            self.chains.compare(&id, &mut find);
            let state = self.states.remove(&id);
            if state.as_ref().is_some_and(|state| !state.current) {
                result.outdated += 1;
                continue;
            }
            let clock = state.as_ref().map_or(Instant::MIN, |state| state.state.clock);
            let mut out = Out::with_receipts();
            let mut member = replay(Engine::new(timeline), &facts, clock, &mut out);
            match &state {
                // Nothing happened to it, or it was merged into another: nothing may be left of it.
                None if facts.is_empty() => {}
                None => find("state", String::new(), "nothing".to_owned(), format!("{} facts", facts.len())),
                Some(kept) => {
                    if kept.state != member.state {
                        find("state", "standing".to_owned(), format!("{:?}", kept.state), format!("{:?}", member.state));
                    }
                    if kept.book != *member.hot_book() {
                        find("state", "balances".to_owned(), format!("{:?}", kept.book), format!("{:?}", member.hot_book()));
                    }
                }
            }
            let lots: HashMap<String, Stored<Lot>> = self
                .lots
                .remove(&id)
                .unwrap_or_default()
                .into_iter()
                .map(|lot| (lot.key.to_string(), Stored { revision: 0, now: Some(lot) }))
                .collect();
            let changes = member.book.take_changes();
            self.kept.compare(&id, member.take_orders(), changes.redemptions, changes.reservations, &mut find);
            differences("lot", lots, changes.lots.into_iter().map(|lot| (lot.key.to_string(), lot)), |lot| format!("{lot:?}"), &mut find);
            let stored = self.transfers.remove(&id).unwrap_or_default();
            result.transfers += stored.len() as u64;
            let keys = transfer_keys(&out.transfers);
            differences("transfer", stored, keys.into_iter().zip(out.transfers), |transfer| format!("{transfer:?}"), &mut find);
            let stored = self.decisions.remove(&id).unwrap_or_default();
            result.decisions += stored.len() as u64;
            let told = |decision: &Decision| {
                let sentence = Teller::of(timeline, decision.version, Language::English).sentence(decision);
                format!("{sentence} {:?}", decision.outcome)
            };
            differences("decision", stored, keyed(out.decisions), told, &mut find);
        }
        result
    }
}

fn differences<T: PartialEq + Clone>(
    what: &'static str,
    stored: HashMap<String, Stored<T>>,
    fresh: impl Iterator<Item = (String, T)>,
    show: impl Fn(&T) -> String,
    find: &mut impl FnMut(&'static str, String, String, String),
) {
    let settlement = settle(stored, fresh);
    let mut recomputed: HashMap<String, T> = settlement.posted.into_iter().map(|(key, _, now)| (key, now)).collect();
    for (key, _, old) in settlement.withdrawn {
        let new = recomputed.remove(&key).map_or_else(|| "nothing".to_owned(), |new| show(&new));
        find(what, key, show(&old), new);
    }
    let mut missing: Vec<_> = recomputed.into_iter().collect();
    missing.sort_by(|a, b| a.0.cmp(&b.0));
    for (key, new) in missing {
        find(what, key, "nothing".to_owned(), show(&new));
    }
}

/// Lots whose parts do not add up.
async fn unbalanced<C: ConnectionTrait>(conn: &C, ids: &[String]) -> Result<Vec<(String, String, i64)>, DbErr> {
    let sql = "SELECT member_id, rule, amount - held - available - reserved - spent - expired - taken_back AS missing FROM lot \
               WHERE amount <> held + available + reserved + spent + expired + taken_back AND member_id IN {keys}";
    let rows = select_in(conn, sql, &[], ids.iter().map(|id| Value::from(id.clone()))).await?;
    rows.iter().map(|row| Ok((row.try_get("", "member_id")?, row.try_get("", "rule")?, row.try_get("", "missing")?))).collect()
}
