//! What stretch of time a metric looks at.

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Day, Period, Span};

/// The first days of the periods that hold one day, worked out when first asked for.
#[derive(Clone, Debug)]
pub struct Starts {
    day: Day,
    joined: Day,
    known: [Cell<Option<Day>>; 4],
    rolling: Cell<Option<(Span, Day)>>,
}

impl Starts {
    /// For a day, and the day on which the member joined.
    pub fn of(day: Day, joined: Day) -> Starts {
        Starts { day, joined, known: Default::default(), rolling: Cell::default() }
    }

    /// For another day of the same member.
    pub fn on(&self, day: Day) -> Starts {
        Starts::of(day, self.joined)
    }

    /// The first day of a period.
    #[inline(always)]
    pub fn period(&self, period: Period) -> Day {
        let known = &self.known[period as usize];
        known.get().unwrap_or_else(|| {
            let start = period.start(self.day, self.joined);
            known.set(Some(start));
            start
        })
    }

    /// [`Window::start`].
    #[inline(always)]
    pub fn window(&self, window: Window) -> Option<Day> {
        match window {
            Window::Current(period) => Some(self.period(period)),
            Window::Rolling(span) => Some(self.rolling(span)),
            Window::Lifetime => None,
        }
    }

    /// The first day of a rolling window; several metrics of a program most often have the same.
    fn rolling(&self, span: Span) -> Day {
        if let Some((_, start)) = self.rolling.get().filter(|(known, _)| *known == span) {
            return start;
        }
        let start = span.window_start(self.day);
        self.rolling.set(Some((span, start)));
        start
    }
}

/// What stretch of time a metric looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// All time.
    Lifetime,
    /// The last so many days or months up to today.
    Rolling(Span),
    /// The current period.
    Current(Period),
}

impl Window {
    /// The first day inside the window when today is `day`; `None` for lifetime.
    pub fn start(self, day: Day, joined: Day) -> Option<Day> {
        match self {
            Window::Lifetime => None,
            Window::Rolling(span) => Some(span.window_start(day)),
            Window::Current(period) => Some(period.start(day, joined)),
        }
    }

    /// Whether something that happened on `day` is surely still in the window on a `later` day: most often no date has to be worked out.
    pub fn surely_holds(self, day: Day, later: Day) -> bool {
        let passed = later.0.saturating_sub(day.0);
        match self {
            Window::Lifetime => true,
            Window::Rolling(Span::Days(days)) => passed < days,
            // No month is shorter than 28 days, no year than 365.
            Window::Rolling(Span::Months(months)) => passed < months / 12 * 365 + months % 12 * 28,
            Window::Current(_) => passed <= 0,
        }
    }

    /// The last day on which something that happened on `day` still counts; `None` for lifetime.
    pub fn last_day(self, day: Day, joined: Day) -> Option<Day> {
        match self {
            Window::Lifetime => None,
            Window::Rolling(span) => {
                // The largest last day whose window still starts at or before `day`; month arithmetic is not invertible at month ends.
                let mut last = span.after(day).plus(2);
                while span.window_start(last) > day {
                    last = last.plus(-1);
                }
                Some(last)
            }
            Window::Current(period) => Some(period.next(day, joined).plus(-1)),
        }
    }
}

impl FromStr for Window {
    type Err = String;
    fn from_str(text: &str) -> Result<Window, String> {
        let text = text.trim();
        if text == "lifetime" {
            return Ok(Window::Lifetime);
        }
        if let Some(span) = text.strip_prefix("rolling ") {
            let span: Span = span.parse()?;
            let too_long = match span {
                Span::Days(days) => days > 3_660,
                Span::Months(months) => months > 120,
            };
            if too_long {
                return Err(format!("`{text}`: a rolling window is at most 10 years"));
            }
            return Ok(Window::Rolling(span));
        }
        text.parse().map(Window::Current).map_err(|_| {
            format!("`{text}` is not a window: lifetime, rolling 12 months, rolling 90 days, calendar month, calendar quarter, calendar year or anniversary year")
        })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Window::Lifetime => f.write_str("lifetime"),
            Window::Rolling(span) => write!(f, "rolling {span}"),
            Window::Current(period) => write!(f, "{period}"),
        }
    }
}
