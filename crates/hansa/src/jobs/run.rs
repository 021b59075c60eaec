//! Whoever serves does what is due.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ledger::Instant;
use sea_orm::DbErr;
use tokio::task::JoinSet;
use tracing::Instrument;

use super::{Job, Progress, store};
use crate::app::{App, AppError};
use crate::traces;

/// How often the jobs are looked at when nobody wakes us.
const EVERY: Duration = Duration::from_secs(1);
/// How often a lease is renewed.
const SIGN_EVERY: Duration = Duration::from_secs(2);
/// Jobs at once on one node.
const AT_ONCE: usize = 2;
const MINUTE_US: i64 = 60_000_000;

/// The jobs that this process has in hand, by id.
type InHand = Arc<Mutex<HashMap<String, Job>>>;

/// Does what is due until `stop` ends; what is in hand then is given back, so that another process goes on with it at once.
pub async fn run(app: App, stop: impl Future<Output = ()>) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut running, in_hand) = (JoinSet::new(), InHand::default());
    let mut kept = false;
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            _ = ticks.tick() => {}
            () = app.jobs_asked.notified() => {}
            Some(_) = running.join_next(), if !running.is_empty() => {}
        }
        let looked = async {
            if !kept {
                store::keep_upkeep(&app).await?;
                kept = true;
            }
            while running.len() < AT_ONCE {
                let Some(job) = taken(&app).await? else { break };
                running.spawn(work(app.clone(), job, in_hand.clone()));
            }
            Ok::<_, DbErr>(())
        };
        if let Err(error) = looked.await {
            tracing::error!(%error, "the jobs could not be read");
        }
    }
    running.shutdown().await;
    let left: Vec<Job> = in_hand.lock().unwrap_or_else(PoisonError::into_inner).drain().map(|(_, job)| job).collect();
    for job in &left {
        let now = app.now();
        if let Err(error) = app.db.write(|tx| async move { store::give_back(&tx, job, now).await }).await {
            tracing::warn!(%error, job = job.id, "a job was not given back; it goes on when its lease has ended");
        }
    }
}

/// Does everything that is due now, one after the other; how many jobs it was.
///
/// # Errors
/// When the database fails.
pub async fn round(app: &App) -> Result<u64, DbErr> {
    store::keep_upkeep(app).await?;
    let mut done = 0;
    while let Some(job) = taken(app).await? {
        work(app.clone(), job, InHand::default()).await;
        done += 1;
    }
    Ok(done)
}

async fn taken(app: &App) -> Result<Option<Job>, DbErr> {
    let now = app.now();
    // Most often there is nothing, which the readers can tell.
    if !store::any_due(app.db.read(), now).await? {
        return Ok(None);
    }
    app.db.write(|tx| async move { store::take(&tx, now).await }).await
}

async fn work(app: App, job: Job, in_hand: InHand) {
    in_hand.lock().unwrap_or_else(PoisonError::into_inner).insert(job.id.clone(), job.clone());
    let (progress, span) = (Progress::default(), traces::job(job.kind.name(), &job.id));
    let ended = tokio::select! {
        ended = job.kind.work(&app, &job.id, &job.input, &progress).instrument(span.clone()) => Some(ended),
        () = lost(&app, &job, &progress) => None,
    };
    let (now, job, ended, seen) = (app.now(), &job, &ended, progress.seen());
    let written = app.db.write(|tx| async move {
        let Some(ended) = ended else { return Ok(()) };
        if !store::renew(&tx, job, seen.0, seen.1, now).await? {
            return Ok(());
        }
        match ended {
            Ok(result) => store::finish(&tx, job, &result.to_string(), now).await,
            Err(error) => store::fail(&tx, job, &error.to_string(), worth_again(error, job, now), now).await,
        }
    });
    if let Err(error) = written.await {
        tracing::error!(%error, job = job.id, "the end of a job was not written");
    }
    if let Some(Err(error)) = ended {
        traces::failed(&span);
        tracing::warn!(%error, job = job.id, "a job failed");
    }
    in_hand.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.id);
}

/// When it is worth trying again: not when what was asked for is refused.
fn worth_again(error: &AppError, job: &Job, now: Instant) -> Option<Instant> {
    let passing = matches!(error, AppError::Database(_) | AppError::Writer(_) | AppError::Open(_));
    passing.then(|| Instant(now.0 + (MINUTE_US << job.attempts.clamp(0, 6))))
}

/// Ends when the job is not ours any more: somebody cancelled it, or took it because we were silent too long.
async fn lost(app: &App, job: &Job, progress: &Progress) {
    loop {
        tokio::time::sleep(SIGN_EVERY).await;
        let (now, (done, total)) = (app.now(), progress.seen());
        match app.db.write(|tx| async move { store::renew(&tx, job, done, total, now).await }).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, job = job.id, "a lease was not renewed"),
        }
    }
}
