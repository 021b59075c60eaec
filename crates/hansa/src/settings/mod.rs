//! What a platform decides for itself: how it is called, what needs a second person, how long what names people is kept.
//!
//! Settings are one document, changed as a whole section by section, with every change in the audit. What belongs to the machine (addresses, keys, mail
//! servers) is configuration of `hansa serve`; what members earn is the program.

pub mod serve;
pub(crate) mod view;

use std::collections::BTreeMap;

use program::Fact;
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::vault;

/// The row of the settings.
const NAME: &str = "settings";
/// The longest name of a platform, in characters.
const NAME_MAX: usize = 60;
/// The longest word on how the platform is reached, in characters.
const CONTACT_MAX: usize = 200;
/// Days that something is kept at least and at most, where a rule is set.
const DAYS: std::ops::RangeInclusive<u32> = 30..=36_500;
/// Kinds of facts that give and take units by their own word.
pub(crate) const ADJUSTING: [&str; 3] = ["points.adjusted", "points.pooled", "points.shared"];
/// What white text on a colour must have (WCAG 2.2, 1.4.3).
const CONTRAST_MIN: f64 = 4.5;

/// The settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({
    "platform": { "name": "华东工业品", "color": "#0b5cad", "contact": "400-800-1234" },
    "approvals": { "program": true, "adjustments_above": { "points": 10_000 } },
    "retention": { "contacts_days": 1_095, "people_days": null, "documents_days": 365 }
}))]
pub struct Settings {
    /// How the platform presents itself.
    pub platform: Platform,
    /// What needs a second person.
    pub approvals: Approvals,
    /// How long what names people is kept.
    pub retention: Retention,
}

/// How the platform presents itself to members.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Platform {
    /// Its name; `Hansa` without one.
    pub name: Option<String>,
    /// Its colour, `#rrggbb`, dark enough for white text on it.
    pub color: Option<String>,
    /// How members reach it, e.g. a telephone number.
    pub contact: Option<String>,
}

/// What nobody does alone (four eyes).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Approvals {
    /// Putting a program into force, also an older one again.
    pub program: bool,
    /// Adjustments of more than this, in the smallest step of the unit; units that are not named need nobody else.
    pub adjustments_above: BTreeMap<String, i64>,
}

impl Approvals {
    /// Whether an adjustment needs a second person.
    pub fn ask_for_two(&self, unit: &str, amount: i64) -> bool {
        self.adjustments_above.get(unit).is_some_and(|most| amount.unsigned_abs() > most.unsigned_abs())
    }

    /// Whether a fact is an adjustment that needs a second person, who is asked elsewhere. Units that are said to have come from another company are no other
    /// thing: Hansa itself writes those facts when a company spends what its parents have.
    pub fn stop(&self, fact: &Fact) -> bool {
        let amount = || fact.int("amount").unwrap_or(0);
        ADJUSTING.contains(&fact.kind.name()) && fact.text("unit").is_some_and(|unit| self.ask_for_two(unit, amount()))
    }
}

/// How long what names people is kept, in days; `null` is for ever. Facts, points and the audit's chain stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Retention {
    /// Contacts of enterprises about which nothing happened for so long: they are erased.
    pub contacts_days: Option<u32>,
    /// People of enterprises who did not sign in for so long: they are erased.
    pub people_days: Option<u32>,
    /// Documents that only verifications name which were decided so long ago: they are removed.
    pub documents_days: Option<u32>,
}

/// The settings in force.
///
/// # Errors
/// When the database fails or they cannot be read.
pub async fn current<C: ConnectionTrait>(conn: &C) -> Result<Settings, DbErr> {
    let Some(text) = vault::setting(conn, NAME).await? else { return Ok(Settings::default()) };
    serde_json::from_str(&text).map_err(|error| DbErr::Custom(format!("the settings cannot be read: {error}")))
}

async fn put<C: ConnectionTrait>(conn: &C, settings: &Settings) -> Result<(), DbErr> {
    vault::set(conn, NAME, &serde_json::json!(settings).to_string()).await
}

/// The first field that is not right, and what would be. `units` are those of the program.
fn check(settings: &Settings, units: &[String]) -> Result<(), (String, String)> {
    let Settings { platform, approvals, retention } = settings;
    let texts = [("platform.name", &platform.name, NAME_MAX), ("platform.contact", &platform.contact, CONTACT_MAX)];
    for (field, text, most) in texts {
        let bad = |text: &str| text.trim().is_empty() || text.chars().count() > most || text.chars().any(char::is_control);
        if text.as_deref().is_some_and(bad) {
            return Err((field.to_owned(), format!("1 to {most} characters, or null")));
        }
    }
    if let Some(color) = &platform.color {
        let channels = channels(color).ok_or_else(|| ("platform.color".to_owned(), "a colour such as #0b5cad, or null".to_owned()))?;
        if against_white(channels) < CONTRAST_MIN {
            return Err(("platform.color".to_owned(), format!("dark enough for white text on it: a contrast of {CONTRAST_MIN} to 1")));
        }
    }
    for (unit, amount) in &approvals.adjustments_above {
        let field = format!("approvals.adjustments_above.{unit}");
        if !units.contains(unit) {
            return Err((field, format!("a unit of the program: {}", units.join(", "))));
        }
        if *amount < 0 {
            return Err((field, "0 or more, in the unit's smallest step".to_owned()));
        }
    }
    let rules =
        [("contacts_days", retention.contacts_days), ("people_days", retention.people_days), ("documents_days", retention.documents_days)];
    match rules.into_iter().find(|(_, days)| days.is_some_and(|days| !DAYS.contains(&days))) {
        Some((rule, _)) => Err((format!("retention.{rule}"), format!("{} to {} days, or null", DAYS.start(), DAYS.end()))),
        None => Ok(()),
    }
}

fn channels(color: &str) -> Option<[u8; 3]> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

/// The contrast of a colour with white (WCAG 2.2, "contrast ratio", "relative luminance").
#[allow(clippy::float_arithmetic, reason = "a contrast is no money")]
fn against_white([red, green, blue]: [u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    1.05 / (0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_carries_white_text() {
        let contrast = |color: &str| (against_white(channels(color).unwrap()) * 100.0).round() / 100.0;
        // Figures of the WCAG's own examples of greys, and black.
        assert_eq!((contrast("#767676"), contrast("#777777"), contrast("#000000"), contrast("#ffffff")), (4.54, 4.48, 21.0, 1.0));
        assert_eq!(channels("#12345g"), None);
        assert_eq!((channels("0b5cad"), channels("#0b5ca")), (None, None));
    }

    #[test]
    fn the_field_that_is_wrong_is_named() {
        let units = ["points".to_owned()];
        let wrong = |set: &dyn Fn(&mut Settings)| {
            let mut settings = Settings::default();
            set(&mut settings);
            check(&settings, &units).unwrap_err().0
        };
        assert_eq!(check(&Settings::default(), &units), Ok(()));
        assert_eq!(wrong(&|one| one.platform.name = Some(" ".to_owned())), "platform.name");
        assert_eq!(wrong(&|one| one.platform.color = Some("#ffff00".to_owned())), "platform.color");
        assert_eq!(wrong(&|one| one.approvals.adjustments_above.extend([("stars".to_owned(), 1)])), "approvals.adjustments_above.stars");
        assert_eq!(wrong(&|one| one.approvals.adjustments_above.extend([("points".to_owned(), -1)])), "approvals.adjustments_above.points");
        assert_eq!(wrong(&|one| one.retention.people_days = Some(29)), "retention.people_days");
    }
}
