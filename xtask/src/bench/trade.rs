//! Trade made up for measuring: the same orders for the same seed, whatever thread asks for which member.

use std::sync::Arc;

use anyhow::{Context, Result};
use ledger::Instant;
use program::expr::Value;
use program::fact::{Body, Line};
use program::{Fact, Kind, Program, Timeline};

use crate::step::root;

/// 2023-01-01T00:00:00Z.
const BEGIN_US: i64 = 1_672_531_200_000_000;
/// Three years.
const SPAN_US: i64 = 1_096 * 86_400_000_000;
/// One order in so many is refunded by half, a moment after it.
const REFUND_EVERY: u64 = 50;
const CATEGORIES: [&str; 6] = ["bearings", "motors", "fasteners", "hydraulics", "tools", "cables"];

/// A seeded source of orders. Each member has a size of its own; orders are spread evenly over three years, with some unrest.
pub struct Trade {
    seed: u64,
    lines: usize,
    shared: Shared,
}

/// Texts and places that all orders have in common.
struct Shared {
    completed: Kind,
    refunded: Kind,
    currency: Arc<str>,
    source: Arc<str>,
    categories: [Arc<str>; CATEGORIES.len()],
}

/// The program that ships, always in force.
pub fn standard() -> Result<String> {
    let path = root().join("programs/standard.toml");
    std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Its timeline.
pub fn timeline() -> Result<Timeline> {
    let program = Program::parse(&standard()?).map_err(|problems| anyhow::anyhow!("programs/standard.toml:\n{problems}"))?;
    Ok(Timeline::always(program))
}

impl Trade {
    /// Orders of so many lines each.
    pub fn new(seed: u64, lines: usize) -> Trade {
        let shared = Shared {
            completed: Kind::named("order.completed"),
            refunded: Kind::named("order.refunded"),
            currency: "CNY".into(),
            source: "bench".into(),
            categories: CATEGORIES.map(Arc::from),
        };
        Trade { seed, lines, shared }
    }

    /// The same orders out of texts of their own. Texts are counted references: threads that share some take turns at their counts, as
    /// threads that read facts from a database never do.
    pub fn apart(&self) -> Trade {
        Trade::new(self.seed, self.lines)
    }

    /// The instant after the last order.
    pub fn end(&self) -> Instant {
        Instant(BEGIN_US + SPAN_US)
    }

    /// The name of a member.
    pub fn member(&self, member: u64) -> Arc<str> {
        format!("m{member:07}").into()
    }

    /// The facts of a member in order of time: so many orders, the refunds among them.
    pub fn history(&self, member: u64, facts: u64) -> Vec<Fact> {
        let mut chance = Chance(self.seed ^ member.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let name = self.member(member);
        // From hundreds to hundreds of thousands of yuan an order, in minor units.
        let size = 20_000_i64 << chance.below(9);
        let step = SPAN_US / i64::try_from(facts.max(1)).unwrap_or(i64::MAX);
        let mut history: Vec<Fact> = Vec::with_capacity(usize::try_from(facts).unwrap_or(0));
        let mut last: Option<(Arc<str>, i64)> = None;
        for number in 0..facts {
            let begin = BEGIN_US + i64::try_from(number).unwrap_or(0) * step;
            let at = Instant(begin + chance.up_to(step));
            let refund = last.take().filter(|_| chance.below(REFUND_EVERY) == 0);
            let id: Arc<str> = format!("{name}-{number}").into();
            let fact = match refund {
                Some((order, amount)) => self.refund(&name, id, at, order, amount / 2),
                None => {
                    let amount = size + chance.up_to(size);
                    last = Some((id.clone(), amount));
                    self.order(&name, id, at, amount, &mut chance)
                }
            };
            history.push(fact);
        }
        history
    }

    fn order(&self, member: &Arc<str>, id: Arc<str>, at: Instant, minor: i64, chance: &mut Chance) -> Fact {
        let lines = i64::try_from(self.lines).unwrap_or(1);
        let part = |place: i64| if place == 0 { minor - minor / lines * (lines - 1) } else { minor / lines };
        let lines = (0..lines).map(|place| Line {
            sku: None,
            category: Some(self.shared.categories[chance.pick(CATEGORIES.len())].clone()),
            quantity: None,
            amount: money(part(place)),
        });
        let fields = [
            ("order", Value::Text(id.clone())),
            ("amount", Value::Dec(money(minor))),
            ("currency", Value::Text(self.shared.currency.clone())),
        ];
        let body = Body::build(self.shared.completed, &fields, lines.collect());
        self.fact(self.shared.completed, member, id, at, body.expect("an order of the catalogue's form"))
    }

    fn refund(&self, member: &Arc<str>, id: Arc<str>, at: Instant, order: Arc<str>, minor: i64) -> Fact {
        let fields =
            [("order", Value::Text(order)), ("amount", Value::Dec(money(minor))), ("currency", Value::Text(self.shared.currency.clone()))];
        let body = Body::build(self.shared.refunded, &fields, Vec::new());
        self.fact(self.shared.refunded, member, id, at, body.expect("a refund of the catalogue's form"))
    }

    fn fact(&self, kind: Kind, member: &Arc<str>, id: Arc<str>, at: Instant, body: Body) -> Fact {
        Fact {
            id,
            member: member.clone(),
            kind,
            occurred_at: at,
            recorded_at: at,
            source: self.shared.source.clone(),
            actor: None,
            corrects: None,
            body,
        }
    }
}

/// Minor units of two digits as an exact decimal.
fn money(minor: i64) -> rust_decimal::Decimal {
    rust_decimal::Decimal::new(minor, 2)
}

/// SplitMix64 (Steele, Lea and Flood 2014): enough chance for made-up orders.
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn up_to(&mut self, bound: i64) -> i64 {
        i64::try_from(self.below(bound.unsigned_abs())).unwrap_or(0)
    }

    fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.below(count as u64)).unwrap_or(0)
    }
}
