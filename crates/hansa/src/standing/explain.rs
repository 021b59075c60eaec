//! The answer to "where does this member stand, and why?".

use std::sync::Arc;

use ledger::{Instant, Lot, UnitIx};
use program::calendar::Zone;
use program::decision::Decision;
use program::definition::{Gives, Program, Segment, Text, Tier};
use program::expr::Value;
use program::history::in_force;
use program::memory::Reading;
use program::standing::{MissionProgress, Seen, StepProgress};
use program::state::{Entitlement, Member, Standing};
use program::way::{Need, Way};
use program::{Engine, Fact, Mode, Out, Timeline};
use sea_orm::{ConnectionTrait, DbErr};

use super::current::current;
use super::receipt::{Teller, counted, receipt};
use super::view::{
    BalanceView, BenefitView, ConditionView, Explanation, LeftView, LotView, MetricView, MissionView, NamedView, NeedView, NextTier,
    RungView, StepView, TrackView, WayView,
};
use super::withdrawn::withdrawn;
use super::words;
use crate::app::{App, AppError};
use crate::facts::member_history;
use crate::language::Language;
use crate::members;

/// How far ahead one may look, in microseconds: five years of 366 days.
const AHEAD_MAX_US: i64 = 5 * 366 * 86_400_000_000;
/// Lots named as the next to lapse, for each unit.
const EXPIRING_MAX: usize = 3;
/// Receipts kept while a history is replayed, beyond those that are asked for.
const SPARE_RECEIPTS: usize = 4_096;

/// What is asked about a member.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask {
    /// As of when; the present when nothing is said.
    pub as_of: Option<Instant>,
    /// How many receipts are told, the latest first; `None` for all.
    pub receipts: Option<usize>,
    /// How many receipts that were taken back are told.
    pub withdrawn: usize,
    /// In which language names and sentences are told.
    pub language: Language,
}

/// Where a member stood at an instant, and why.
///
/// # Errors
/// When there is no such member or no program, or the instant lies more than five years ahead.
pub async fn explain(app: &App, member: &str, ask: Ask) -> Result<Explanation, AppError> {
    let timeline = app.timeline()?;
    let as_of = ask.as_of.unwrap_or_else(|| app.now());
    if as_of.0 > app.now().0.saturating_add(AHEAD_MAX_US) {
        return Err(AppError::Refused(format!("{} is more than five years ahead", words::rfc3339(as_of))));
    }
    let (title, facts, withdrawn) = app
        .db
        .read_snapshot(async |tx| {
            let title = member_name(&tx, member).await?;
            let withdrawn = withdrawn(&tx, &timeline, member, &ask).await?;
            Ok::<_, AppError>((title, member_history(&tx, member).await?, withdrawn))
        })
        .await?;
    let title = title.ok_or_else(|| AppError::UnknownMember(member.to_owned()))?;
    let facts = in_force(facts);
    let facts = &facts[..facts.partition_point(|fact| fact.occurred_at <= as_of)];
    let (state, decisions, receipts_in_all) = replay(&timeline, facts, as_of, ask.receipts);
    let seen = Seen::at(&timeline, state, as_of);
    let mut told = told(&timeline, &seen, ask.language);
    told.member = member.to_owned();
    told.name = title;
    told.as_of = as_of;
    told.receipts_in_all = Some(receipts_in_all);
    told.withdrawn = withdrawn;
    told.receipts = decisions.into_iter().rev().map(|decision| receipt(&timeline, decision, facts, ask.language)).collect();
    Ok(told)
}

/// Where a member stands now, without receipts: what [`explain`] tells of the present, out of what is stored.
///
/// # Errors
/// When there is no such member or no program.
pub async fn now(app: &App, member: &str, language: Language) -> Result<Explanation, AppError> {
    let (timeline, now) = (app.timeline()?, app.now());
    let found = current(app.db.read(), &timeline, member, now).await?.ok_or_else(|| AppError::UnknownMember(member.to_owned()))?;
    let told = told(&timeline, &Seen::at(&timeline, found.member, found.at), language);
    Ok(Explanation { member: member.to_owned(), name: found.name, as_of: found.at, ..told })
}

/// The name of a member; `None` when there is no such member.
pub async fn member_name<C: ConnectionTrait>(conn: &C, member: &str) -> Result<Option<String>, DbErr> {
    Ok(members::find(conn, std::iter::once(member)).await?.remove(member).map(|found| found.name))
}

/// The time zone in which the newest program counts days: for reading and writing dates.
///
/// # Errors
/// When no program was ever applied.
pub fn zone(app: &App) -> Result<Zone, AppError> {
    Ok(app.timeline()?.zone().clone())
}

