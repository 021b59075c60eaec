//! Random lives under the shipped program and under one that uses every other feature: the invariants hold.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use ledger::{Instant, UnitIx, balances_as_of, split};
use program::decision::{Decision, Outcome};
use program::history::{in_force, keyed, replay, transfer_keys};
use program::{Engine, Fact, Kind, Mode, Out, Program, Timeline};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::desk::Desk;
use crate::diary::{Life, fact, midnight, program, versions};
use crate::receipts::reproduce;

const OTHER: &str = include_str!("other.toml");

/// The shipped program, then another one, then the shipped one again.
static TIMELINES: LazyLock<[Arc<Timeline>; 2]> = LazyLock::new(|| {
    let standard = || Program::parse(&std::fs::read_to_string("../../programs/standard.toml").unwrap()).unwrap();
    let changing = versions(vec![("", program(OTHER)), ("2025-01-01", standard()), ("2026-01-01", program(OTHER))]);
    [Arc::new(Timeline::always(standard())), Arc::new(changing)]
});

fn timeline() -> impl Strategy<Value = Arc<Timeline>> {
    (0..2_usize).prop_map(|at| TIMELINES[at].clone())
}

/// What happens, without its time and id.
fn deed() -> impl Strategy<Value = (&'static str, Json)> {
    let order = || (0..8_u8).prop_map(|number| format!("O{number}"));
    let cents = || prop_oneof![1..500_000_i64, 1_000_000..60_000_000_i64];
    let units = || 1..3_000_i64;
    let lines = prop::collection::vec((prop::sample::select(vec!["bearings", "belts", "seals", "motors"]), 1..2_000_000_i64), 1..4);
    let of =
        |kind: &'static str| move |(order, amount): (String, i64)| (kind, json!({"order": order, "amount": amount, "currency": "CNY"}));
    let earlier = || (0..40_usize).prop_map(|number| format!("f{number:03}"));
    let unit = || prop::sample::select(vec!["points", "points", "growth", "quote_rights"]);
    prop_oneof![
        12 => (order(), cents()).prop_map(of("order.completed")),
        6 => (order(), lines).prop_map(|(order, lines)| {
            let sum: i64 = lines.iter().map(|line| line.1).sum();
            let lines: Vec<Json> = lines.iter().map(|(category, amount)| json!({"category": category, "amount": amount})).collect();
            ("order.completed", json!({"order": order, "amount": sum, "currency": "CNY", "lines": lines}))
        }),
        3 => (order(), cents()).prop_map(of("order.placed")),
        3 => (order(), cents()).prop_map(of("order.paid")),
        6 => (order(), cents()).prop_map(of("order.refunded")),
        2 => order().prop_map(|order| ("order.cancelled", json!({"order": order}))),
        1 => cents().prop_map(|amount| ("order.refunded", json!({"amount": amount, "currency": "CNY"}))),
        2 => (order(), cents(), 0..3_i64).prop_map(|(order, amount, late)| ("payment.received", json!({"order": order, "amount": amount, "currency": "CNY", "days_late": late}))),
        2 => (1..30_i64).prop_map(|days| ("payment.overdue", json!({"days": days}))),
        1 => Just(("member.registered", json!({"employees": 20}))),
        1 => prop::sample::select(vec!["basic", "audited"]).prop_map(|level| ("member.verified", json!({"level": level}))),
        2 => (60..100_i64).prop_map(|score| ("profile.completed", json!({"score": score}))),
        2 => (0..10_i64).prop_map(|score| ("survey.answered", json!({"survey": "nps", "score": score}))),
        1 => Just(("content.downloaded", json!({"content": "guide", "role": "technical"}))),
        1 => Just(("event.attended", json!({"event": "fair"}))),
        1 => cents().prop_map(|amount| ("referral.converted", json!({"referred": "other", "amount": amount, "currency": "CNY"}))),
        4 => (unit(), units(), prop::option::of(order()))
            .prop_map(|(unit, amount, order)| ("points.spent", json!({"unit": unit, "amount": amount, "reference": order}))),
        3 => (unit(), units(), prop::option::of(order()), prop::option::of(1..28_u32)).prop_map(|(unit, amount, order, day)| {
            let until = day.map(|day| format!("2025-{:02}-{day:02}T00:00:00Z", day % 12 + 1));
            ("points.reserved", json!({"unit": unit, "amount": amount, "reference": order, "until": until}))
        }),
        2 => (earlier(), prop::option::of(units())).prop_map(|(id, amount)| ("points.committed", json!({"reservation": id, "amount": amount}))),
        1 => earlier().prop_map(|id| ("points.released", json!({"reservation": id}))),
        2 => (earlier(), prop::option::of(units())).prop_map(|(id, amount)| ("points.restored", json!({"redemption": id, "amount": amount}))),
        2 => (unit(), -500..500_i64).prop_map(|(unit, amount)| ("points.adjusted", json!({"unit": unit, "amount": amount, "reason": "test"}))),
        1 => units().prop_map(|amount| ("points.shared", json!({"unit": "points", "amount": amount, "to": "sister"}))),
        1 => units().prop_map(|amount| ("points.pooled", json!({"unit": "points", "amount": amount, "from": "mother", "expires_at": "2025-06-01T00:00:00Z"}))),
        2 => prop::sample::select(vec!["quotes", "expert-hours", "priority-service"]).prop_map(|id| ("benefit.granted", json!({"benefit": id, "until": "2025-05-05T00:00:00+08:00"}))),
        1 => prop::sample::select(vec!["quotes", "priority-service"]).prop_map(|id| ("benefit.revoked", json!({"benefit": id}))),
        2 => (1..9_i64).prop_map(|amount| ("benefit.used", json!({"benefit": "quotes", "amount": amount}))),
        2 => (1..30_i64, prop::sample::select(vec![None, Some("li"), Some("wang")]))
            .prop_map(|(amount, contact)| ("benefit.used", json!({"benefit": "training", "amount": amount, "contact": contact}))),
        1 => prop::sample::select(vec![None, Some("li")]).prop_map(|contact| ("benefit.consented", json!({"benefit": "training", "contact": contact}))),
        1 => Just(("benefit.consent_withdrawn", json!({"benefit": "training", "contact": "li"}))),
        2 => (prop::sample::select(vec!["silver", "gold", "diamond"]), any::<bool>()).prop_map(|(tier, ends)| {
            ("tier.overridden", json!({"track": "buyer", "tier": tier, "reason": "test", "until": ends.then_some("2025-07-01T00:00:00+08:00")}))
        }),
        1 => Just(("tier.restored", json!({"track": "buyer"}))),
        1 => Just(("fact.retracted", json!({"reason": "test"}))),
    ]
}

