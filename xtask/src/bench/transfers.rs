//! `transfers-sqlite` and `transfers-postgres`: durable spends of points through the product's own write path, against a bare client
//! that runs the statements which such a spend comes down to: fact, transfer, lot, redemption, state, the decision behind them, and the event that tells of it.

mod pgbench;
mod rusqlite;

use std::time::Instant;

use anyhow::{Context, Result};
use db::testing::TestDatabase;
use db::{Durability, Location};
use hansa::app::App;
use hansa::clock::Clock;
use hansa::schema;
use program::expr::Value;
use program::fact::Body;
use program::{Fact, Kind};
use sea_orm::{ConnectionTrait, Statement};

use super::live::{populate, runtime};
use super::trade::Trade;
use super::{Ctx, Row};

const MEMBERS: u64 = 2_000;
const TRANSFERS: u64 = 20_000;
const SQLITE_CLIENTS: u64 = 256;
const POSTGRES_CLIENTS: u64 = 64;
/// What each member can spend, in points.
const OPENING: i64 = 1_000_000_000;

/// Rounds of the SQLite benchmark. One takes two seconds, in which a disk has its moods: of each side the round in the middle counts.
const ROUNDS: usize = 5;

/// On SQLite with `synchronous=FULL`.
pub fn sqlite(ctx: &Ctx) -> Result<Vec<Row>> {
    let (trade, transfers) = (Trade::new(11, 1), ctx.scaled(TRANSFERS));
    let (prepared, runtime) = (ctx.folder.join("prepared"), runtime()?);
    runtime.block_on(async {
        let app = App::open(&Location::Folder(prepared.clone()), Durability::Full, Clock::System).await?;
        prepare(&app, &trade).await?;
        app.db.close().await.context("closing the prepared database")
    })?;
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let folders = ["product", "bare"].map(|side| ctx.folder.join(format!("{side}-{round}")));
        for folder in &folders {
            std::fs::create_dir_all(folder)?;
            std::fs::copy(prepared.join("hansa.db"), folder.join("hansa.db"))?;
        }
        let [product, bare] = folders;
        let seconds = runtime.block_on(async {
            let app = App::open(&Location::Folder(product.clone()), Durability::Full, Clock::System).await?;
            let seconds = spend(&app, &trade, SQLITE_CLIENTS, transfers).await?;
            app.db.close().await?;
            anyhow::Ok(seconds)
        })?;
        let (commits, baseline) = rusqlite::replayed(&product.join("hansa.db"), &bare.join("hansa.db"), transfers)?;
        rounds.push((seconds, baseline, commits));
    }
    let middle = |side: fn(&(f64, f64, usize)) -> f64| {
        let mut seconds: Vec<f64> = rounds.iter().map(side).collect();
        seconds.sort_by(f64::total_cmp);
        seconds[ROUNDS / 2]
    };
    let (seconds, baseline) = (middle(|round| round.0), middle(|round| round.1));
    let commits = rounds.iter().map(|round| round.2).sum::<usize>() / ROUNDS;
    let name = format!(
        "durable transfers, SQLite FULL, {SQLITE_CLIENTS} clients, {commits} commits, the middle of {ROUNDS} rounds (baseline: bare rusqlite, as many commits)"
    );
    let rate = |seconds: f64| transfers as f64 / seconds;
    Ok(vec![Row::new(name, rate(seconds), "transfers/s").against(rate(baseline))])
}

/// On PostgreSQL; the server of the benchmark does not wait for its disk, on either side.
pub fn postgres(ctx: &Ctx) -> Result<Vec<Row>> {
    let (trade, transfers) = (Trade::new(11, 1), ctx.scaled(TRANSFERS));
    runtime()?.block_on(async {
        let Some((product, bare)) = TestDatabase::postgres(schema::HISTORY).await.zip(TestDatabase::postgres(schema::HISTORY).await) else {
            return Ok(Vec::new());
        };
        let app = App::with(product.db.clone(), Clock::System).await?;
        prepare(&app, &trade).await?;
        prepare(&App::with(bare.db.clone(), Clock::System).await?, &trade).await?;
        let seconds = spend(&app, &trade, POSTGRES_CLIENTS, transfers).await?;
        let payloads = payloads(&app).await?;
        let Some(baseline) = pgbench::run(ctx, bare.location(), POSTGRES_CLIENTS, MEMBERS, seconds, payloads)? else {
            return Ok(Vec::new());
        };
        let name = format!(
            "transfers, PostgreSQL (fsync off on both sides), {POSTGRES_CLIENTS} clients (baseline: pgbench -c {POSTGRES_CLIENTS})"
        );
        Ok(vec![Row::new(name, transfers as f64 / seconds, "transfers/s").against(baseline)])
    })
}

