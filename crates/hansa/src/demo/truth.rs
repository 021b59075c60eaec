//! What drove the members: kept aside from the facts, for the tests of models that try to find it out.

use std::path::Path;

use chrono::{DateTime, SecondsFormat};
use ledger::Instant;

use super::{buying::Buyer, companies::Company};

/// The drivers of one member as they were drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The member.
    pub member: String,
    /// λ: orders a year while alive.
    pub purchase_rate: f64,
    /// μ: dropout rate a year.
    pub dropout_rate: f64,
    /// When it stops for good; it may lie after the end of history, and is then unknown to any honest model.
    pub drops_out_at: Instant,
    /// Whether it is still a customer at the end of history.
    pub alive: bool,
    /// The mean value of its orders, in minor units of CNY.
    pub spend_level_minor: i64,
    /// The day of the year, 0 to 365, on which its own season peaks.
    pub season_peak_day: f64,
    /// How it came: `referral`, `search`, `exhibition` or `field_sales`.
    pub referral_source: &'static str,
    /// The member that brought it.
    pub referrer: Option<String>,
    /// How it does business: `relationship`, `digital`, `price_driven` or `project`.
    pub segment: &'static str,
}

impl Truth {
    pub(super) fn of(company: &Company, buyer: &Buyer, referrer: Option<String>, as_of: Instant) -> Self {
        Truth {
            member: company.member.id.clone(),
            purchase_rate: buyer.rate,
            dropout_rate: buyer.dropout_rate,
            drops_out_at: buyer.leaves_at,
            alive: buyer.leaves_at > as_of,
            spend_level_minor: buyer.level_minor.round() as i64,
            season_peak_day: buyer.season_peak_day,
            referral_source: if referrer.is_some() { "referral" } else { company.channel },
            referrer,
            segment: buyer.segment.as_str(),
        }
    }
}

/// Writes the truth as CSV with a header; rates are a year, instants UTC in RFC 3339, money minor units of CNY.
pub fn write_truth(truth: &[Truth], path: &Path) -> Result<(), csv::Error> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record([
        "member",
        "purchase_rate",
        "dropout_rate",
        "drops_out_at",
        "alive",
        "spend_level_minor",
        "season_peak_day",
        "referral_source",
        "referrer",
        "segment",
    ])?;
    for one in truth {
        file.write_record([
            one.member.as_str(),
            &one.purchase_rate.to_string(),
            &one.dropout_rate.to_string(),
            &rfc3339(one.drops_out_at),
            &one.alive.to_string(),
            &one.spend_level_minor.to_string(),
            &one.season_peak_day.to_string(),
            one.referral_source,
            one.referrer.as_deref().unwrap_or_default(),
            one.segment,
        ])?;
    }
    file.flush()?;
    Ok(())
}

fn rfc3339(at: Instant) -> String {
    DateTime::from_timestamp_micros(at.0).map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default()
}
