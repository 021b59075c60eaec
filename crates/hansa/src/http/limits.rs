//! How often one may call.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::problem::{Code, Problem};
use crate::access::Caller;

/// How often one may call, in requests a second; twice as many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Each key.
    pub caller: NonZeroU32,
    /// Each network from which nobody is known: ten times that at once.
    pub stranger: NonZeroU32,
    /// Each network from which people sign in or sign up: sixty times that at once, so that an office behind one address can begin its day.
    pub sign_in: NonZeroU32,
}

/// Attempts to sign in as somebody: so many at once, and one more each half minute.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

impl Default for Rates {
    fn default() -> Rates {
        const CALLER: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");
        Rates { caller: CALLER, stranger: NonZeroU32::MIN, sign_in: NonZeroU32::MIN }
    }
}

/// Who is remembered at most before those who have been quiet are forgotten.
const REMEMBERED_MAX: usize = 10_000;

type Limiter<Key> = RateLimiter<Key, DashMapStateStore<Key>, DefaultClock, StateInformationMiddleware>;

/// What each caller has used up.
pub(super) struct Limits {
    callers: Limiter<String>,
    strangers: Limiter<Option<IpAddr>>,
    doors: Limiter<Option<IpAddr>>,
    attempts: Limiter<String>,
}

impl Limits {
    pub(super) fn new(rates: Rates) -> Limits {
        let quota = |rate: NonZeroU32, burst: u32| {
            Quota::per_second(rate).allow_burst(rate.saturating_mul(NonZeroU32::MIN.saturating_add(burst - 1)))
        };
        let attempts = Quota::with_period(Duration::from_secs(30)).map(|quota| quota.allow_burst(ATTEMPTS));
        Limits {
            attempts: RateLimiter::dashmap(attempts.unwrap_or_else(|| unreachable!("half a minute is not nothing"))).with_middleware(),
            callers: RateLimiter::dashmap(quota(rates.caller, 2)).with_middleware(),
            strangers: RateLimiter::dashmap(quota(rates.stranger, 10)).with_middleware(),
            doors: RateLimiter::dashmap(quota(rates.sign_in, 60)).with_middleware(),
        }
    }

    /// What is left to a caller.
    pub(super) fn caller(&self, caller: &Caller) -> Result<StateSnapshot, Problem> {
        if self.callers.len() > REMEMBERED_MAX {
            self.callers.retain_recent();
        }
        self.callers.check_key(&caller.name()).map_err(|wait| later(&wait))
    }

    /// Whether somebody may go on trying to sign in as somebody.
    pub(super) fn attempt(&self, whose: &str) -> Result<(), Problem> {
        if self.attempts.len() > REMEMBERED_MAX {
            self.attempts.retain_recent();
        }
        self.attempts.check_key(&whose.to_owned()).map(drop).map_err(|wait| later(&wait))
    }

    /// Whether somebody unknown may go on trying.
    pub(super) fn stranger(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        if self.strangers.len() > REMEMBERED_MAX {
            self.strangers.retain_recent();
        }
        self.strangers.check_key(&address.map(network)).map(drop).map_err(|wait| later(&wait))
    }

    /// What is left to an address at the door: where people sign in and sign up, whoever they say they are.
    pub(super) fn door(&self, address: Option<IpAddr>) -> Result<StateSnapshot, Problem> {
        if self.doors.len() > REMEMBERED_MAX {
            self.doors.retain_recent();
        }
        self.doors.check_key(&address.map(network)).map_err(|wait| later(&wait))
    }
}

/// Whom an address belongs to: of IPv6 one line has all addresses of a /64 (RFC 6177), and takes another one whenever it likes.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6((six.to_bits() >> 64 << 64).into()),
        four => four,
    }
}

fn later(wait: &governor::NotUntil<<DefaultClock as Clock>::Instant>) -> Problem {
    let seconds = wait.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
    Problem { retry_after: Some(seconds), ..Problem::new(Code::TooManyRequests) }
}

/// The headers of draft-ietf-httpapi-ratelimit-headers: what is allowed at once, what is left of it, seconds until all of it is there again.
pub(super) fn tell(response: &mut Response, left: &StateSnapshot) {
    let quota = left.quota();
    let (burst, remaining) = (quota.burst_size().get(), left.remaining_burst_capacity());
    let reset = quota.replenish_interval().as_nanos() * u128::from(burst - remaining.min(burst)) / 1_000_000_000;
    let headers = response.headers_mut();
    headers.insert("ratelimit-limit", burst.into());
    headers.insert("ratelimit-remaining", remaining.into());
    headers.insert("ratelimit-reset", u64::try_from(reset + 1).unwrap_or(u64::MAX).into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_many_addresses_counts_as_one() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ] {
            let of = |text: &str| network(text.parse().unwrap());
            assert_eq!(of(one) == of(other), same, "{one} {other}");
        }
    }
}
