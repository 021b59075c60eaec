//! What standing gives.

use std::{collections::BTreeMap, sync::Arc};

use super::Text;
use crate::calendar::Period;

/// What standing gives.
#[derive(Debug)]
pub struct Benefit {
    /// Its id.
    pub id: Arc<str>,
    /// `benefit:` and the id.
    pub rule: Arc<str>,
    /// Its name.
    pub name: Text,
    /// The tiers that give it: track and rank; empty when it is only given by hand.
    pub tiers: Vec<(usize, usize)>,
    /// What it is.
    pub gives: Gives,
    /// Whom it goes to.
    pub recipient: Recipient,
}

/// What a benefit is.
#[derive(Debug, Clone, PartialEq)]
pub enum Gives {
    /// A right.
    Right,
    /// So many units in each period.
    Metered(Metered),
    /// A price list, discount or limit, as written.
    Priced(BTreeMap<String, toml::Value>),
}

/// A grant of units for each period.
#[derive(Debug, Clone, PartialEq)]
pub struct Metered {
    /// The unit's place in the program.
    pub unit: usize,
    /// In the unit's smallest step.
    pub amount: i64,
    /// How often; `None` for once on entitlement.
    pub per: Option<Period>,
    /// What happens to what is left at the period's end.
    pub rollover: Rollover,
    /// Lower is spent first.
    pub priority: i32,
}

/// What happens to what is left of a metered benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollover {
    /// It lapses with the period.
    None,
    /// It may be used in the next period too.
    OnePeriod,
    /// It stays by the unit's own expiry.
    All,
}

/// Whom a benefit goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// The company.
    Company,
    /// A person, with the company's consent, a cap in minor units and a disclosure record.
    Person {
        /// The most one person may receive, in minor units of the program's currency.
        cap_minor: i64,
    },
}
