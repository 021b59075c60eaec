//! `live-facts`: completed orders through the product's own write path under the program that ships, durable, from many clients.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use db::{Durability, Location};
use hansa::app::{App, AppError};
use hansa::clock::Clock;
use hansa::members::{Member, put};
use program::Fact;

use super::trade::{Trade, standard};
use super::{Ctx, Row};

const CLIENTS: u64 = 64;
const MEMBERS: u64 = 2_000;
const FACTS_EACH: u64 = 20;
const LINES: usize = 3;
/// Live facts of one member, to see whether they become slower.
const LONG_HISTORY: u64 = 2_000;

/// Facts per second and how long callers wait, for orders that happen as they are sent; then one member with a history of three years,
/// most of whose facts let something fall due.
pub fn run(ctx: &Ctx) -> Result<Vec<Row>> {
    runtime()?.block_on(async {
        let trade = Trade::new(7, LINES);
        let app = prepared(ctx, "live", MEMBERS + 1, &trade).await?;
        let members = ctx.scaled(MEMBERS);
        let (mut waits, seconds) = crowd(&app, &trade, members).await?;
        waits.sort_unstable();
        let count = waits.len();
        let wait_ms = |hundredth: usize| waits[(count * hundredth / 100).min(count - 1)].as_secs_f64() * 1e3;
        let name = |what: &str| format!("live facts, SQLite FULL, {CLIENTS} clients{what}");
        let mut rows = vec![
            Row::new(name(""), count as f64 / seconds, "facts/s"),
            Row::new(name(", p50"), wait_ms(50), "ms"),
            Row::new(name(", p99"), wait_ms(99), "ms"),
        ];
        rows.push(long_history(&app, &trade, ctx.scaled(LONG_HISTORY)).await?);
        Ok(rows)
    })
}

/// Every client sends the orders of its own members, round by round, each when the one before was answered.
async fn crowd(app: &App, trade: &Trade, members: u64) -> Result<(Vec<Duration>, f64)> {
    let mut queues = Vec::new();
    for client in 0..CLIENTS {
        let histories: Vec<Vec<Fact>> =
            (0..members).filter(|member| member % CLIENTS == client).map(|member| trade.history(member, FACTS_EACH)).collect();
        let rounds = 0..usize::try_from(FACTS_EACH)?;
        let queue: Vec<Fact> = rounds.flat_map(|round| histories.iter().map(move |history| history[round].clone())).collect();
        queues.push(queue);
    }
    let begun = Instant::now();
    let clients: Vec<_> = queues.into_iter().map(|queue| tokio::spawn(happen(app.clone(), queue))).collect();
    let mut waits = Vec::new();
    for client in clients {
        waits.append(&mut client.await??);
    }
    Ok((waits, begun.elapsed().as_secs_f64()))
}

async fn send(app: App, facts: Vec<Fact>) -> Result<Vec<Duration>> {
    let mut waits = Vec::with_capacity(facts.len());
    for fact in facts {
        let begun = Instant::now();
        app.submit(fact).await?.context("a fact was refused")?;
        waits.push(begun.elapsed());
    }
    Ok(waits)
}

/// Sends orders that happen as they are sent.
async fn happen(app: App, orders: Vec<Fact>) -> Result<Vec<Duration>> {
    let mut waits = Vec::with_capacity(orders.len());
    for order in orders {
        let now = app.now();
        waits.append(&mut send(app.clone(), vec![Fact { occurred_at: now, recorded_at: now, ..order }]).await?);
    }
    Ok(waits)
}

/// The last quarter of a long history against its first.
async fn long_history(app: &App, trade: &Trade, facts: u64) -> Result<Row> {
    let facts = trade.history(MEMBERS, facts.max(8) / 4 * 4);
    let quarter = facts.len() / 4;
    let mut rates = Vec::new();
    for part in facts.chunks(quarter) {
        let begun = Instant::now();
        send(app.clone(), part.to_vec()).await?;
        rates.push(part.len() as f64 / begun.elapsed().as_secs_f64());
    }
    let name = format!("live facts of one member, {} of them: last quarter (baseline: first quarter)", facts.len());
    Ok(Row::new(name, rates[3], "facts/s").against(rates[0]))
}

/// An open database with the program that ships and so many members.
pub async fn prepared(ctx: &Ctx, folder: &str, members: u64, trade: &Trade) -> Result<App> {
    let location = Location::folder(ctx.folder.join(folder));
    let app = App::open(&location, Durability::Full, Clock::System).await?;
    populate(&app, members, trade).await?;
    Ok(app)
}

/// Applies the program that ships and writes members.
pub async fn populate(app: &App, members: u64, trade: &Trade) -> Result<()> {
    hansa::program::apply(app, &standard()?, None, None, None).await?;
    let all: Vec<Member> = (0..members)
        .map(|member| Member { id: trade.member(member).to_string(), name: format!("Member {member}"), ..Member::default() })
        .collect();
    let now = app.now();
    for part in all.chunks(10_000) {
        app.db.write(|tx| async move { put(&tx, part, now).await.map_err(AppError::from) }).await?;
    }
    Ok(())
}

/// A runtime as the `hansa` program has it.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
