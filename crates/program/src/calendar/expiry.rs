//! When lots lapse.

use std::fmt;
use std::str::FromStr;

use ledger::Instant;
use serde::{Deserialize, Serialize};

use super::{Day, Period, Span, Zone};

/// When lots of a unit lapse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expiry {
    /// They do not.
    Never,
    /// At the end of the local day so long after the accrual.
    After(Span),
    /// At the end of the month or year so many periods after the one of the accrual.
    EndOf(Period, i32),
    /// All of them when the member has neither earned nor spent the unit for so long.
    Idle(Span),
}

impl Expiry {
    /// When a lot accrued on a day lapses; `None` where it does not by itself.
    #[inline(always)]
    pub fn of(self, zone: &Zone, day: Day) -> Option<Instant> {
        match self {
            Expiry::Never | Expiry::Idle(_) => None,
            Expiry::After(span) => Some(zone.start(span.after(day).plus(1))),
            Expiry::EndOf(period, more) => {
                zone.start(match period {
                    // Without a joining day the years count from the accrual itself.
                    Period::Anniversary => (0..=more).fold(day, |day, _| period.next(day, day)),
                    calendar => calendar.later(day, day, more + 1),
                })
                .into()
            }
        }
    }
}

impl FromStr for Expiry {
    type Err = String;
    fn from_str(text: &str) -> Result<Expiry, String> {
        let bad = || {
            format!(
                "`{text}` is not an expiry: never, 24 months, end of month, end of year, end of year after 1 year, or 12 months without activity"
            )
        };
        let plain = text.trim();
        if plain == "never" {
            return Ok(Expiry::Never);
        }
        if let Some(span) = plain.strip_suffix(" without activity") {
            return span.parse().map(Expiry::Idle).map_err(|_| bad());
        }
        if let Some(rest) = plain.strip_prefix("end of ") {
            let (period, more) = rest.split_once(" after ").map_or((rest, None), |(period, more)| (period, Some(more)));
            let (period, per_months) = match period {
                "month" => (Period::Month, 1),
                "quarter" => (Period::Quarter, 3),
                "year" => (Period::Year, 12),
                _ => return Err(bad()),
            };
            return match more.map(str::parse::<Span>).transpose() {
                Ok(None) => Ok(Expiry::EndOf(period, 0)),
                Ok(Some(Span::Months(months))) if months % per_months == 0 => Ok(Expiry::EndOf(period, months / per_months)),
                _ => Err(bad()),
            };
        }
        plain.strip_suffix(" after accrual").unwrap_or(plain).parse().map(Expiry::After).map_err(|_| bad())
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Expiry::Never => f.write_str("never"),
            Expiry::After(span) => write!(f, "{span} after accrual"),
            Expiry::EndOf(period, 0) => write!(f, "end of {}", short(*period)),
            Expiry::EndOf(period, n) => write!(f, "end of {} after {n} {0}s", short(*period)),
            Expiry::Idle(span) => write!(f, "{span} without activity"),
        }
    }
}

fn short(period: Period) -> &'static str {
    match period {
        Period::Month => "month",
        Period::Quarter => "quarter",
        Period::Year | Period::Anniversary => "year",
    }
}
