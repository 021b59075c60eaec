//! What a company agreed that its people may receive, and what they received.
//!
//! A benefit to a person is taken for a bribe in several countries unless the company consents to it, it is capped and it is disclosed.

use std::sync::Arc;

use ledger::Instant;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The company's latest word on whether its people, or one of them, may receive a benefit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// The benefit's id.
    pub benefit: Arc<str>,
    /// The person; `None` for all of whom nothing else was said since.
    pub contact: Option<Arc<str>>,
    /// Whether it agreed.
    pub given: bool,
    /// When the consent ends by itself.
    pub until: Option<Instant>,
}

/// What a person received by one benefit in one calendar year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// The benefit's id.
    pub benefit: Arc<str>,
    /// The person.
    pub contact: Arc<str>,
    /// The calendar year in the program's time zone.
    pub year: i32,
    /// In minor units of the program's currency, exact.
    #[serde(with = "crate::memory::exact")]
    pub total: Decimal,
    /// The uses, each by its fact, with what one smallest step of the unit was worth.
    pub uses: Vec<Use>,
}

/// One use of a benefit by a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Use {
    /// The fact.
    pub fact: Arc<str>,
    /// What one smallest step of the unit is worth, in minor units.
    #[serde(with = "crate::memory::exact")]
    pub each: Decimal,
}

/// Whether the company agrees at an instant: what it said of the person counts, else what it said of all.
pub fn consented(consents: &[Consent], benefit: &str, contact: &str, at: Instant) -> bool {
    let said = |who: Option<&str>| consents.iter().find(|consent| *consent.benefit == *benefit && consent.contact.as_deref() == who);
    let word = said(Some(contact)).or_else(|| said(None));
    word.is_some_and(|word| word.given && word.until.is_none_or(|until| until > at))
}

/// Takes in a further word; one about all people takes the place of what was said of any of them.
pub fn say(consents: &mut Vec<Consent>, word: Consent) {
    consents.retain(|known| known.benefit != word.benefit || (word.contact.is_some() && known.contact != word.contact));
    consents.push(word);
}
