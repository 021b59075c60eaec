//! Facts: what happened, said once, never changed.
//!
//! A fact is about one member and of one kind of the [catalogue]. Its body is typed by the kind; [`Body::from_json`] refuses what
//! does not fit and names the field. Facts of one member are judged in the order of [`Fact::position`].

mod body;
pub mod catalogue;
mod currency;

use std::sync::Arc;

use ledger::Instant;

pub use body::{Body, BodyError, Line, MAX_LINES};
pub use catalogue::{Field, FieldType, Kind};
pub use currency::minor_digits;

/// One thing that happened to one member.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Chosen by the sender, unique in the installation: sending it again changes nothing. At most [`MAX_ID`] bytes.
    pub id: Arc<str>,
    /// The enterprise it is about.
    pub member: Arc<str>,
    /// What kind of thing happened.
    pub kind: Kind,
    /// When it happened in the world.
    pub occurred_at: Instant,
    /// When Hansa heard of it.
    pub recorded_at: Instant,
    /// The system that said so, e.g. `erp` or `import:2011-orders`.
    pub source: Arc<str>,
    /// The person or key behind it, when known.
    pub actor: Option<Arc<str>>,
    /// The id of the mistaken fact that this one stands in for.
    pub corrects: Option<Arc<str>>,
    /// The details, typed by the kind.
    pub body: Body,
}

/// Longest fact id, in bytes.
pub const MAX_ID: usize = 128;

/// Where a fact stands among the facts of its member: by `occurred_at`, then `recorded_at`, then `id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// When it happened.
    pub occurred_at: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Its id.
    pub id: Arc<str>,
}

impl Fact {
    /// The fact's place in the order of judgement.
    pub fn position(&self) -> Position {
        Position { occurred_at: self.occurred_at, recorded_at: self.recorded_at, id: self.id.clone() }
    }

    /// Compares two facts by [`Fact::position`] without copying ids.
    pub fn order(&self, other: &Fact) -> std::cmp::Ordering {
        (self.occurred_at, self.recorded_at, &self.id).cmp(&(other.occurred_at, other.recorded_at, &other.id))
    }

    /// The text of a named field, if the kind has it and it is set.
    pub fn text(&self, name: &str) -> Option<&Arc<str>> {
        match self.body.get(self.kind, name)? {
            crate::expr::Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of the order it is about, if it names one.
    pub fn order_number(&self) -> Option<&Arc<str>> {
        match self.body.at(self.kind.order_field()?) {
            crate::expr::Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its amount of money in minor units, if it has one.
    pub fn amount_minor(&self) -> Option<i64> {
        match self.body.at(self.kind.amount_field()?) {
            crate::expr::Value::Dec(amount) => i64::try_from(amount.mantissa()).ok(),
            _ => None,
        }
    }

    /// The whole number in a named field, if the kind has it and it is set.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.body.get(self.kind, name)? {
            crate::expr::Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The instant in a named field, if the kind has it and it is set.
    pub fn time(&self, name: &str) -> Option<Instant> {
        match self.body.get(self.kind, name)? {
            crate::expr::Value::Time(at) => Some(*at),
            _ => None,
        }
    }

    /// The amount of money in a named field in minor units, if set.
    pub fn minor(&self, name: &str) -> Option<i64> {
        match self.body.get(self.kind, name)? {
            crate::expr::Value::Dec(amount) => i64::try_from(amount.mantissa()).ok(),
            _ => None,
        }
    }
}