/// Judges a history and keeps the latest decisions, oldest first, and the number of all of them.
fn replay(timeline: &Timeline, facts: &[Fact], until: Instant, keep: Option<usize>) -> (Member, Vec<Decision>, usize) {
    let engine = Engine::new(timeline);
    let mut member = engine.begin();
    let mut out = Out::with_receipts();
    let mut dropped = 0;
    let mut trim = |out: &mut Out, spare: usize| {
        out.transfers.clear();
        let Some(keep) = keep else { return };
        if out.decisions.len() > keep.saturating_add(2 * spare) {
            let surplus = out.decisions.len() - keep.saturating_add(spare);
            out.decisions.drain(..surplus);
            dropped += surplus;
        }
    };
    for fact in facts {
        // What is on record is never refused.
        let _ = engine.apply(&mut member, fact, Mode::Recorded, &mut out);
        trim(&mut out, SPARE_RECEIPTS);
    }
    engine.tick(&mut member, until, &mut out);
    trim(&mut out, 0);
    let in_all = dropped + out.decisions.len();
    (member, out.decisions, in_all)
}

fn named(teller: &Teller, id: &Arc<str>, text: Option<&Text>) -> NamedView {
    NamedView { id: id.clone(), name: text.map_or_else(|| id.to_string(), |text| teller.name(text, id)) }
}

/// Everything but the receipts.
fn told(timeline: &Timeline, seen: &Seen, language: Language) -> Explanation {
    let (program, teller) = (seen.program(), &Teller::of(timeline, seen.version(), language));
    let state = &seen.member().state;
    let segment = |id: &Arc<str>| program.segments.iter().chain(&program.stages).find(|segment| segment.id == *id);
    Explanation {
        member: String::new(),
        name: String::new(),
        as_of: Instant::MIN,
        program: named(teller, &program.id, Some(&program.name)),
        version: seen.version(),
        joined: state.joined.map(|day| day.to_string()),
        facts: state.facts,
        tracks: state.tracks.iter().filter_map(|standing| track(teller, seen, standing)).collect(),
        metrics: program
            .metrics
            .iter()
            .zip(seen.readings())
            .map(|(metric, (id, reading))| MetricView { counts: counted(program, &id), ..metric_view(teller, &id, &metric.name, &reading) })
            .collect(),
        balances: balances(teller, timeline, seen),
        benefits: state.entitlements.iter().filter_map(|held| benefit(teller, timeline, seen, held)).collect(),
        missions: seen
            .missions()
            .into_iter()
            .filter(|mission| mission.open || mission.completed > 0)
            .map(|m| mission(teller, program, m))
            .collect(),
        segments: seen.segments().iter().map(|id| named(teller, id, segment(id).map(|segment| &segment.name))).collect(),
        stage: seen.stage().map(|id| named(teller, &id, program.stages.iter().find(|stage| stage.id == id).map(|stage| &stage.name))),
        conditions: conditions(teller, seen),
        receipts: Vec::new(),
        receipts_in_all: None,
        withdrawn: Vec::new(),
    }
}

/// What holds now of the conditions that are there to set something off.
fn conditions(teller: &Teller, seen: &Seen) -> Vec<ConditionView> {
    let program = seen.program();
    let sections = [("alert", &program.alerts), ("service_level", &program.service_levels), ("play", &program.plays)];
    let view = |section, found: &Segment| ConditionView {
        section,
        condition: named(teller, &found.id, Some(&found.name)),
        triggers: found.trigger.as_ref().map(ToString::to_string),
    };
    sections.into_iter().flat_map(|(section, all)| seen.holding(all).map(move |found| view(section, found))).collect()
}

fn track(teller: &Teller, seen: &Seen, standing: &Standing) -> Option<TrackView> {
    let program = seen.program();
    let at = program.track(&standing.track)?;
    let track = &program.tracks[at];
    let tier = |id: &Arc<str>| named(teller, id, track.tiers.iter().find(|tier| tier.id == *id).map(|tier| &tier.name));
    let way = |id, ways: &[Way]| NextTier {
        tier: tier(id),
        sentence: teller.ways(ways),
        ways: ways.iter().map(|way| way_view(teller, way)).collect(),
    };
    let next = seen.next(at).map(|(rank, ways)| way(&track.tiers[rank].id, &ways));
    let keep = seen.keep(at).map(|ways| way(&standing.tier, &ways));
    let in_force = track.tiers.iter().position(|tier| tier.id == *standing.tier_in_force());
    let gives = |rank: usize| {
        let given = program.benefits.iter().filter(|benefit| benefit.tiers.contains(&(at, rank)));
        given.map(|benefit| named(teller, &benefit.id, Some(&benefit.name))).collect()
    };
    let rung = |(rank, step): (usize, &Tier)| RungView { tier: tier(&step.id), reached: Some(rank) <= in_force, gives: gives(rank) };
    let ladder = track.tiers.iter().enumerate().map(rung).collect();
    Some(TrackView {
        track: named(teller, &track.id, Some(&track.name)),
        tier: tier(standing.tier_in_force()),
        reached: tier(&standing.tier),
        since: standing.since,
        review_at: standing.review_at,
        grace_until: standing.grace_until,
        set_by_hand: standing.hand.as_ref().map(|hand| hand.reason.to_string()),
        set_until: standing.hand.as_ref().and_then(|hand| hand.until),
        next,
        keep,
        ladder,
    })
}

