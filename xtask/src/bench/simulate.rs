//! `simulate`: generated orders judged under the program that ships, nothing written, on every processor.
//!
//! The facts are made a few members at a time, right before they are judged, so that ten million need no more memory than a thousand.
//! Making and freeing them is no part of judging: each thread has a clock that runs while it judges, and the slowest thread counts. What
//! both take together stands in a row of its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Result;
use program::effect::{Effect, Flows};
use program::history::{in_force, replay_to_end};
use program::{Engine, Fact, Member, Out, Timeline};

use super::memory::{forget_peak, peak_mb};
use super::trade::{Trade, timeline};
use super::{Ctx, Row};

const MEMBERS: u64 = 200_000;
const SEED: u64 = 20_260_101;
/// Lines of each order.
const LINES: usize = 2;
/// Members a thread takes at a time: few enough for their facts to stay in the processor's cache.
const CHUNK: u64 = 8;

/// One, three and ten million facts of 200 000 members; then one member with very many.
pub fn run(ctx: &Ctx) -> Result<Vec<Row>> {
    let timeline = timeline()?;
    let trade = Trade::new(SEED, LINES);
    let members = ctx.scaled(MEMBERS);
    let mut rows = Vec::new();
    for each in [5, 15, 50] {
        forget_peak();
        let facts = members * each;
        let generated = timed(|| made(&trade, members, each)).1;
        let ((effect, judging), seconds) = timed(|| judged(&timeline, &trade, members, each));
        anyhow::ensure!(effect.facts == facts && effect.members == members, "not every fact was judged");
        let name = |what: &str| format!("simulate, {} facts of {} members{what}", facts, members);
        let rate = |seconds: f64| facts as f64 / seconds;
        let baseline = "baseline: making and adding them up";
        rows.push(Row::new(name(&format!(", judging ({baseline})")), rate(judging), "facts/s").against(rate(generated)));
        rows.push(Row::new(name(&format!(", making and judging ({baseline})")), rate(seconds), "facts/s").against(rate(generated)));
        rows.push(Row::new(name(", peak memory"), peak_mb("self")?, "MB"));
    }
    rows.extend(one_member(ctx, &timeline, &trade)?);
    Ok(rows)
}

/// The cost of a fact must not grow with the history of its member.
fn one_member(ctx: &Ctx, timeline: &Timeline, trade: &Trade) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    let mut first = None;
    for hundred_thousands in [1, 3, 10] {
        let facts = in_force(trade.history(0, ctx.scaled(hundred_thousands * 100_000)));
        let (state_facts, seconds) = timed(|| {
            let (mut member, mut out) = (Member::default(), Out::of_moves());
            replay_to_end(Engine::new(timeline), &facts, trade.end(), &mut member, &mut out);
            member.state.facts
        });
        anyhow::ensure!(state_facts == facts.len() as u64, "not every fact was judged");
        let rate = facts.len() as f64 / seconds;
        let name = format!("simulate, one member with {} facts (baseline: the shortest)", facts.len());
        rows.push(Row::new(name, rate, "facts/s").against(*first.get_or_insert(rate)));
    }
    Ok(rows)
}

/// Judges the histories of all members as `hansa program simulate` does for one program; how long the slowest thread was at it.
fn judged(timeline: &Timeline, trade: &Trade, members: u64, each: u64) -> (Effect, f64) {
    let parts = on_every_processor(
        |next| {
            let (timeline, trade) = (&timeline.apart(), trade.apart());
            let (mut effect, mut flows, mut out) = (Effect::default(), Flows::new(timeline), Out::of_moves());
            let (mut after, mut seconds) = (Member::default(), 0.0);
            while let Some(chunk) = next() {
                let members = chunk.start..chunk.end.min(members);
                let mut histories: Vec<Vec<Fact>> = members.map(|member| trade.history(member, each)).collect();
                let begun = Instant::now();
                for history in &mut histories {
                    *history = in_force(std::mem::take(history));
                    out.clear();
                    replay_to_end(Engine::new(timeline), history, trade.end(), &mut after, &mut out);
                    flows.add(&out);
                    effect.count(timeline, &after);
                }
                seconds += begun.elapsed().as_secs_f64();
            }
            flows.into_effect(&mut effect);
            (effect, seconds)
        },
        members,
    );
    parts.into_iter().fold((Effect::default(), 0.0), |(mut total, slowest), (part, seconds)| {
        total.merge(part);
        (total, seconds.max(slowest))
    })
}

/// Makes the histories of all members and adds them up.
fn made(trade: &Trade, members: u64, each: u64) -> i64 {
    let parts = on_every_processor(
        |next| {
            let (trade, mut total) = (trade.apart(), 0);
            while let Some(chunk) = next() {
                total += (chunk.start..chunk.end.min(members)).map(|member| sum(&trade.history(member, each))).sum::<i64>();
            }
            total
        },
        members,
    );
    parts.into_iter().sum()
}

/// Threads that take chunks of members until none is left.
fn on_every_processor<T: Send>(work: impl Fn(&dyn Fn() -> Option<std::ops::Range<u64>>) -> T + Sync, members: u64) -> Vec<T> {
    let taken = AtomicU64::new(0);
    let next = || {
        let start = taken.fetch_add(CHUNK, Ordering::Relaxed);
        (start < members).then_some(start..start + CHUNK)
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| work(&next))).collect();
        running.into_iter().map(|thread| thread.join().expect("judging does not panic")).collect()
    })
}

fn sum(facts: &[Fact]) -> i64 {
    facts.iter().filter_map(|fact| fact.minor("amount")).sum()
}

/// A result and the seconds it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed().as_secs_f64())
}
