//! What expressions may name, and where each name's value comes from.
//!
//! Metrics see the fact (and its line). Earning rules see the fact and the member's standing. Tiers, missions, segments and stages
//! see standing only.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::expr::{Scope, Type};
use crate::fact::{FieldType, Kind};

/// Where the value of a column comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A field of the fact's body, by its place.
    Field(usize),
    /// The kind of the fact.
    Kind,
    /// When the fact happened.
    OccurredAt,
    /// Who said so.
    Sender,
    /// A part of the order line at hand.
    Line(LinePart),
    /// A metric, by its place in the program.
    Metric(usize),
    /// A part of the member's profile as facts tell it.
    Profile(ProfilePart),
    /// The id of the tier in force on a track.
    Tier(usize),
    /// Its rank, from 0.
    Rank(usize),
    /// What is available of a unit, in its smallest step.
    Balance(usize),
}

/// Parts of an order line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the fields of a line")]
pub enum LinePart {
    Sku,
    Category,
    Quantity,
    Amount,
}

/// Parts of a member's profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the fields of member.registered, member.verified and profile.completed")]
pub enum ProfilePart {
    Level,
    Score,
    Industry,
    Region,
    Employees,
}

/// Names that standing has beside metrics, tracks and units.
pub const PROFILE: &[(&str, ProfilePart, Type)] = &[
    ("profile.level", ProfilePart::Level, Type::Text),
    ("profile.score", ProfilePart::Score, Type::Int),
    ("profile.industry", ProfilePart::Industry, Type::Text),
    ("profile.region", ProfilePart::Region, Type::Text),
    ("profile.employees", ProfilePart::Employees, Type::Int),
];

/// A scope under construction beside the origins of its columns.
#[derive(Clone)]
pub struct Naming {
    scope: Scope,
    sources: Vec<Source>,
}

impl Naming {
    /// Nothing can be named yet; date functions read `tz`.
    pub fn new(tz: Tz) -> Naming {
        Naming { scope: Scope::new().in_zone(tz), sources: Vec::new() }
    }

    /// Adds one name.
    pub fn add(&mut self, name: &str, ty: Type, what: &str, source: Source) {
        let at = self.scope.column(name, ty, what);
        debug_assert_eq!(at, self.sources.len(), "a scope gives places in order");
        self.sources.push(source);
    }

    /// Adds the fields of a kind of fact, and of its lines when each line is looked at.
    pub fn fact(mut self, kind: Kind, each_line: bool) -> Naming {
        let what = format!("field of {}", kind.name());
        for (at, field) in kind.spec().fields.iter().enumerate() {
            if let Some(ty) = column_type(field.ty) {
                self.add(field.name, ty, &what, Source::Field(at));
            }
        }
        self.add("fact.kind", Type::Text, "field", Source::Kind);
        self.add("fact.source", Type::Text, "field", Source::Sender);
        self.add("occurred_at", Type::Time, "field", Source::OccurredAt);
        if each_line {
            self.add("line.sku", Type::Text, "field of a line", Source::Line(LinePart::Sku));
            self.add("line.category", Type::Text, "field of a line", Source::Line(LinePart::Category));
            self.add("line.quantity", Type::Decimal, "field of a line", Source::Line(LinePart::Quantity));
            self.add("line.amount", Type::Decimal, "field of a line", Source::Line(LinePart::Amount));
        }
        self
    }

    /// Adds the profile.
    pub fn profile(mut self) -> Naming {
        for (name, part, ty) in PROFILE {
            self.add(name, *ty, "profile field", Source::Profile(*part));
        }
        self
    }

    /// The scope and the origins.
    pub fn done(self) -> (Scope, Arc<[Source]>) {
        (self.scope, self.sources.into())
    }
}

/// The type of a field in expressions; lines have none.
pub fn column_type(ty: FieldType) -> Option<Type> {
    Some(match ty {
        FieldType::Int(..) => Type::Int,
        FieldType::Money | FieldType::Decimal => Type::Decimal,
        FieldType::Currency | FieldType::Text(_) | FieldType::OneOf(_) => Type::Text,
        FieldType::Time => Type::Time,
        FieldType::Lines => return None,
    })
}

/// Whether a name is a field of some kind of fact, so that no metric, unit or track may take it.
pub fn is_field_name(name: &str) -> bool {
    ["occurred_at", "line", "fact", "profile", "kind", "source"].contains(&name)
        || Kind::all().any(|kind| kind.spec().fields.iter().any(|field| field.name == name))
}
