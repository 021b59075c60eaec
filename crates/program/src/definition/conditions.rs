//! Named conditions over standing, and what they set off.

use std::sync::Arc;

use serde::Serialize;

use super::{Condition, Program, Text};
use crate::calendar::Span;

/// A named condition.
#[derive(Debug)]
pub struct Segment {
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub name: Text,
    /// Who is in.
    pub condition: Condition,
    /// What it sets off when a member comes in.
    pub trigger: Option<Trigger>,
}

/// A metric that can lift a member as time goes by.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// The metric's place in the program.
    pub metric: usize,
    /// Whether the condition only gets easier as it rises.
    pub rising: bool,
    /// Whether it falls as time goes by, unless something counts below zero.
    pub falls: bool,
    /// The whole numbers it is compared with, when it is only compared.
    pub thresholds: Option<Vec<i64>>,
}

/// What a condition sets off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Somebody has something to do.
    Task {
        /// What.
        what: Arc<str>,
        /// Who.
        assignee: Assignee,
        /// How soon.
        within: Option<Span>,
    },
    /// Another system is told: the webhook of this name.
    Webhook(Arc<str>),
    /// A mission is offered.
    Mission(Arc<str>),
    /// A benefit is given.
    Benefit(Arc<str>),
}

/// Who has something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// The staff member in charge of the member.
    AccountManager,
    /// Any of the platform's people.
    Staff,
}

impl std::fmt::Display for Trigger {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Trigger::Task { what, assignee, within } => {
                let who = match assignee {
                    Assignee::AccountManager => "the account manager",
                    Assignee::Staff => "staff",
                };
                write!(f, "task for {who}: {what}")?;
                within.map_or(Ok(()), |within| write!(f, ", within {within}"))
            }
            Trigger::Webhook(name) => write!(f, "webhook {name}"),
            Trigger::Mission(id) => write!(f, "mission {id}"),
            Trigger::Benefit(id) => write!(f, "benefit {id}"),
        }
    }
}

impl Program {
    /// Every named condition with the word of its section, in the order of the sections.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &Segment)> {
        let sections: [(&'static str, &[Segment]); 5] = [
            ("segment", &self.segments),
            ("stage", &self.stages),
            ("alert", &self.alerts),
            ("service_level", &self.service_levels),
            ("play", &self.plays),
        ];
        sections.into_iter().flat_map(|(section, entries)| entries.iter().map(move |entry| (section, entry)))
    }
}