fn way_view(teller: &Teller, way: &Way) -> WayView {
    let need = |need: &Need| NeedView {
        what: need.what.clone(),
        name: teller.measured(&need.what),
        now: exact(&need.now),
        op: need.op.to_string(),
        needed: exact(&need.needed),
        gap: need.gap.map(|gap| gap.normalize().to_string()),
        by: need.by.map(|day| day.to_string()),
    };
    WayView { needs: way.needs.iter().map(need).collect() }
}

/// A value as an exact text.
fn exact(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Dec(number) => Some(number.normalize().to_string()),
        other => Some(other.to_string()),
    }
}

fn metric_view(teller: &Teller, id: &Arc<str>, text: &Text, reading: &Reading) -> MetricView {
    MetricView {
        metric: named(teller, id, Some(text)),
        value: exact(&reading.value),
        from: reading.from.map(|day| day.to_string()),
        to: reading.to.to_string(),
        facts: reading.facts,
        counts: None,
    }
}

/// Units that the program has, or that the member ever had.
fn balances(teller: &Teller, timeline: &Timeline, seen: &Seen) -> Vec<BalanceView> {
    let book = &seen.member().book;
    let mut found = Vec::new();
    for (at, id) in timeline.units.iter().enumerate() {
        let Ok(ix) = u16::try_from(at) else { continue };
        let sums = book.balances(UnitIx(ix));
        if seen.program().unit(id).is_none() && sums.issued == 0 && sums.shared == 0 && sums.adjusted == 0 {
            continue;
        }
        let mut lots: Vec<&Lot> = book.lots().iter().filter(|lot| lot.unit.0 == ix && lot.open() > 0 && lot.expires_at.is_some()).collect();
        lots.sort_by_key(|lot| (lot.expires_at, lot.sequence));
        let (name, scale) = teller.unit(id);
        found.push(BalanceView {
            unit: NamedView { id: id.clone(), name },
            scale,
            available: sums.available,
            held: sums.held,
            reserved: sums.reserved,
            owed: sums.owed,
            spent: sums.spent,
            expired: sums.expired,
            expiring: lots.into_iter().take(EXPIRING_MAX).map(lot_view).collect(),
        });
    }
    found
}

fn lot_view(lot: &Lot) -> LotView {
    LotView { open: lot.open(), rule: lot.key.rule.clone(), fact: lot.key.fact.clone(), expires_at: lot.expires_at }
}

fn benefit(teller: &Teller, timeline: &Timeline, seen: &Seen, held: &Entitlement) -> Option<BenefitView> {
    if !held.by_tier && held.given.is_none() {
        return None;
    }
    let program = seen.program();
    let benefit = &program.benefits[program.benefit(&held.benefit)?];
    let left = match &benefit.gives {
        Gives::Metered(metered) => {
            let unit = &program.units[metered.unit];
            let place = timeline.unit(&unit.id);
            let lots = seen.member().book.lots().iter();
            let own = lots.filter(|lot| lot.key.rule == benefit.rule && Some(usize::from(lot.unit.0)) == place);
            let amount = own.map(|lot| lot.available).sum();
            Some(LeftView { unit: named(teller, &unit.id, Some(&unit.name)), scale: unit.scale, amount })
        }
        Gives::Right | Gives::Priced(_) => None,
    };
    Some(BenefitView {
        benefit: named(teller, &benefit.id, Some(&benefit.name)),
        since: held.since,
        by_tier: held.by_tier,
        until: held.given.as_ref().and_then(|(until, _)| *until),
        left,
        renews_at: held.renews_at,
    })
}

fn mission(teller: &Teller, program: &Program, progress: MissionProgress) -> MissionView {
    let mission = &program.missions[progress.mission];
    let steps = mission.steps.iter().zip(progress.steps).map(|(step, at)| StepView {
        step: named(teller, &step.id, Some(&step.name)),
        role: step.role.clone(),
        done: at.done || progress.done,
        progress: step_words(teller, &at, progress.done),
    });
    MissionView {
        mission: named(teller, &mission.id, Some(&mission.name)),
        steps: steps.collect(),
        window: progress.window,
        until: progress.until.map(|day| day.to_string()),
        done: progress.done,
        streak: progress.streak,
        completed: progress.completed,
    }
}

fn step_words(teller: &Teller, step: &StepProgress, mission_done: bool) -> String {
    match (step.count, step.needed) {
        (Some(count), Some(needed)) => teller.say("step-count", &[("count", &count.to_string()), ("needed", &needed.to_string())]),
        _ if step.done || mission_done => teller.say("step-done", &[]),
        _ => teller.say("step-missing", &[("ways", &teller.ways(&step.ways))]),
    }
}
