//! Work that takes longer than a request: simulations asked for, and upkeep that returns by itself.
//!
//! A job is a row. Whoever serves takes what is due, one node each job, holds it by a lease that it renews, and writes down how far it is. A node that
//! dies leaves its lease to end, and the job is taken again; so every kind of work can be done twice without harm. Upkeep keeps one row for each kind
//! and comes due again when it has ended.

mod progress;
mod run;
pub mod serve;
mod store;

pub use progress::Progress;
pub use run::{round, run};
pub use store::{Asked, Job, ask, cancel, find, hurry, list};

use serde_json::{Value, json};

use crate::app::{App, AppError};
use crate::{events, files, imports, mail, people, retention, sign_in, sign_up, simulate, tiers, verification, webhooks};

const HOUR_US: i64 = 3_600_000_000;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Time passes for every member: holds end, units lapse, reviews fall due; after a program was applied everyone is judged anew.
    Evaluate,
    /// What has ended and is of no more use is removed: sessions, tickets, letters, jobs.
    Tidy,
    /// Verifications whose time is over end.
    Lapse,
    /// What names people is erased when its time is over, by the settings.
    Retain,
    /// Another program over all history.
    Simulate,
    /// A file comes in.
    Import,
    /// An import is taken back.
    Undo,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [Kind::Evaluate, Kind::Tidy, Kind::Lapse, Kind::Retain, Kind::Simulate, Kind::Import, Kind::Undo];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Evaluate => "evaluate",
            Kind::Tidy => "tidy",
            Kind::Lapse => "lapse",
            Kind::Retain => "retain",
            Kind::Simulate => "simulate",
            Kind::Import => "import",
            Kind::Undo => "undo",
        }
    }

    /// The kind of a name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// After how long it returns by itself, in microseconds; `None` when it is done once.
    pub fn every_us(self) -> Option<i64> {
        match self {
            Kind::Evaluate | Kind::Lapse => Some(HOUR_US),
            Kind::Tidy => Some(6 * HOUR_US),
            Kind::Retain => Some(24 * HOUR_US),
            Kind::Simulate | Kind::Import | Kind::Undo => None,
        }
    }

    /// Does it; what came of it.
    async fn work(self, app: &App, job: &str, input: &str, progress: &Progress) -> Result<Value, AppError> {
        match self {
            Kind::Evaluate => {
                let settled = tiers::evaluate(app, app.now(), |done| progress.add(done)).await?;
                Ok(json!({ "members_ticked": settled.ticked, "members_replayed": settled.replayed }))
            }
            Kind::Tidy => tidy(app).await,
            Kind::Lapse => Ok(json!({ "verifications": verification::lapse(app).await? })),
            Kind::Retain => retention::keep_rules(app).await,
            Kind::Simulate => simulate::job(app, input, progress).await,
            Kind::Import => imports::job::import(app, job, input, progress).await,
            Kind::Undo => imports::job::take_back(app, job, input, progress).await,
        }
    }
}

/// Removes what has ended long enough ago.
async fn tidy(app: &App) -> Result<Value, AppError> {
    let now = app.now();
    let files = files::sweep(app, now).await? + imports::upload::sweep(app).await?;
    app.db
        .write(|tx| async move {
            Ok::<_, AppError>(json!({
                "sessions": sign_in::forget_ended(&tx, now).await?,
                "tickets": people::forget_ended(&tx, now).await?,
                "sign_ups": sign_up::forget_ended(&tx, now).await?,
                "letters": mail::forget_sent(&tx, now).await?,
                "jobs": store::forget_ended(&tx, now).await?,
                "files": files,
                "deliveries": webhooks::forget_ended(&tx, now).await?,
                "events": events::forget_before(&tx, ledger::Instant(now.0 - events::HISTORY_US)).await?,
            }))
        })
        .await
}
