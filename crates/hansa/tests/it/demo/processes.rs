//! What was generated against the distributions it should come from, for two thousand members of one seed.

use std::collections::{BTreeMap, HashMap};

use hansa::demo::{
    Options, buying,
    calendar::{Calendar, DAYS_A_YEAR, Day, MICROS_A_DAY, SPRING_FESTIVALS},
    companies,
};
use ledger::Instant;

use super::{AS_OF, WORLD, near, standing};

/// The drivers must follow the stated distributions, or model tests would chase something else.
#[test]
fn drivers_follow_their_distributions() {
    let mean = |of: fn(&hansa::demo::Truth) -> f64| WORLD.truth.iter().map(of).sum::<f64>() / 2_000.0;
    near(mean(|one| one.purchase_rate), buying::RATE_MEAN, 0.08);
    near(mean(|one| one.dropout_rate), buying::DROPOUT_MEAN, 0.08);
    near(mean(|one| one.spend_level_minor as f64), buying::LEVEL_MEAN_MINOR, 0.08);
    let variance = buying::RATE_MEAN * buying::RATE_MEAN / buying::RATE_SHAPE;
    near(mean(|one| (one.purchase_rate - buying::RATE_MEAN).powi(2)), variance, 0.2);
    // Survival of a Pareto/NBD member to time t is (β / (β + t)) to the power of the shape, β = shape / mean.
    let beta = buying::DROPOUT_SHAPE / buying::DROPOUT_MEAN;
    let years = |member: &hansa::members::Member| {
        (AS_OF.0 - member.registered_at.expect("registered").0) as f64 / MICROS_A_DAY as f64 / DAYS_A_YEAR
    };
    let survive: f64 = WORLD.members.iter().map(|member| (beta / (beta + years(member))).powf(buying::DROPOUT_SHAPE)).sum();
    near(WORLD.truth.iter().filter(|one| one.alive).count() as f64, survive, 0.05);
}

/// Orders placed against what λ, dropout, season and calendar let expect: the generator adds nothing and loses nothing.
#[test]
fn orders_come_at_the_stated_rate() {
    let calendar = Calendar::new(AS_OF, Options::DEFAULT_YEARS);
    let expected: f64 = WORLD
        .members
        .iter()
        .zip(&WORLD.truth)
        .map(|(member, truth)| {
            let first = Day::of(member.registered_at.expect("registered")).0 + 1;
            let last = Day::of(truth.drops_out_at.min(AS_OF)).0;
            let days = (first..=last).map(|day| {
                let season = ((day as f64 - truth.season_peak_day) / DAYS_A_YEAR * std::f64::consts::TAU).cos();
                calendar.weight(Day(day)) * (1.0 + buying::SEASON_SWING * season)
            });
            days.sum::<f64>() * truth.purchase_rate / DAYS_A_YEAR
        })
        .sum();
    let placed = standing(&WORLD, "order.placed").count() as f64;
    near(placed, expected, 0.03);
    let after = standing(&WORLD, "order.placed").filter(|fact| {
        let place: usize = fact.member[1..].parse().expect("a number");
        fact.occurred_at > WORLD.truth[place - 1].drops_out_at
    });
    assert_eq!(after.count(), 0, "nobody orders after leaving");
}

#[test]
fn order_values_average_the_level_of_their_member() {
    let mut orders: HashMap<&str, (f64, f64)> = HashMap::new();
    for fact in standing(&WORLD, "order.placed") {
        let sums = orders.entry(&fact.member).or_default();
        *sums = (sums.0 + fact.minor("amount").expect("an amount") as f64, sums.1 + 1.0);
    }
    let (mut found, mut expected) = (0.0, 0.0);
    for truth in &WORLD.truth {
        if let Some((sum, number)) = orders.get(truth.member.as_str()) {
            found += sum;
            expected += number * truth.spend_level_minor as f64;
        }
    }
    near(found, expected, 0.03);
}

#[test]
fn the_top_fifth_of_members_carries_most_of_the_revenue() {
    let mut revenue: BTreeMap<&str, i64> = WORLD.members.iter().map(|member| (member.id.as_str(), 0)).collect();
    for fact in standing(&WORLD, "order.completed") {
        *revenue.get_mut(&*fact.member).expect("a member") += fact.minor("amount").expect("an amount");
    }
    let mut revenue: Vec<i64> = revenue.into_values().collect();
    revenue.sort_unstable();
    let (total, top) = (revenue.iter().sum::<i64>() as f64, revenue[1_600..].iter().sum::<i64>() as f64);
    assert!(top / total > 0.6 && top / total < 0.95, "{}", top / total);
}

#[test]
fn sizes_follow_a_power_law() {
    let mut sizes: Vec<i64> = WORLD.members.iter().filter_map(|member| member.employees).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    // Hill's estimator over the largest fifth.
    let tail = &sizes[..400];
    let least = tail[399] as f64;
    let exponent = 399.0 / tail[..399].iter().map(|&size| (size as f64 / least).ln()).sum::<f64>();
    near(exponent, companies::SIZE_EXPONENT, 0.3);
}

#[test]
fn the_week_of_spring_festival_is_quiet_and_double_eleven_is_not() {
    let mut by_day: HashMap<Day, u32> = HashMap::new();
    for fact in standing(&WORLD, "order.placed") {
        *by_day.entry(Day::of(fact.occurred_at)).or_default() += 1;
    }
    let (first, last) = Calendar::new(AS_OF, Options::DEFAULT_YEARS).days();
    let around =
        |day: i64, range: std::ops::Range<i64>| range.map(|ahead| by_day.get(&Day(day + ahead)).copied().unwrap_or(0)).sum::<u32>();
    let mut seen = 0;
    for &(year, month, day) in SPRING_FESTIVALS {
        let festival = chrono::NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        let festival = Day((festival - chrono::NaiveDate::default()).num_days()).0;
        if festival - 180 < first.0 || festival + 30 > last.0 {
            continue;
        }
        seen += 1;
        // The average week of the two months before and after, in which the number of members is about the same.
        let average = f64::from(around(festival, -63..63)) / 18.0;
        assert!(f64::from(around(festival, 0..7)) < average / 2.0, "Spring Festival {year}");
    }
    assert!(seen >= 2);
    for year in [2024, 2025] {
        let eleventh = chrono::NaiveDate::from_ymd_opt(year, 11, 11).expect("a date");
        let eleventh = (eleventh - chrono::NaiveDate::default()).num_days();
        assert!(around(eleventh, 0..1) * 40 > around(eleventh, -21..21), "Double Eleven {year}");
    }
}

/// Churn models must have something to find: those about to leave are less content.
#[test]
fn members_about_to_leave_are_less_content() {
    let leaves: HashMap<&str, Instant> = WORLD.truth.iter().map(|one| (one.member.as_str(), one.drops_out_at)).collect();
    let (mut leaving, mut staying) = (Vec::new(), Vec::new());
    for fact in standing(&WORLD, "ticket.closed") {
        let Some(satisfaction) = fact.int("satisfaction") else {
            continue;
        };
        let left = leaves[&*fact.member].0 - fact.occurred_at.0 < 180 * MICROS_A_DAY;
        if left { leaving.push(satisfaction) } else { staying.push(satisfaction) }
    }
    let mean = |of: &[i64]| of.iter().sum::<i64>() as f64 / of.len() as f64;
    assert!(leaving.len() > 50 && mean(&leaving) + 1.0 < mean(&staying), "{} {}", mean(&leaving), mean(&staying));
}