/// Facts at rising local times of about two years, some of them corrections of earlier ones; instants are whole hours, so that some
/// fall on midnights and some facts happen together.
fn life() -> impl Strategy<Value = Vec<Fact>> {
    let gap = prop_oneof![2 => Just(0_i64), 3 => 1..24_i64, 5 => 24..2_000_i64, 1 => 2_000..9_000_i64];
    let corrects = prop::option::weighted(0.06, any::<prop::sample::Index>());
    prop::collection::vec((gap, deed(), corrects), 1..45).prop_map(|steps| {
        let mut now = midnight("2024-02-29").0;
        let mut facts: Vec<Fact> = Vec::new();
        for (number, (gap, (kind, mut body), corrects)) in steps.into_iter().enumerate() {
            now += gap * 3_600_000_000;
            aim(&mut body, &facts, number);
            let mut fact = fact(&format!("f{number:03}"), Instant(now), kind, &body);
            if corrects.is_some() || kind == "fact.retracted" {
                let Some(wrong) = corrects.or(None).filter(|_| !facts.is_empty()).map(|index| facts[index.index(facts.len())].id.clone())
                else {
                    continue;
                };
                fact.corrects = Some(wrong);
            }
            facts.push(fact);
        }
        facts
    })
}

/// Lets most facts about reservations and redemptions name one that there is.
fn aim(body: &mut Json, facts: &[Fact], number: usize) {
    for (field, kinds) in [("reservation", &["points.reserved"][..]), ("redemption", &["points.spent", "points.committed", "benefit.used"])]
    {
        let known: Vec<&Fact> = facts.iter().filter(|fact| kinds.contains(&fact.kind.name())).collect();
        if body.get(field).is_some() && !known.is_empty() && !number.is_multiple_of(5) {
            let found = known[number % known.len()];
            body[field] = json!(found.text("reservation").unwrap_or(&found.id).to_string());
        }
    }
}

fn end(facts: &[Fact]) -> Instant {
    Instant(facts.iter().map(|fact| fact.occurred_at.0).max().unwrap_or(0).max(midnight("2026-06-01").0))
}

