//! Chance: one ChaCha stream for each member and purpose, so that a change in one process does not shift the others.

use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, Exp1, Gamma, Poisson, StandardNormal};

/// A stream of random draws.
pub struct Chance(ChaCha8Rng);

/// What the draws of a stream decide.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    /// Rate, dropout, level of spending, season, segment.
    Drivers,
    /// Name, code, place, size, people.
    Company,
    /// When orders are placed.
    Timing,
    /// What is in the orders and what becomes of them.
    Orders,
    /// Registration, verification, profile.
    Onboarding,
    /// Visits, talks, tickets, surveys, events.
    Engagement,
    /// Delays and mistakes of recording.
    Recording,
}

impl Chance {
    /// The stream of what concerns no single member.
    pub(super) fn of_world(seed: u64) -> Self {
        Chance(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The stream of one member and purpose.
    pub(super) fn of_member(seed: u64, index: usize, purpose: Purpose) -> Self {
        let mut stream = ChaCha8Rng::seed_from_u64(seed);
        stream.set_stream((index as u64 + 1) * 8 + purpose as u64);
        Chance(stream)
    }

    /// From zero to just below one.
    pub(super) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn whole(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A gamma draw of this shape and mean; both positive.
    pub(super) fn gamma(&mut self, shape: f64, mean: f64) -> f64 {
        Gamma::new(shape, mean / shape).expect("shape and mean are positive constants").sample(&mut self.0)
    }

    /// An exponential draw of mean one.
    pub(super) fn exponential(&mut self) -> f64 {
        Exp1.sample(&mut self.0)
    }

    /// A standard normal draw.
    pub(super) fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }

    /// A log-normal draw of this median.
    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    /// How many events happen when so many are expected.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        match Poisson::new(mean) {
            Ok(poisson) => {
                let drawn: f64 = poisson.sample(&mut self.0);
                drawn as u32
            }
            Err(_) => 0,
        }
    }

    /// One of these, each as likely; `among` is not empty.
    pub(super) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.0.random_range(0..among.len())]
    }

    /// The place of one of these weights, in proportion to it.
    pub(super) fn weighted<W: Into<f64> + Copy>(&mut self, weights: &[W]) -> usize {
        let total: f64 = weights.iter().map(|&weight| weight.into()).sum();
        let mut left = self.unit() * total;
        for (place, &weight) in weights.iter().enumerate() {
            left -= weight.into();
            if left < 0.0 {
                return place;
            }
        }
        weights.len() - 1
    }
}
