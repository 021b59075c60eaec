//! Facts in any order of arrival come to the same, under two versions of a program and with mistakes that are corrected (invariants 1, 2, 3 and 8 of
//! the program and the ledger); sent again they change nothing (5); and simulated and verified they come to it too (4): through both databases.

use db::testing::each;
use hansa::program::apply;
use hansa::schema::HISTORY;
use hansa::simulate::simulate;
use program::Mode;
use program::fact::Fact;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::retroactive::meaner;
use crate::town::{Outcome, Town, at, fact};

const MEMBERS: [&str; 2] = ["华东轴承", "江南电机"];

/// One thing that happens, so many days after 1 January 2025.
#[derive(Clone, Debug)]
struct Happening {
    member: usize,
    day: u16,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Completed {
        order: u8,
        yuan: i64,
    },
    Refunded {
        order: u8,
        yuan: i64,
    },
    Cancelled {
        order: u8,
    },
    Given {
        points: i64,
    },
    Spent {
        points: i64,
        order: Option<u8>,
    },
    /// Set aside, and so many days later used in part or let go.
    Reserved {
        points: i64,
        days: u16,
        committed: Option<i64>,
    },
    /// An order that was wrong, and so many days later did not happen or was worth something else.
    Mistaken {
        order: u8,
        yuan: i64,
        days: u16,
        right: Option<i64>,
    },
    Overdue,
    Survey,
    Profile,
    Download,
    Event,
}

fn happening() -> impl Strategy<Value = Happening> {
    let order = 0_u8..5;
    let what = prop_oneof![
        4 => (order.clone(), 100_i64..90_000).prop_map(|(order, yuan)| What::Completed { order, yuan }),
        3 => (order.clone(), 1_i64..50_000).prop_map(|(order, yuan)| What::Refunded { order, yuan }),
        1 => order.clone().prop_map(|order| What::Cancelled { order }),
        2 => (1_i64..5_000).prop_map(|points| What::Given { points }),
        3 => (1_i64..20_000, prop::option::of(order)).prop_map(|(points, order)| What::Spent { points, order }),
        2 => (1_i64..3_000, 0_u16..40, prop::option::of(1_i64..3_000))
            .prop_map(|(points, days, committed)| What::Reserved { points, days, committed: committed.map(|part| part.min(points)) }),
        2 => (5_u8..8, 100_i64..90_000, 0_u16..40, prop::option::of(100_i64..90_000))
            .prop_map(|(order, yuan, days, right)| What::Mistaken { order, yuan, days, right }),
        1 => Just(What::Overdue),
        1 => Just(What::Survey),
        1 => Just(What::Profile),
        1 => Just(What::Download),
        1 => Just(What::Event),
    ];
    (0..MEMBERS.len(), 0_u16..500, what).prop_map(|(member, day, what)| Happening { member, day, what })
}

impl Happening {
    fn facts(&self, n: usize) -> Vec<Fact> {
        let said = |suffix: &str, days: u16, kind: &str, body: Value| {
            let day = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::Days::new(u64::from(self.day + days));
            fact(&format!("{n:03}{suffix}"), MEMBERS[self.member], kind, &day.to_string(), body)
        };
        let one = |kind: &str, body: Value| vec![said("", 0, kind, body)];
        let order = |order: u8| format!("SO{order}");
        match &self.what {
            What::Completed { order: number, yuan } => {
                one("order.completed", json!({ "order": order(*number), "amount": yuan * 100, "currency": "CNY" }))
            }
            What::Refunded { order: number, yuan } => {
                one("order.refunded", json!({ "order": order(*number), "amount": yuan * 100, "currency": "CNY" }))
            }
            What::Cancelled { order: number } => one("order.cancelled", json!({ "order": order(*number) })),
            What::Given { points } => one("points.adjusted", json!({ "unit": "points", "amount": points, "reason": "goodwill" })),
            What::Spent { points, order: number } => {
                let mut body = json!({ "unit": "points", "amount": points });
                if let Some(number) = number {
                    body["reference"] = json!(order(*number));
                }
                one("points.spent", body)
            }
            What::Reserved { points, days, committed } => {
                let reservation = said("", 0, "points.reserved", json!({ "unit": "points", "amount": points }));
                let id = reservation.id.to_string();
                let end = match committed {
                    Some(part) => said("z", *days, "points.committed", json!({ "reservation": id, "amount": part })),
                    None => said("z", *days, "points.released", json!({ "reservation": id })),
                };
                vec![reservation, end]
            }
            What::Mistaken { order: number, yuan, days, right } => {
                let worth = |yuan: i64| json!({ "order": order(*number), "amount": yuan * 100, "currency": "CNY" });
                let wrong = said("", 0, "order.completed", worth(*yuan));
                let correction = match right {
                    Some(yuan) => said("z", *days, "order.completed", worth(*yuan)),
                    None => said("z", *days, "fact.retracted", json!({ "reason": "it did not happen" })),
                };
                vec![wrong.clone(), Fact { corrects: Some(wrong.id), ..correction }]
            }
            What::Overdue => one("payment.overdue", json!({ "days": 12 })),
            What::Survey => one("survey.answered", json!({ "survey": "nps", "score": 9 })),
            What::Profile => one("profile.completed", json!({ "score": 90 })),
            What::Download => one("content.downloaded", json!({ "content": "catalogue", "role": "technical" })),
            What::Event => one("event.attended", json!({ "event": "fair" })),
        }
    }
}