/// Facts in another order, a correction always after what it corrects.
fn arriving(facts: &[Fact], keys: &[u64]) -> Vec<Fact> {
    let mut order: Vec<(u64, &Fact)> =
        facts.iter().enumerate().map(|(at, fact)| (keys[at % keys.len()].rotate_left(u32::try_from(at).unwrap()), fact)).collect();
    order.sort_by_key(|(key, _)| *key);
    let mut waiting: Vec<&Fact> = order.into_iter().map(|(_, fact)| fact).collect();
    let mut arrived: Vec<Fact> = Vec::new();
    while let Some(next) =
        waiting.iter().position(|fact| fact.corrects.as_ref().is_none_or(|wrong| arrived.iter().any(|known| known.id == *wrong)))
    {
        arrived.push(waiting.remove(next).clone());
    }
    arrived
}

fn by_name(life: &Life) -> BTreeMap<String, ledger::Transfer> {
    transfer_keys(&life.transfers).into_iter().zip(life.transfers.iter().cloned()).collect()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 3_000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(60))]

    /// Facts one by one through storage, in the order in which they happened, with time passing between and facts said again: the same
    /// movements, decisions and state as one replay. Live, import and verify agree.
    #[test]
    fn one_by_one_is_the_same_as_a_replay(timeline in timeline(), facts in life(), looks in prop::collection::vec(0..900_i64, 0..6)) {
        let until = end(&facts);
        let mut desk = Desk::new(&timeline);
        let mut looks: Vec<i64> = looks.into_iter().map(|days| midnight("2024-02-29").0 + days * 86_400_000_000).collect();
        looks.sort_unstable();
        for fact in &facts {
            while looks.first().is_some_and(|look| *look < fact.occurred_at.0) {
                desk.tick(Instant(looks.remove(0)));
            }
            desk.arrive(fact.clone());
            desk.arrive(fact.clone());
        }
        desk.tick(until);
        let whole = Life::of(timeline.clone(), facts.clone(), until);
        if in_force(facts).is_empty() {
            return Ok(());
        }
        prop_assert_eq!(desk.transfers(), by_name(&whole));
        prop_assert_eq!(desk.decisions(), keyed(whole.decisions).collect::<BTreeMap<_, _>>());
        let member = desk.member();
        prop_assert_eq!(&member.state, &whole.member.state);
        prop_assert_eq!(&member.book, &whole.member.book);
        prop_assert_eq!(member.book.check(), Ok(()));
    }

    /// Facts in any order of arrival: resettlement is exact.
    #[test]
    fn any_order_of_arrival_ends_the_same(timeline in timeline(), facts in life(), keys in prop::collection::vec(any::<u64>(), 45)) {
        let until = end(&facts);
        let mut desk = Desk::new(&timeline);
        for fact in arriving(&facts, &keys) {
            desk.arrive(fact);
        }
        desk.tick(until);
        let whole = Life::of(timeline.clone(), facts.clone(), until);
        if in_force(facts).is_empty() {
            return Ok(());
        }
        prop_assert_eq!(desk.transfers(), by_name(&whole));
        prop_assert_eq!(desk.decisions(), keyed(whole.decisions).collect::<BTreeMap<_, _>>());
        prop_assert_eq!(&desk.member().state, &whole.member.state);
        prop_assert_eq!(&desk.member().book, &whole.member.book);
        prop_assert_eq!(&desk.member().orders, &whole.member.orders);
    }

    /// Everything due is done at its own instant, so looking often and looking once come to the same.
    #[test]
    fn time_passes_the_same_in_one_step_or_many(timeline in timeline(), facts in life(), looks in prop::collection::vec(0..1_200_i64, 1..30)) {
        let facts = in_force(facts);
        let Some(last) = facts.last().map(|fact| fact.occurred_at) else { return Ok(()) };
        let engine = Engine::new(&timeline);
        let until = Instant(last.0 + 1_200 * 86_400_000_000);
        let mut once = replay(engine, &facts, last, &mut Out::default());
        let mut often = once.clone();
        let (mut one, mut many) = (Out::with_receipts(), Out::with_receipts());
        engine.tick(&mut once, until, &mut one);
        let mut looks = looks;
        looks.sort_unstable();
        looks.into_iter().for_each(|days| engine.tick(&mut often, Instant(last.0 + days * 86_400_000_000), &mut many));
        engine.tick(&mut often, until, &mut many);
        prop_assert_eq!((one.transfers, one.decisions), (many.transfers, many.decisions));
        prop_assert_eq!(once, often);
    }

    /// As of any instant: a replay up to it, and the movements of the whole history up to it, say the same. Movements come in the order
    /// of time, every account sums to zero, and every receipt reproduces its decision.
    #[test]
    fn as_of_any_instant(timeline in timeline(), facts in life(), days in 0..900_i64) {
        let at = Instant(midnight("2024-02-29").0 + days * 86_400_000_000 + 1);
        let whole = Life::of(timeline.clone(), facts.clone(), end(&facts).max(at));
        let then = Life::of(timeline.clone(), facts, at);
        prop_assert!(whole.transfers.is_sorted_by_key(|transfer| transfer.at));
        for unit in 0..timeline.units.len() {
            let unit = UnitIx(u16::try_from(unit).unwrap());
            let balances = then.member.book.balances(unit);
            prop_assert_eq!(balances.sum(), 0);
            prop_assert_eq!(balances_as_of(&whole.transfers, unit, at), ledger::Balances { owed: 0, ..balances });
        }
        let decided = whole.decisions.iter().filter(|decision| decision.at <= at);
        for (decided, decision) in decided.clone().zip(&then.decisions) {
            prop_assert_eq!(decided, decision);
        }
        let (known, told) = (decided.count(), then.decisions.len());
        prop_assert_eq!(known, told, "{:?}", &then.decisions[known.min(told)..]);
        reproduce(&whole);
        say_what_lies_ahead(&whole);
        resolve(&whole);
        for standing in &whole.member.state.tracks {
            let last = whole.tier_changes().filter(|(_, change)| change.track == standing.track).last();
            prop_assert!(last.is_some(), "no standing without a receipt");
        }
    }

    /// The facts named as the evidence of a metric, replayed alone, give its value.
    #[test]
    fn evidence_alone_gives_the_value(timeline in timeline(), facts in life()) {
        let whole = Life::of(timeline.clone(), facts.clone(), end(&facts));
        let facts = in_force(facts);
        let Some(first) = facts.first() else { return Ok(()) };
        // Anniversaries count from the first fact, whatever it was.
        let begin = fact("a", first.occurred_at, "dispute.decided", &json!({"outcome": "settled"}));
        for decision in &whole.decisions {
            let Outcome::Tier(change) = &decision.outcome else { continue };
            let judged = judged(&facts, decision);
            for (metric, reading) in &change.inputs {
                let zone = &timeline.version(decision.at).program.zone;
                let until = Instant(zone.start(reading.to.plus(1)).0 - 1);
                let program = &timeline.versions.iter().find(|version| version.number == decision.version).unwrap().program;
                let found = program.metrics.iter().find(|other| other.id == *metric).unwrap();
                let made_of_others = matches!(found.measure, program::definition::Measure::Formula(_));
                if made_of_others || timeline.version(until).number != decision.version {
                    continue;
                }
                let behind = program::evidence::facts_behind(&timeline, decision.version, metric, reading.from, reading.to, judged);
                let alone: Vec<Fact> = std::iter::once(&begin).chain(behind).cloned().collect();
                let member = replay(Engine::new(&timeline), &alone, until, &mut Out::default());
                let readings = program::standing::Seen::at(&timeline, member, until).readings();
                let again = &readings.iter().find(|(id, _)| id == metric).unwrap().1;
                prop_assert_eq!(&again.value, &reading.value, "{} {:?} {:?}", metric, decision, alone);
            }
        }
    }

    /// What the rules refuse leaves nothing behind, and what they accept live is the same when it is replayed from the record.
    #[test]
    fn what_was_accepted_live_is_the_same_on_record(timeline in timeline(), facts in life()) {
        let engine = Engine::new(&timeline);
        let (mut live, mut out) = (engine.begin(), Out::with_receipts());
        let mut accepted = Vec::new();
        for fact in facts.into_iter().filter(|fact| fact.corrects.is_none()) {
            let before = live.clone();
            let posted = out.transfers.len();
            if engine.apply(&mut live, &fact, Mode::Live, &mut out).is_ok() {
                accepted.push(fact);
            } else {
                prop_assert_eq!(&live, &before);
                prop_assert_eq!(out.transfers.len(), posted);
            }
        }
        let mut again = Out::with_receipts();
        let replayed = replay(engine, &accepted, live.state.clock, &mut again);
        prop_assert_eq!((out.transfers, out.decisions), (again.transfers, again.decisions));
        prop_assert_eq!(live.state, replayed.state);
        prop_assert_eq!(live.book, replayed.book);
    }

    /// Orders, refunds in any number of parts, cancellations and spending in any order: what was issued in the end is exactly what the
    /// parts of the orders that stand have earned.
    #[test]
    fn refund_and_earn_again_leave_no_free_points(
        orders in prop::collection::vec((1..90_000_i64, prop::collection::vec((1..60_000_i64, 0..400_i64), 0..4), prop::option::of(0..400_i64), 0..400_i64), 1..9),
        spends in prop::collection::vec((1..900_i64, 0..400_i64, prop::option::of(0..9_usize)), 0..6),
    ) {
        let hour = |hours: i64| Instant(midnight("2024-02-29").0 + hours * 3_600_000_000);
        let mut facts = Vec::new();
        let mut expected = 0;
        for (number, (amount, refunds, cancelled, when)) in orders.iter().enumerate() {
            let body = |amount: i64| json!({"order": format!("O{number}"), "amount": amount, "currency": "CNY"});
            facts.push(fact(&format!("c{number}"), hour(*when), "order.completed", &body(*amount)));
            for (part, (back, at)) in refunds.iter().enumerate() {
                facts.push(fact(&format!("r{number}-{part}"), hour(*at), "order.refunded", &body(*back)));
            }
            if let Some(at) = cancelled {
                facts.push(fact(&format!("x{number}"), hour(*at), "order.cancelled", &json!({"order": format!("O{number}")})));
            }
            let back = refunds.iter().map(|refund| refund.0).sum::<i64>().min(*amount);
            let earned = split(*amount, 1, 100);
            expected += if cancelled.is_some() { 0 } else { earned - split(earned, back, *amount) };
        }
        for (number, (amount, at, order)) in spends.iter().enumerate() {
            let body = json!({"unit": "points", "amount": amount, "reference": order.map(|order| format!("O{order}"))});
            facts.push(fact(&format!("s{number}"), hour(*at), "points.spent", &body));
        }
        static PLAIN: LazyLock<Arc<Timeline>> = LazyLock::new(|| Arc::new(Timeline::always(program("[[unit]]\nid = \"points\"\n[[earn]]\nid = \"order\"\non = [\"order.completed\"]\nunit = \"points\"\namount = \"amount\"\nhold = \"3 days\"\n"))));
        let life = Life::of(PLAIN.clone(), facts, hour(2_000));
        let balances = life.balances("points");
        prop_assert_eq!(-balances.issued, expected);
        prop_assert_eq!(balances.available + balances.held + balances.spent, expected);
    }
}

