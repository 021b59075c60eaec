//! `verify`: everything recomputed from the facts of a database and compared with what is stored in it, against `simulate` over the
//! same database.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use db::{Durability, Location};
use hansa::app::{App, AppError};
use hansa::clock::Clock;
use hansa::facts::record;
use program::{Fact, Mode};

use super::live::{populate, runtime};
use super::trade::Trade;
use super::{Ctx, Row};

const MEMBERS: u64 = 20_000;
const FACTS_EACH: u64 = 50;
const LINES: usize = 2;
/// Members whose facts are written in one transaction.
const BATCH: u64 = 100;

/// Facts verified per second.
pub fn run(ctx: &Ctx) -> Result<Vec<Row>> {
    runtime()?.block_on(async {
        let trade = Trade::new(13, LINES);
        let (members, each) = (ctx.scaled(MEMBERS), FACTS_EACH);
        let location = Location::folder(ctx.folder.join("verify"));
        let app = App::open(&location, Durability::Normal, Clock::System).await?;
        populate(&app, members, &trade).await?;
        let begun = Instant::now();
        fill(&app, &trade, members, each).await?;
        let filled = begun.elapsed().as_secs_f64();
        let timeline = app.timeline()?;
        let begun = Instant::now();
        let compared = hansa::simulate::simulate(&app, Arc::clone(&timeline), trade.end(), |_| ()).await?;
        let simulated = begun.elapsed().as_secs_f64();
        ensure!(compared.candidate.facts == members * each, "not every fact was simulated");
        let begun = Instant::now();
        let verified = hansa::verify::verify(&app, |_| ()).await?;
        let seconds = begun.elapsed().as_secs_f64();
        ensure!(verified.facts == members * each, "not every fact was verified");
        ensure!(verified.findings.is_empty(), "found: {:?}", verified.findings.first());
        let rate = |seconds: f64| (members * each) as f64 / seconds;
        let facts = members * each;
        Ok(vec![
            Row::new(format!("bulk recording of {facts} facts of {members} members, SQLite"), rate(filled), "facts/s"),
            Row::new(format!("verify of {facts} facts in SQLite (baseline: simulate)"), rate(seconds), "facts/s").against(rate(simulated)),
        ])
    })
}

/// Records the histories of all members as an import does.
async fn fill(app: &App, trade: &Trade, members: u64, each: u64) -> Result<()> {
    let timeline = app.timeline()?;
    for first in (0..members).step_by(usize::try_from(BATCH)?) {
        let facts: Vec<Fact> = (first..(first + BATCH).min(members)).flat_map(|member| trade.history(member, each)).collect();
        let (timeline, facts, now) = (&timeline, &facts, app.now());
        let answers = app
            .db
            .write(|tx| async move { record(&tx, timeline, facts.clone(), Mode::Recorded, now, None).await.map_err(AppError::from) })
            .await?;
        for answer in answers {
            answer.context("a fact was refused")?;
        }
    }
    Ok(())
}
