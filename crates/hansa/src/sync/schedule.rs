//! When a source is read.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use chrono::DateTime;
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds};
use ledger::Instant;

use super::{Asked, Sync, SyncError, find, run};
use crate::app::App;

/// The longest sleep: clocks are set, and machines sleep too.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How long is waited after the database did not answer.
const AGAIN: Duration = Duration::from_secs(30);

/// A cron expression in a time zone.
#[derive(Clone, Debug)]
pub struct Schedule {
    cron: Cron,
    zone: Tz,
}

impl Schedule {
    /// Five fields (minute, hour, day of the month, month, day of the week), or a name such as `@hourly`.
    ///
    /// # Errors
    /// Says what would be right.
    pub fn parse(text: &str, zone: Tz) -> Result<Schedule, String> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).build();
        let cron =
            parser.parse(text).map_err(|error| format!("schedule: `{text}` is no cron expression such as `*/15 * * * *`: {error}"))?;
        Ok(Schedule { cron, zone })
    }

    /// The first time after an instant.
    pub fn after(&self, at: Instant) -> Option<Instant> {
        let at = DateTime::from_timestamp_micros(at.0)?.with_timezone(&self.zone);
        self.cron.find_next_occurrence(&at, false).ok().map(|next| Instant(next.timestamp_micros()))
    }
}

/// Reads a source on its schedule until this is ended. A time that was missed because nobody ran is made up for once.
pub async fn keep(app: App, sync: Sync) {
    let Some(schedule) = sync.schedule.clone() else { return };
    loop {
        let now = app.now();
        let next = match find(app.db.read(), &sync.name).await {
            Ok(None) => Some(now),
            Ok(Some(stand)) => schedule.after(stand.begun_at),
            Err(error) => {
                tracing::error!(%error, sync = sync.name, "when it last ran cannot be read");
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        let Some(next) = next else { return };
        if next > now {
            let left = u64::try_from(next.0 - now.0).unwrap_or(0);
            tokio::time::sleep(Duration::from_micros(left).min(LOOK_EVERY)).await;
            continue;
        }
        let stop = Arc::new(AtomicBool::new(false));
        match run(&app, &sync, &Asked::default(), &stop, &|_| {}).await {
            Ok(ran) => {
                tracing::info!(sync = sync.name, rows = ran.rows, accepted = ran.accepted, rejected = ran.rejected, "synchronised");
            }
            Err(error) => {
                tracing::error!(%error, sync = sync.name, "not synchronised");
                if matches!(error, SyncError::App(_)) {
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str, zone: Tz, at: &str) -> String {
        let at = Instant(DateTime::parse_from_rfc3339(at).unwrap().timestamp_micros());
        let next = Schedule::parse(text, zone).unwrap().after(at).unwrap();
        DateTime::from_timestamp_micros(next.0).unwrap().to_rfc3339()
    }

    #[test]
    fn times_are_those_of_the_time_zone() {
        assert_eq!(next("*/15 * * * *", Tz::UTC, "2026-07-01T10:00:00Z"), "2026-07-01T10:15:00+00:00");
        assert_eq!(next("30 2 * * *", Tz::Asia__Shanghai, "2026-07-01T10:00:00Z"), "2026-07-01T18:30:00+00:00");
        assert_eq!(next("@daily", Tz::UTC, "2026-07-01T00:00:00Z"), "2026-07-02T00:00:00+00:00");
        // British clocks go on an hour on 29 March 2026: noon comes an hour sooner.
        assert_eq!(next("0 12 * * *", Tz::Europe__London, "2026-03-28T13:00:00Z"), "2026-03-29T11:00:00+00:00");
    }

    #[test]
    fn what_is_no_schedule_is_told() {
        for wrong in ["", "every day", "61 * * * *", "* * * * * *"] {
            assert!(Schedule::parse(wrong, Tz::UTC).unwrap_err().contains("such as `*/15 * * * *`"), "{wrong}");
        }
    }
}
