//! What drives a member's buying: rate, dropout, level of spending, season, segment, payment.

use ledger::Instant;

use super::calendar::{Calendar, DAYS_A_YEAR, Day, MICROS_A_DAY};
use super::chance::Chance;

/// Shape of the gamma distribution of purchase rates; below one: many rare buyers, few frequent ones.
pub const RATE_SHAPE: f64 = 0.8;
/// Mean purchase rate in orders a year while alive.
pub const RATE_MEAN: f64 = 6.0;
/// Shape of the gamma distribution of dropout rates.
pub const DROPOUT_SHAPE: f64 = 0.8;
/// Mean dropout rate a year.
pub const DROPOUT_MEAN: f64 = 0.3;
/// Gamma-gamma: shape `q` of the inverse scales ν between members (levels go as 1/ν); above two, so that their variance exists.
pub const SCALE_SHAPE: f64 = 3.0;
/// Mean value of an order over members, in minor units of CNY (18 000 yuan).
pub const LEVEL_MEAN_MINOR: f64 = 1_800_000.0;
/// Standard deviation of the logarithm of order values within a member.
pub const VALUE_SIGMA: f64 = 0.45;
/// How strongly a member's own season swings around the common one.
pub const SEASON_SWING: f64 = 0.25;
/// The most years a member may stay; beyond any history.
const LONGEST_YEARS: f64 = 200.0;
/// The least order, in minor units of CNY (50 yuan).
const LEAST_ORDER_MINOR: f64 = 5_000.0;
/// The largest order, in minor units of CNY (20 million yuan).
const LARGEST_ORDER_MINOR: f64 = 2_000_000_000.0;

/// How a member prefers to do business: hidden, and independent of how much and how often it buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Buys from people it knows: calls, visits, dinners.
    Relationship,
    /// Buys from the screen: looks, downloads, orders at night.
    Digital,
    /// Buys the cheapest: haggles, returns, pays late.
    PriceDriven,
    /// Buys for projects: specifications, trainings, many questions.
    Project,
}

impl Segment {
    /// All of them with their shares in percent.
    pub const SHARES: [(Segment, f64); 4] =
        [(Segment::Relationship, 35.0), (Segment::Digital, 30.0), (Segment::PriceDriven, 20.0), (Segment::Project, 15.0)];

    /// The word for it in the truth file.
    pub fn as_str(self) -> &'static str {
        match self {
            Segment::Relationship => "relationship",
            Segment::Digital => "digital",
            Segment::PriceDriven => "price_driven",
            Segment::Project => "project",
        }
    }
}

/// The drivers of one member.
#[derive(Clone, Debug, PartialEq)]
pub struct Buyer {
    /// When its clock starts.
    pub registered_at: Instant,
    /// Orders a year while alive (λ).
    pub rate: f64,
    /// Dropout rate a year (μ).
    pub dropout_rate: f64,
    /// When it stops for good; it may lie after the end of history.
    pub leaves_at: Instant,
    /// The mean value of its orders in minor units of CNY.
    pub level_minor: f64,
    /// Where it stands among all members in the logarithm of the level, in standard deviations (about).
    pub level_score: f64,
    /// The day of the year on which its own season peaks, from 0 to 365.
    pub season_peak_day: f64,
    /// How it does business.
    pub segment: Segment,
    /// Days from delivery to the due date; zero pays in advance.
    pub terms_days: i64,
    /// The probability that it pays an invoice late.
    pub late_share: f64,
    /// By how many days on average, when late.
    pub late_days: f64,
}

impl Buyer {
    /// Draws the drivers of a member that registers at this instant.
    pub(super) fn draw(registered_at: Instant, chance: &mut Chance) -> Self {
        let rate = chance.gamma(RATE_SHAPE, RATE_MEAN);
        let dropout_rate = chance.gamma(DROPOUT_SHAPE, DROPOUT_MEAN);
        let years = (chance.exponential() / dropout_rate).min(LONGEST_YEARS);
        // The scale of a gamma-gamma member is 1/ν with ν gamma distributed; E(1/ν) = shape / ((shape − 1) · mean of ν).
        let nu = chance.gamma(SCALE_SHAPE, 1.0);
        let level_minor = LEVEL_MEAN_MINOR * (SCALE_SHAPE - 1.0) / SCALE_SHAPE / nu;
        let segment = Segment::SHARES[chance.weighted(&Segment::SHARES.map(|(_, share)| share))].0;
        let terms_days = [0, 30, 60, 90][chance.weighted(&[35.0, 35.0, 22.0, 8.0])];
        let haggles = if segment == Segment::PriceDriven { 2.0 } else { 1.0 };
        Buyer {
            registered_at,
            rate,
            dropout_rate,
            leaves_at: Instant(registered_at.0 + (years * DAYS_A_YEAR * MICROS_A_DAY as f64) as i64),
            level_minor,
            level_score: level_score(nu),
            season_peak_day: chance.unit() * DAYS_A_YEAR,
            segment,
            terms_days,
            late_share: (chance.gamma(1.5, 0.2) * haggles).min(0.9),
            late_days: chance.gamma(2.0, 14.0),
        }
    }

    /// When it buys: a Poisson process whose clock runs by the calendar, from the day after registration until it leaves or
    /// the history ends.
    pub(super) fn purchases(&self, calendar: &Calendar, chance: &mut Chance) -> Vec<Instant> {
        let last = calendar.days().1.min(Day(Day::of(self.leaves_at).0 - 1));
        let mut wait = chance.exponential();
        let mut purchases = Vec::new();
        for day in Day::of(self.registered_at).0 + 1..=last.0 {
            wait -= self.expected_on(Day(day), calendar);
            while wait <= 0.0 {
                purchases.push(Day(day).moment(chance));
                wait += chance.exponential();
            }
        }
        purchases.sort_unstable();
        purchases
    }

    /// How many orders are expected on a day while the member is alive.
    pub fn expected_on(&self, day: Day, calendar: &Calendar) -> f64 {
        let angle = (day.0 as f64 - self.season_peak_day) / DAYS_A_YEAR * std::f64::consts::TAU;
        self.rate / DAYS_A_YEAR * calendar.weight(day) * (1.0 + SEASON_SWING * angle.cos())
    }

    /// The value of one order in whole minor units.
    pub(super) fn order_value_minor(&self, chance: &mut Chance) -> i64 {
        let median = self.level_minor * (-VALUE_SIGMA * VALUE_SIGMA / 2.0).exp();
        chance.log_normal(median, VALUE_SIGMA).clamp(LEAST_ORDER_MINOR, LARGEST_ORDER_MINOR).round() as i64
    }

    /// Whether the member will leave within so many days after an instant, or has left.
    pub(super) fn leaves_within(&self, days: i64, at: Instant) -> bool {
        self.leaves_at.0 < at.0.saturating_add(days * MICROS_A_DAY)
    }
}

/// Standardises −ln ν for ν gamma distributed with shape `SCALE_SHAPE` = 3 and mean 1: E(ln ν) = ψ(3) − ln 3 = −0.1758 and
/// Var(ln ν) = ψ′(3) = 0.3949.
fn level_score(nu: f64) -> f64 {
    (-nu.ln() - 0.1758) / 0.3949_f64.sqrt()
}
