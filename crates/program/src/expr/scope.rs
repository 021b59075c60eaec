//! The names an expression may use.

use std::collections::HashMap;
use std::sync::Arc;

use chrono_tz::Tz;
use sqlparser::tokenizer::Location;

use super::Type;
use super::error::{ExprError, nearest};

/// The columns an expression may read, and the time zone its dates are in.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    columns: Vec<Column>,
    by_name: HashMap<String, usize>,
    zone: Tz,
}

/// One name with its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// As it is written: `spend`, or dotted, `buyer.rank`.
    pub name: Arc<str>,
    /// The type its values have.
    pub ty: Type,
    /// What it is in the words of the field, for messages: "metric", "field of order.completed".
    pub what: Arc<str>,
}

impl Scope {
    /// No columns, UTC.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same scope with its dates read in `zone`.
    #[must_use]
    pub fn in_zone(mut self, zone: Tz) -> Self {
        self.zone = zone;
        self
    }

    /// Adds a column and gives its index in the row. A name that is already there (whatever its case) is hidden by the new one.
    pub fn column(&mut self, name: impl Into<Arc<str>>, ty: Type, what: impl Into<Arc<str>>) -> usize {
        let column = Column { name: name.into(), ty, what: what.into() };
        self.by_name.insert(column.name.to_lowercase(), self.columns.len());
        self.columns.push(column);
        self.columns.len() - 1
    }

    /// All columns; the position is the index in the row.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The index of a name, without regard to case.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.to_lowercase()).copied()
    }

    /// The time zone that dates and calendar arithmetic are in.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// The index of a name, or the error that suggests the nearest one.
    pub(super) fn resolve(&self, name: &str, at: Location) -> Result<usize, ExprError> {
        if let Some(index) = self.find(name) {
            return Ok(index);
        }
        if let Some(near) = nearest(name, self.columns.iter().map(|column| &*column.name)) {
            let what = self.find(near).map_or("column", |index| &*self.columns[index].what);
            return Err(ExprError::new(at, format!("unknown {what} `{name}`")).help(format!("did you mean `{near}`?")));
        }
        Err(ExprError::new(at, format!("unknown column `{name}`")).help(self.known()))
    }

    fn known(&self) -> String {
        if self.columns.is_empty() {
            return "there are no columns here, only constants".to_owned();
        }
        let shown: Vec<&str> = self.columns.iter().map(|column| &*column.name).take(KNOWN_SHOWN).collect();
        let more = if self.columns.len() > KNOWN_SHOWN { ", …" } else { "" };
        format!("known here: {}{more}", shown.join(", "))
    }
}

/// How many names an error lists when none is near.
const KNOWN_SHOWN: usize = 12;
