//! The demo marketplace: the same from the same seed, well-formed, and (in `processes`) as its stated processes say.

#![allow(clippy::float_arithmetic, reason = "rates and shares are compared with real-valued processes")]

mod processes;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use hansa::{
    contacts,
    demo::{
        Options, World,
        calendar::{Day, MICROS_A_DAY},
        companies, generate,
        goods::CATEGORIES,
        industries::INDUSTRIES,
        orders, payments, write_truth,
    },
    members::credit_code::CreditCode,
};
use ledger::Instant;
use program::fact::{Body, Fact};
use rust_decimal::Decimal;

/// 2026-06-30T16:00:00Z, midnight in Shanghai.
const AS_OF: Instant = Instant(1_782_835_200_000_000);

fn options(members: usize, seed: u64) -> Options {
    Options::new(members, seed, AS_OF)
}

/// Two thousand members over three years, made once for all tests.
static WORLD: LazyLock<World> = LazyLock::new(|| generate(&options(2_000, 7)));

/// The facts of a kind that stand: neither corrected nor retracted by another one.
fn standing<'a>(world: &'a World, kind: &'static str) -> impl Iterator<Item = &'a Fact> {
    let undone: HashSet<Arc<str>> = world.facts.iter().filter_map(|fact| fact.corrects.clone()).collect();
    world.facts.iter().filter(move |fact| fact.kind.name() == kind && !undone.contains(&fact.id))
}

fn by_order(world: &World, kind: &'static str, field: &str) -> HashMap<Arc<str>, i64> {
    let mut amounts = HashMap::new();
    for fact in standing(world, kind) {
        if let (Some(order), Some(amount)) = (fact.text("order"), fact.minor(field)) {
            *amounts.entry(order.clone()).or_default() += amount;
        }
    }
    amounts
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found} is not within {tolerance} of {expected}");
}

#[test]
fn the_same_seed_gives_the_same_world_and_another_seed_another() {
    let world = generate(&options(120, 1));
    assert_eq!(world, generate(&options(120, 1)));
    let other = generate(&options(120, 2));
    assert_ne!(world.facts, other.facts);
    assert_ne!(world.members, other.members);
}

#[test]
fn small_and_empty_worlds_work() {
    assert_eq!(generate(&options(0, 1)).facts.len(), 0);
    let world = generate(&options(1, 1));
    assert_eq!((world.members.len(), world.truth.len()), (1, 1));
    assert_eq!(world.facts[0].kind.name(), "member.registered");
}

#[test]
fn credit_codes_are_valid_unique_and_of_no_division() {
    let codes: HashSet<CreditCode> = WORLD
        .members
        .iter()
        .map(|member| CreditCode::parse(member.registration_number.as_deref().unwrap_or_default()).expect("a valid code"))
        .collect();
    assert_eq!(codes.len(), WORLD.members.len());
    assert!(codes.iter().all(|code| code.division().starts_with("99")));
}

#[test]
fn members_have_unique_names_known_classes_and_parents_of_their_own_tree() {
    let by_id: HashMap<&str, _> = WORLD.members.iter().map(|member| (member.id.as_str(), member)).collect();
    let names: HashSet<&str> = WORLD.members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!((by_id.len(), names.len()), (2_000, 2_000));
    let classes: HashSet<&str> = INDUSTRIES.iter().map(|one| one.class).collect();
    let mut subsidiaries = 0;
    for member in &WORLD.members {
        assert!(classes.contains(member.industry.as_deref().expect("an industry")));
        if let Some(parent) = &member.parent {
            let parent = by_id[parent.as_str()];
            subsidiaries += 1;
            assert!(parent.parent.is_none() && parent.registered_at <= member.registered_at, "{member:?}");
            assert_eq!(parent.industry, member.industry);
        }
    }
    near(f64::from(subsidiaries), 2_000.0 * companies::SUBSIDIARY_SHARE, 0.25);
}

