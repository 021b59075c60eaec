//! The demo marketplace: an invented platform for industrial goods in China, generated from stated processes.
//!
//! [`generate`] depends on nothing but its [`Options`]: the same options give the same world, fact by fact. What a model would
//! have to guess is kept aside in [`Truth`], so that predictions can be tested against what really drove the behaviour.
//!
//! | what | process | source |
//! |---|---|---|
//! | purchases while alive | Poisson; rates differ between members by a gamma distribution | Schmittlein, Morrison and Colombo, "Counting your customers", Management Science 33 (1987); Fader, Hardie and Lee, "Counting your customers the easy way", Marketing Science 24 (2005) |
//! | dropout | exponential lifetime since registration; dropout rates differ by a gamma distribution (Pareto/NBD) | the same |
//! | value of an order | log-normal around a member's level; levels are the means of a gamma-gamma model, independent of rate and dropout | Fader and Hardie, "The gamma-gamma model of monetary value" (2013); Colombo and Jiang (1999) |
//! | company size | Pareto with an exponent near one (Zipf), rank-correlated with the level of spending | Axtell, "Zipf distribution of U.S. firm sizes", Science 293 (2001) |
//! | season | the Poisson clock runs faster or slower by calendar day ([`calendar`]): weekends, Spring Festival, Double Eleven, fourth quarter, and one phase of its own for each member | time change of a Poisson process; Çinlar, "Introduction to stochastic processes" (1975) |
//! | goods | categories by an affinity matrix of industry × category ([`goods`]) | invented |
//! | satisfaction | lower in the half year before dropout; it tells of dropout and does not cause it | the finding of Bolton, Marketing Science 17 (1998) |
//!
//! Rates are per year of 365.25 days. Purchases and dropout start at registration. No real company or person is meant,
//! and no code, address or number in here can belong to one: see [`companies`] and [`people`] for why.

#![allow(clippy::float_arithmetic, reason = "stochastic processes are real-valued; money leaves here as whole minor units")]

pub mod buying;
pub mod calendar;
mod chance;
pub mod companies;
mod engagement;
pub mod geography;
pub mod goods;
mod history;
pub mod industries;
mod names;
pub mod orders;
pub mod payments;
pub mod people;
pub mod truth;

use ledger::Instant;
use program::fact::Fact;

use crate::{contacts::Contact, members::Member};
use buying::Buyer;
use calendar::Calendar;
use chance::{Chance, Purpose};
use companies::{Companies, Company};
use history::{Entry, History, Source, money, text};
pub use truth::{Truth, write_truth};

/// How large a world, from which seed, and when its history ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many enterprises.
    pub members: usize,
    /// Another seed gives another world.
    pub seed: u64,
    /// The end of history: nothing happens or is recorded after it.
    pub as_of: Instant,
    /// How many years of history end there; at least one.
    pub years: i32,
}

impl Options {
    /// How long the history of the demo is unless one asks otherwise.
    pub const DEFAULT_YEARS: i32 = 3;

    /// Three years of history that end at `as_of`.
    pub fn new(members: usize, seed: u64, as_of: Instant) -> Self {
        Options { members, seed, as_of, years: Self::DEFAULT_YEARS }
    }
}

/// A marketplace with its history and with what drove it.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// The enterprises in the order of registration, which is that of their ids.
    pub members: Vec<Member>,
    /// Their people, by member.
    pub contacts: Vec<Contact>,
    /// What happened, by member and then by [`Fact::position`].
    pub facts: Vec<Fact>,
    /// What drove it: one for each member, in the same order.
    pub truth: Vec<Truth>,
}

/// Makes a marketplace; the same options always make the same one.
pub fn generate(options: &Options) -> World {
    let calendar = Calendar::new(options.as_of, options.years);
    let enterprises = enterprises(options, &calendar);
    let orders = orders::number(&enterprises, options.seed, &calendar);
    let mut histories = Vec::with_capacity(enterprises.len());
    let mut conversions: Vec<(usize, Conversion)> = Vec::new();
    for (at, (enterprise, orders)) in enterprises.iter().zip(&orders).enumerate() {
        let mut history = History::new(at, &enterprise.company, options.seed, &calendar);
        engagement::onboard(&mut history, enterprise, options.seed);
        let first = orders::tell(&mut history, enterprise, orders, options.seed);
        engagement::tell(&mut history, enterprise, options.seed, &calendar);
        if let (Some(referrer), Some((completed_at, amount_minor))) = (enterprise.company.referrer, first) {
            let referred = enterprise.company.member.id.clone();
            conversions.push((referrer, Conversion { referred, completed_at, amount_minor }));
        }
        histories.push(history);
    }
    for (referrer, conversion) in conversions {
        convert(&mut histories[referrer], &conversion);
    }
    assemble(enterprises, histories, &calendar)
}

/// The id of the enterprise at this place, counted from zero.
fn member_id(index: usize) -> String {
    format!("M{:05}", index + 1)
}

/// One enterprise with what drives it.
struct Enterprise {
    /// Its place among the enterprises.
    index: usize,
    company: Company,
    buyer: Buyer,
}

/// The first completed order of an enterprise that another one brought.
struct Conversion {
    referred: String,
    completed_at: Instant,
    amount_minor: i64,
}

fn enterprises(options: &Options, calendar: &Calendar) -> Vec<Enterprise> {
    let registrations = calendar.registrations(options.members, &mut Chance::of_world(options.seed));
    let mut companies = Companies::default();
    let mut enterprises: Vec<Enterprise> = Vec::with_capacity(options.members);
    for (index, registered_at) in registrations.into_iter().enumerate() {
        let buyer = Buyer::draw(registered_at, &mut Chance::of_member(options.seed, index, Purpose::Drivers));
        let chance = &mut Chance::of_member(options.seed, index, Purpose::Company);
        let mut company = companies.found(index, registered_at, &buyer, chance);
        // A company that has already left brings nobody.
        company.referrer = company.referrer.filter(|&by| enterprises[by].buyer.leaves_at > registered_at);
        enterprises.push(Enterprise { index, company, buyer });
    }
    enterprises
}

fn convert(history: &mut History, conversion: &Conversion) {
    history.record(
        Entry::new("referral.converted", conversion.completed_at, Source::Shop).labelled(format!("{}:brought", conversion.referred)),
        &[("referred", text(&conversion.referred)), ("amount", money(conversion.amount_minor)), ("currency", text("CNY"))],
    );
}

fn assemble(enterprises: Vec<Enterprise>, histories: Vec<History>, calendar: &Calendar) -> World {
    let mut facts = Vec::with_capacity(histories.iter().map(History::len).sum());
    for history in histories {
        facts.extend(history.into_facts());
    }
    let truth =
        enterprises.iter().map(|one| Truth::of(&one.company, &one.buyer, one.company.referrer.map(member_id), calendar.as_of())).collect();
    let mut members = Vec::with_capacity(enterprises.len());
    let mut contacts = Vec::new();
    for enterprise in enterprises {
        members.push(enterprise.company.member);
        contacts.extend(enterprise.company.contacts);
    }
    World { members, contacts, facts, truth }
}
