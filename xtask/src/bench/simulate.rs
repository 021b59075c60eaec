//! `simulate`: generated orders judged under the program that ships, nothing written, on every processor.

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
/// Members a thread takes at a time.
const CHUNK: u64 = 64;

/// One, three and ten million facts of 200 000 members; then one member with very many.
pub fn run(ctx: &Ctx) -> Result<Vec<Row>> {
    let timeline = timeline()?;
    let trade = Trade::new(SEED, LINES);
    let members = ctx.scaled(MEMBERS);
    let mut rows = Vec::new();
    for each in [5, 15, 50] {
        forget_peak();
        let facts = members * each;
        let generated = timed(|| all(members, |member| sum(&trade.history(member, each)))).1;
        let (effect, seconds) = timed(|| judged(&timeline, &trade, members, each));
        anyhow::ensure!(effect.facts == facts && effect.members == members, "not every fact was judged");
        let name = |what: &str| format!("simulate, {} facts of {} members{what}", facts, members);
        let rate = |seconds: f64| facts as f64 / seconds;
        rows.push(Row::new(name(" (baseline: making and adding them up)"), rate(seconds), "facts/s").against(rate(generated)));
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

/// Judges the histories of all members as `hansa program simulate` does for one program.
fn judged(timeline: &Timeline, trade: &Trade, members: u64, each: u64) -> Effect {
    let parts = on_every_processor(
        |next| {
            let timeline = &timeline.apart();
            let (mut effect, mut flows, mut out) = (Effect::default(), Flows::new(timeline), Out::of_moves());
            let mut after = Member::default();
            while let Some(chunk) = next() {
                for member in chunk.start..chunk.end.min(members) {
                    let facts = in_force(trade.history(member, each));
                    out.clear();
                    replay_to_end(Engine::new(timeline), &facts, trade.end(), &mut after, &mut out);
                    flows.add(&out);
                    effect.count(timeline, &after);
                }
            }
            flows.into_effect(&mut effect);
            effect
        },
        members,
    );
    parts.into_iter().fold(Effect::default(), |mut total, part| {
        total.merge(part);
        total
    })
}

/// Does something for every member, on every processor, and adds up.
fn all(members: u64, of: impl Fn(u64) -> i64 + Sync) -> i64 {
    let parts = on_every_processor(
        |next| {
            let mut total = 0;
            while let Some(chunk) = next() {
                total += (chunk.start..chunk.end.min(members)).map(&of).sum::<i64>();
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
