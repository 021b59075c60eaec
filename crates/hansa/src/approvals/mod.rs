//! Four eyes: what the [settings](crate::settings) say that nobody does alone waits here until a second person has looked at it.
//!
//! Whoever asks gets an approval instead of the thing done. Somebody else of the platform's people, who might do it as well, approves it, and then it
//! is done in that very transaction; or refuses it, with a reason. A key approves nothing, and nobody approves what a key asked for that they made:
//! otherwise one pair of eyes would do for two.

mod decide;
pub mod serve;
mod store;
mod view;

use ledger::Instant;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::access::Caller;
use crate::audit::{self, By, Entry};
use crate::http::problem::Failed;

pub use view::ApprovalView;

/// The most characters of a reason.
const REASON_MAX: usize = 500;

/// Something that waits for a second person, or did.
#[derive(Clone, Debug, PartialEq)]
pub struct Approval {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub matter: Matter,
    /// The member it is about.
    pub member: Option<String>,
    /// Who asked, e.g. `staff:li.wei`.
    pub asked_by: String,
    /// When.
    pub asked_at: Instant,
    /// Where it stands.
    pub state: State,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
    /// Why, where somebody said so.
    pub reason: Option<String>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Matter {
    /// Units are added or taken.
    AdjustPoints {
        /// The id of the fact that will say so.
        fact: String,
        /// The unit.
        unit: String,
        /// How much.
        amount: i64,
        /// Why.
        reason: String,
        /// When what is added lapses.
        expires_at: Option<Instant>,
    },
    /// A program is put into force.
    ApplyProgram {
        /// The file.
        source: String,
        /// From when it judges.
        effective_from: Option<Instant>,
        /// Why.
        note: Option<String>,
        /// The newest version when it was asked for: it must still be.
        base: u32,
    },
}

impl Matter {
    /// The operation that would have done it.
    pub fn operation(&self) -> &'static str {
        match self {
            Matter::AdjustPoints { .. } => "adjust_points",
            Matter::ApplyProgram { .. } => "apply_program",
        }
    }
}

/// Where an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided.
    Open,
    /// Done.
    Approved,
    /// It is not done.
    Refused,
    /// Whoever asked does not want it any more.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [State; 4] = [State::Open, State::Approved, State::Refused, State::Withdrawn];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Approved => "approved",
            State::Refused => "refused",
            State::Withdrawn => "withdrawn",
        }
    }

    /// The state of a name.
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Asks for a second person, in the caller's transaction. The same id again is the same approval.
///
/// # Errors
/// When the database fails.
pub(crate) async fn ask<C: ConnectionTrait>(
    conn: &C,
    id: String,
    (matter, member): (Matter, Option<String>),
    (caller, by): (&Caller, &By),
    now: Instant,
) -> Result<Approval, Failed> {
    if let Some(there) = store::hold(conn, &id).await? {
        return Ok(there);
    }
    let (asked_by, state) = (caller.name(), State::Open);
    let approval = Approval { id, matter, member, asked_by, asked_at: now, state, decided_by: None, decided_at: None, reason: None };
    store::insert(conn, &approval).await?;
    audit::append(conn, vec![(by.clone(), told("ask_approval", None, &approval))], now).await?;
    Ok(approval)
}

fn told(action: &'static str, before: Option<&Approval>, after: &Approval) -> Entry {
    let text = |approval: &Approval| serde_json::json!(ApprovalView::from(approval.clone())).to_string();
    Entry {
        action,
        member: after.member.clone(),
        subject: format!("approval:{}", after.id),
        before: before.map(text),
        after: Some(text(after)),
        why: after.reason.clone(),
    }
}
