//! Instants as files write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use ledger::Instant;

/// Reads instants in one time zone, remembering the last one: the lines of an order share theirs.
#[derive(Debug, Clone)]
pub(super) struct Instants {
    zone: Tz,
    formats: Vec<String>,
    last: (String, Option<Instant>),
}

impl Instants {
    pub(super) fn new(zone: Tz, formats: Vec<String>) -> Self {
        Self { zone, formats, last: (String::new(), None) }
    }

    /// The instant of a text: the mapping's formats first, then ISO 8601. A date is the midnight that begins it.
    pub(super) fn parse(&mut self, text: &str) -> Option<Instant> {
        let text = text.trim();
        if self.last.0 != text {
            self.last.1 = self.read(text);
            text.clone_into(&mut self.last.0);
        }
        self.last.1
    }

    fn read(&self, text: &str) -> Option<Instant> {
        for format in &self.formats {
            if let Ok(at) = DateTime::parse_from_str(text, format) {
                return Some(Instant(at.timestamp_micros()));
            }
            let naive = NaiveDateTime::parse_from_str(text, format)
                .or_else(|_| NaiveDate::parse_from_str(text, format).map(|date| date.and_time(NaiveTime::MIN)));
            if let Ok(naive) = naive {
                return local(naive, self.zone);
            }
        }
        if let Some(naive) = plain(text) {
            return local(naive, self.zone);
        }
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Some(Instant(at.timestamp_micros()));
        }
        for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
            if let Ok(naive) = NaiveDateTime::parse_from_str(text, format) {
                return local(naive, self.zone);
            }
        }
        None
    }
}

/// `2010-12-01` and `2010-12-01 08:26:00`, digit by digit: what nearly every file holds.
fn plain(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<u32> {
        bytes[from..to].iter().try_fold(0, |sum: u32, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    if !matches!(bytes.len(), 10 | 19) || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    if bytes.len() == 10 {
        return Some(date.and_time(NaiveTime::MIN));
    }
    if !matches!(bytes[10], b' ' | b'T') || bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    date.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)
}

/// A local time as an instant. A time that the clocks show twice is the first; one that they skip is read as if they had not.
fn local(naive: NaiveDateTime, zone: Tz) -> Option<Instant> {
    let at = zone.from_local_datetime(&naive).earliest().or_else(|| {
        let before = naive.checked_sub_signed(TimeDelta::hours(3))?;
        zone.from_local_datetime(&before).earliest()?.checked_add_signed(TimeDelta::hours(3))
    })?;
    Some(Instant(at.timestamp_micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: Tz, formats: &[&str], text: &str, expected: Option<&str>) {
        let mut instants = Instants::new(zone, formats.iter().map(|format| (*format).to_owned()).collect());
        let shown = instants.parse(text).and_then(|at| DateTime::from_timestamp_micros(at.0)).map(|at| at.to_rfc3339());
        assert_eq!(shown.as_deref(), expected, "{text}");
    }

    #[test]
    fn iso_dates_are_read_in_the_zone_of_the_mapping() {
        check(Tz::UTC, &[], "2010-12-01 08:26:00", Some("2010-12-01T08:26:00+00:00"));
        check(Tz::Europe__London, &[], "2011-06-01 08:26:00", Some("2011-06-01T07:26:00+00:00"));
        check(Tz::Asia__Shanghai, &[], "2026-03-01", Some("2026-02-28T16:00:00+00:00"));
        check(Tz::Asia__Shanghai, &[], "2026-03-01T08:00:00Z", Some("2026-03-01T08:00:00+00:00"));
        check(Tz::Asia__Shanghai, &[], "2026-03-01 08:00", Some("2026-03-01T00:00:00+00:00"));
        check(Tz::UTC, &[], "2026-03-01T08:00:00.25", Some("2026-03-01T08:00:00.250+00:00"));
        check(Tz::UTC, &["%d.%m.%Y"], "01.03.2026", Some("2026-03-01T00:00:00+00:00"));
        check(Tz::UTC, &["%d/%m/%Y %H:%M"], "01/03/2026 09:30", Some("2026-03-01T09:30:00+00:00"));
        check(Tz::UTC, &[], "01/03/2026", None);
        check(Tz::UTC, &[], "2026-02-30", None);
        check(Tz::UTC, &[], "２０２６-１", None);
    }

    /// British clocks skipped 01:30 on 2011-03-27 and showed it twice on 2011-10-30: both still name one instant.
    #[test]
    fn times_the_clocks_skip_or_repeat_are_read() {
        check(Tz::Europe__London, &[], "2011-03-27 01:30:00", Some("2011-03-27T01:30:00+00:00"));
        check(Tz::Europe__London, &[], "2011-10-30 01:30:00", Some("2011-10-30T00:30:00+00:00"));
    }
}