/// A history, and how it arrives: the order, and after how many facts time passes for everyone.
fn story() -> impl Strategy<Value = (Vec<Fact>, Vec<Fact>, Vec<usize>)> {
    prop::collection::vec(happening(), 4..26)
        .prop_map(|all| all.iter().enumerate().flat_map(|(n, one)| one.facts(n)).collect::<Vec<Fact>>())
        .prop_flat_map(|mut facts| {
            facts.sort_by(Fact::order);
            (Just(facts.clone()), Just(facts).prop_shuffle(), prop::collection::vec(1_usize..9, 40))
        })
}

/// Sends facts in pieces; what is refused because something before it is still missing is sent again, as senders do.
async fn arrive(town: &Town, facts: &[Fact], pieces: &[usize]) {
    let mut waiting = facts.to_vec();
    let mut sizes = pieces.iter().cycle();
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut refused = Vec::new();
        while !waiting.is_empty() {
            let size = *sizes.next().unwrap();
            let piece: Vec<Fact> = waiting.drain(..size.min(waiting.len())).collect();
            let answers = town.batch(&piece, Mode::Recorded).await;
            refused.extend(piece.into_iter().zip(answers).filter_map(|(fact, answer)| answer.is_err().then_some(fact)));
            if size == 1 {
                town.evaluate("2025-09-01").await;
            }
        }
        assert!(refused.len() < before, "these are never taken: {refused:#?}");
        waiting = refused;
    }
    town.evaluate("2026-07-01").await;
}

async fn check(in_order: &[Fact], shuffled: &[Fact], pieces: &[usize]) {
    let outcome = std::sync::Mutex::new(None::<Outcome>);
    for (facts, pieces) in [(in_order, &[1_000][..]), (in_order, &[2][..]), (shuffled, pieces)] {
        each(HISTORY, async |db| {
            let town = Town::on(db).await;
            apply(&town.app, &meaner(true), Some(at("2025-08-01")), Some("test"), None).await.unwrap();
            town.members(&MEMBERS.map(str::to_owned)).await;
            arrive(&town, facts, pieces).await;
            town.sound().await;
            let (found, size) = (town.outcome().await, town.size().await);
            let again = town.batch(facts, Mode::Recorded).await;
            assert!(again.iter().all(|answer| answer.as_ref().is_ok_and(|recorded| recorded.known)), "{again:?}");
            assert_eq!(town.size().await, size, "what is sent again changes nothing");
            let compared = simulate(&town.app, town.app.timeline().unwrap(), at("2026-07-01"), |_| {}).await.unwrap();
            assert!(compared.equal(), "{:?} differs", compared.first_different);
            let mut first = outcome.lock().unwrap();
            match &*first {
                None => *first = Some(found),
                Some(first) => first.same_as(&found),
            }
        })
        .await;
    }
}

/// Small histories with partial refunds, spending of what may not be there, reservations, missions and the passing of time.
#[test]
fn facts_in_any_order_of_arrival_come_to_the_same() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 8, max_shrink_iters: 60, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let result = runner.run(&story(), |(in_order, shuffled, pieces)| {
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(check(&in_order, &shuffled, &pieces))));
        checked.map_err(|panic| {
            let said = panic.downcast_ref::<String>().cloned().unwrap_or_default();
            TestCaseError::fail(said)
        })
    });
    if let Err(failed) = result {
        panic!("{failed}");
    }
}