/// The facts judged when a decision fell.
fn judged<'f>(facts: &'f [Fact], decision: &Decision) -> &'f [Fact] {
    match &decision.cause {
        Some(cause) => &facts[..=facts.iter().position(|fact| fact.id == *cause).unwrap()],
        None => &facts[..facts.partition_point(|fact| fact.occurred_at < decision.at)],
    }
}

/// No receipt tells of a way that was over before its own day.
fn say_what_lies_ahead(life: &Life) {
    for (at, change) in life.tier_changes() {
        let day = life.timeline.version(at).program.zone.day(at);
        for need in change.next.iter().chain(&change.keep).flat_map(|way| &way.needs) {
            assert!(need.by.is_none_or(|by| by >= day), "{day} {change:?}");
        }
    }
}

/// Every movement has a decision behind it: of the fact that its key names, or the grant of the period that it names.
fn resolve(life: &Life) {
    for transfer in &life.transfers {
        let behind = |decision: &&Decision| match &decision.outcome {
            Outcome::Granted { period, .. } if decision.rule == transfer.key.rule => *period == transfer.key.fact,
            _ => decision.cause.as_ref() == Some(&transfer.key.fact),
        };
        assert!(life.decisions.iter().find(behind).is_some(), "no decision behind {transfer:?}");
    }
    for decision in &life.decisions {
        if let Outcome::TakeBack(taken) = &decision.outcome {
            assert_eq!(taken.held + taken.available + taken.expired + taken.owed + taken.waived, taken.amount);
        }
    }
}

/// The random lives are of use only as long as they reach what they are meant to test.
#[test]
fn random_lives_reach_everything() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut light, mut resettled, mut reasons, mut changes) = (0, 0, std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for _ in 0..80 {
        let (timeline, facts) = (timeline(), life()).new_tree(&mut runner).unwrap().current();
        let mut desk = Desk::new(&timeline);
        facts.iter().for_each(|fact| desk.arrive(fact.clone()));
        desk.tick(end(&facts));
        (light, resettled) = (light + desk.light, resettled + desk.resettled);
        let whole = Life::of(timeline.clone(), facts.clone(), end(&facts));
        reasons.extend(whole.transfers.iter().map(|transfer| transfer.reason));
        changes.extend(whole.tier_changes().map(|(_, change)| format!("{:?}", change.change)));
    }
    assert!(light > 100 && resettled > 10, "{light} {resettled}");
    assert_eq!(reasons.len(), ledger::Reason::ALL.len(), "{reasons:?}");
    assert_eq!(changes.len(), 8, "{changes:?}");
    assert!(Kind::all().count() >= 30);
}