/// How long the payloads of the spends are that the product has just written.
async fn payloads(app: &App) -> Result<pgbench::Payloads> {
    let average = async |sql: &str| -> Result<usize> {
        let row = app.db.read().query_one_raw(Statement::from_string(app.db.read().get_database_backend(), sql)).await?;
        let bytes: i64 = row.context("an average is one row")?.try_get_by_index(0)?;
        Ok(usize::try_from(bytes)?)
    };
    Ok(pgbench::Payloads {
        redemption: average("SELECT CAST(AVG(length(state)) AS BIGINT) FROM redemption").await?,
        state: average("SELECT CAST(AVG(length(state)) AS BIGINT) FROM member_state").await?,
        decision: average("SELECT CAST(AVG(length(body)) AS BIGINT) FROM decision WHERE cause LIKE 'spend-%'").await?,
    })
}

/// Members who all have points to spend.
async fn prepare(app: &App, trade: &Trade) -> Result<()> {
    populate(app, MEMBERS, trade).await?;
    let fields = [("amount", Value::Int(OPENING)), ("reason", Value::from("opening balance"))];
    let openings = (0..MEMBERS).map(|member| fact(app, trade, member, format!("opening-{member}"), "points.adjusted", &fields));
    answered(openings.map(|fact| tokio::spawn(sent(app.clone(), vec![fact]))).collect()).await
}

/// Spends a little, many times, from many clients; the seconds it took. Client and members are paired by chance of the numbers, so
/// that two spends of one member may well meet in one batch.
async fn spend(app: &App, trade: &Trade, clients: u64, transfers: u64) -> Result<f64> {
    let queue = |client: u64| -> Vec<Fact> {
        let numbers = (client..transfers).step_by(usize::try_from(clients).unwrap_or(1));
        let one = |number: u64| {
            let fields = [("amount", Value::Int(i64::try_from(number % 90 + 10).unwrap_or(10)))];
            fact(app, trade, number.wrapping_mul(2_654_435_761) % MEMBERS, format!("spend-{number}"), "points.spent", &fields)
        };
        numbers.map(one).collect()
    };
    let queues: Vec<Vec<Fact>> = (0..clients).map(queue).collect();
    let begun = Instant::now();
    answered(queues.into_iter().map(|queue| tokio::spawn(sent(app.clone(), queue))).collect()).await?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Each fact happens when it is sent, as at a till.
async fn sent(app: App, facts: Vec<Fact>) -> Result<()> {
    for fact in facts {
        let now = app.now();
        app.submit(Fact { occurred_at: now, recorded_at: now, ..fact }).await?.context("a fact was refused")?;
    }
    Ok(())
}

async fn answered(clients: Vec<tokio::task::JoinHandle<Result<()>>>) -> Result<()> {
    for client in clients {
        client.await??;
    }
    Ok(())
}

fn fact(app: &App, trade: &Trade, member: u64, id: String, kind: &str, fields: &[(&str, Value)]) -> Fact {
    let kind = Kind::named(kind);
    let unit = [("unit", Value::from("points"))];
    let fields: Vec<(&str, Value)> = unit.iter().chain(fields).cloned().collect();
    Fact {
        id: id.into(),
        member: trade.member(member),
        kind,
        occurred_at: app.now(),
        recorded_at: app.now(),
        source: "bench".into(),
        actor: None,
        corrects: None,
        body: Body::build(kind, &fields, Vec::new()).expect("a body of the catalogue's form"),
    }
}