#[test]
fn contacts_are_one_to_six_a_company_unreachable_and_in_known_roles() {
    let mut people: BTreeMap<&str, usize> = BTreeMap::new();
    for contact in &WORLD.contacts {
        *people.entry(&contact.member).or_default() += 1;
        assert!(contacts::ROLES.contains(&contact.role.as_deref().expect("a role")));
        assert!(contact.email.as_deref().expect("an address").ends_with(".example"));
        assert!(contact.phone.as_deref().expect("a number").starts_with("+86 154 "));
    }
    assert_eq!(people.len(), 2_000, "every company has someone");
    assert!(people.values().all(|number| (1..=6).contains(number)));
    let ids: HashSet<&str> = WORLD.contacts.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids.len(), WORLD.contacts.len());
}

/// The engine relies on this: facts by member, in order of position, registration first, nothing from the future.
#[test]
fn facts_are_in_order_and_none_is_after_the_end() {
    let place: HashMap<&str, usize> = WORLD.members.iter().enumerate().map(|(at, member)| (member.id.as_str(), at)).collect();
    let mut ids = HashSet::new();
    let mut previous: Option<&Fact> = None;
    for fact in &WORLD.facts {
        assert!(ids.insert(fact.id.clone()), "{} twice", fact.id);
        assert!(fact.id.starts_with("demo:") && fact.id.len() <= program::fact::MAX_ID);
        assert!(fact.occurred_at <= fact.recorded_at && fact.recorded_at <= AS_OF, "{fact:?}");
        match previous.filter(|previous| previous.member == fact.member) {
            Some(previous) => assert!(previous.position() < fact.position(), "{previous:?} {fact:?}"),
            None => {
                assert_eq!(fact.kind.name(), "member.registered");
                let ordered = previous.is_none_or(|previous| place[&*previous.member] < place[&*fact.member]);
                assert!(ordered, "members out of order at {}", fact.member);
            }
        }
        previous = Some(fact);
    }
    let registered = WORLD.facts.iter().filter(|fact| fact.kind.name() == "member.registered").count();
    assert_eq!(registered, 2_000);
}

/// What is stored must be read back: bodies survive the form they have in storage.
#[test]
fn bodies_survive_storage() {
    for fact in WORLD.facts.iter().step_by(97) {
        let json = fact.body.to_json(fact.kind);
        assert_eq!(Body::from_json(fact.kind, &json).as_ref(), Ok(&fact.body), "{json}");
    }
}

#[test]
fn corrections_name_an_earlier_fact_of_the_same_member() {
    let by_id: HashMap<&str, &Fact> = WORLD.facts.iter().map(|fact| (&*fact.id, fact)).collect();
    let (mut corrected, mut retracted) = (0, 0);
    for fact in &WORLD.facts {
        let Some(mistaken) = fact.corrects.as_deref().map(|id| by_id[id]) else {
            continue;
        };
        assert_eq!(mistaken.member, fact.member);
        assert!(mistaken.recorded_at < fact.recorded_at);
        if fact.kind.name() == "fact.retracted" {
            retracted += 1;
        } else {
            assert_eq!((mistaken.kind, mistaken.occurred_at), (fact.kind, fact.occurred_at));
            assert_ne!(mistaken.body, fact.body);
            corrected += 1;
        }
    }
    assert!(corrected > 20 && retracted > 20, "{corrected} corrected, {retracted} retracted");
    let late = WORLD.facts.iter().filter(|fact| fact.recorded_at.0 - fact.occurred_at.0 > MICROS_A_DAY).count();
    assert!((500..4_000).contains(&late), "{late} late");
}

