//! Rewards: what members can get for their units, and the orders by which they get it.
//!
//! An order sets units aside at once (`points.reserved`, under the order's id) and takes from the stock; fulfilling it spends them
//! (`points.committed`), cancelling it gives both back (`points.released`). Each step is one transaction with its fact, so that stock, order and
//! ledger never differ. Stock and limits are decided on the reward's row, which whoever orders holds: two who want the last one at once get one.
//! Where something is to be sent is sealed under the key of the contact that receives it.

mod order;
pub mod redemptions;
pub mod serve;
mod store;
mod view;

use std::collections::BTreeMap;

use ledger::Instant;

/// Something that can be had for units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reward {
    /// Chosen by the sender or made by Hansa (`rwd_…`).
    pub id: String,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
    /// What it is, by language.
    pub descriptions: BTreeMap<String, String>,
    /// Under which it is listed.
    pub category: Option<String>,
    /// The unit it is paid in.
    pub unit: String,
    /// What one costs, in the unit's smallest step.
    pub price: i64,
    /// How many there are in all; `None` where that is no limit.
    pub stock: Option<i64>,
    /// How many are ordered and not cancelled.
    pub taken: i64,
    /// How many a member may have in all.
    pub per_member: Option<i64>,
    /// The tiers of the program's first track whose members may order it; empty for all.
    pub tiers: Vec<String>,
    /// From when it can be ordered.
    pub from: Option<Instant>,
    /// Until when.
    pub until: Option<Instant>,
    /// Whether it is offered.
    pub open: bool,
    /// When it was made.
    pub created_at: Instant,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Units are set aside.
    Placed,
    /// It was given, the units are spent.
    Fulfilled,
    /// It was given up, the units are free again.
    Cancelled,
}

impl State {
    const ALL: [State; 3] = [State::Placed, State::Fulfilled, State::Cancelled];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            State::Placed => "placed",
            State::Fulfilled => "fulfilled",
            State::Cancelled => "cancelled",
        }
    }

    fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A member's order of a reward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Chosen by the sender or made by Hansa (`rdo_…`); also the id of the reservation.
    pub id: String,
    /// Whose.
    pub member: String,
    /// Of what.
    pub reward: String,
    /// How many.
    pub quantity: i64,
    /// The unit it is paid in.
    pub unit: String,
    /// What it costs in all, in the unit's smallest step.
    pub amount: i64,
    /// How far it is.
    pub state: State,
    /// Who receives it.
    pub contact: Option<String>,
    /// Where it is to be sent, sealed under the contact's key.
    pub deliver_to: Option<String>,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    pub placed_at: Instant,
    /// Who fulfilled or cancelled it.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<Instant>,
    /// A tracking or voucher number, or why it was cancelled.
    pub note: Option<String>,
}