#[test]
fn orders_run_from_placed_to_completed_and_lines_add_up() {
    let placed: HashMap<Arc<str>, &Fact> =
        standing(&WORLD, "order.placed").filter_map(|fact| Some((fact.text("order")?.clone(), fact))).collect();
    let categories: HashSet<&str> = CATEGORIES.iter().map(|one| one.key).collect();
    for kind in ["order.paid", "order.completed", "order.cancelled", "order.refunded", "payment.received", "payment.overdue"] {
        for fact in standing(&WORLD, kind) {
            let order = placed[fact.text("order").expect("an order")];
            assert!(order.member == fact.member && order.occurred_at < fact.occurred_at, "{fact:?}");
        }
    }
    for fact in WORLD.facts.iter().filter(|fact| fact.kind.name().starts_with("order.") && !fact.body.lines().is_empty()) {
        let lines: Decimal = fact.body.lines().iter().map(|line| line.amount).sum();
        assert_eq!(fact.minor("amount"), i64::try_from(lines.mantissa()).ok(), "{fact:?}");
        assert!(fact.body.lines().iter().all(|line| line.amount > Decimal::ZERO && line.quantity >= Some(Decimal::ONE)));
        assert!(fact.body.lines().iter().all(|line| line.category.as_deref().is_some_and(|key| categories.contains(key))));
    }
    let (order, fact) = placed.iter().next().expect("orders");
    let day = Day::of(fact.occurred_at).date().format("SO%Y%m%d-").to_string();
    assert!(order.starts_with(&day) && order.len() == 17, "{order}");
}

#[test]
fn refunds_and_payments_stay_within_their_orders() {
    let completed = by_order(&WORLD, "order.completed", "amount");
    let refunded = by_order(&WORLD, "order.refunded", "amount");
    for (order, amount) in &refunded {
        assert!(*amount > 0 && amount <= &completed[order], "{order}");
    }
    let orders = completed.len() as f64;
    // Those who buy by price, one in five, send back twice as many.
    near(refunded.len() as f64 / orders, orders::REFUNDED_SHARE * 1.2, 0.2);
    let whole = refunded.iter().filter(|(order, amount)| completed[*order] == **amount).count() as f64;
    assert!((0.25..0.45).contains(&(whole / refunded.len() as f64)), "{whole} of {}", refunded.len());
    for (order, amount) in by_order(&WORLD, "payment.received", "amount") {
        assert!(completed.get(&order).is_none_or(|completed| amount <= *completed), "{order}");
    }
    for fact in standing(&WORLD, "payment.overdue") {
        assert!(payments::REMINDER_DAYS.contains(&fact.int("days").expect("days")));
    }
}

#[test]
fn a_referral_converts_once_for_the_member_that_brought_it() {
    let brought: HashMap<&str, &str> = WORLD.truth.iter().filter_map(|one| Some((one.member.as_str(), one.referrer.as_deref()?))).collect();
    let mut seen = HashSet::new();
    for fact in standing(&WORLD, "referral.converted") {
        let referred = fact.text("referred").expect("who");
        assert_eq!(brought[&**referred], &*fact.member);
        assert!(seen.insert(referred.clone()));
    }
    assert!(seen.len() > 100, "{}", seen.len());
}

#[test]
fn a_world_has_about_fifty_facts_a_member() {
    let facts = WORLD.facts.len() / WORLD.members.len();
    assert!((25..=60).contains(&facts), "{facts} facts a member");
    let kinds: HashSet<&str> = WORLD.facts.iter().map(|fact| fact.kind.name()).collect();
    assert!(kinds.len() >= 20, "{kinds:?}");
}

#[test]
fn the_truth_is_written_one_row_a_member() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("truth.csv");
    write_truth(&WORLD.truth, &path).expect("written");
    let mut file = csv::Reader::from_path(&path).expect("readable");
    assert_eq!(file.headers().expect("a header").get(1), Some("purchase_rate"));
    let rows: Vec<csv::StringRecord> = file.records().collect::<Result<_, _>>().expect("rows");
    assert_eq!(rows.len(), WORLD.truth.len());
    assert_eq!(rows[5].get(1).and_then(|rate| rate.parse().ok()), Some(WORLD.truth[5].purchase_rate));
}
