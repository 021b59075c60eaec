//! One fact at a time: what is taken, what is known already, and what is refused alone.

use db::testing::each;
use hansa::facts::FactError;
use hansa::schema::HISTORY;
use program::Mode;
use program::fact::Fact;
use serde_json::json;

use crate::town::{Town, fact};

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_said_twice_counts_once() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        let first = acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        assert!(!first.known && !first.decisions.is_empty(), "a receipt for the order");
        let (size, before) = (town.size().await, town.outcome().await);
        let again = acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        assert!(again.known && again.decisions.is_empty());
        assert_eq!(town.size().await, size);
        town.outcome().await.same_as(&before);
        town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_never_means_two_things() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let (acme, other) = (town.member("华东轴承").await, town.member("江南电机").await);
        acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        let size = town.size().await;
        let id = "华东轴承/completed:SO1";
        let body = |yuan: i64| json!({ "order": "SO1", "amount": yuan, "currency": "CNY" });
        let others = [
            fact(id, "华东轴承", "order.completed", "2026-03-01", body(6_000_001)),
            fact(id, "华东轴承", "order.completed", "2026-03-02", body(6_000_000)),
            fact(id, "华东轴承", "order.paid", "2026-03-01", body(6_000_000)),
            fact(id, &other.id, "order.completed", "2026-03-01", body(6_000_000)),
        ];
        for fact in others {
            assert_eq!(town.take(fact).await, Err(FactError::IdTaken(id.into())));
        }
        assert_eq!(town.size().await, size, "nothing of them was written");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_of_unknown_members_are_refused() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let stranger = fact("f1", "nobody", "order.completed", "2026-03-01", json!({ "order": "SO1", "amount": 100, "currency": "CNY" }));
        assert_eq!(town.take(stranger).await, Err(FactError::UnknownMember("nobody".into())));
        assert_eq!(town.size().await, [0, 0, 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_spend_leaves_nothing() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.given("2026-03-01", 100).await.unwrap();
        let (size, before) = (town.size().await, town.outcome().await);
        let refused = acme.spent("2026-03-02", "tea", 101).await.unwrap_err();
        assert!(matches!(refused, FactError::Refused(_)), "{refused}");
        assert_eq!(town.size().await, size);
        town.outcome().await.same_as(&before);
        // The id was not used up by the refusal.
        acme.spent("2026-03-02", "tea", 40).await.unwrap();
        assert_eq!((acme.points().await.available, acme.points().await.spent), (60, 40));
        town.sound().await;
    })
    .await;
}

/// A spend that says it happened earlier is judged by what is there today as well, and refused without a trace.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_spend_cannot_use_what_is_gone() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.given("2026-03-01", 100).await.unwrap();
        acme.spent("2026-04-01", "chairs", 80).await.unwrap();
        let (size, before) = (town.size().await, town.outcome().await);
        acme.spent("2026-03-15", "tea", 30).await.unwrap_err();
        assert_eq!(town.size().await, size);
        town.outcome().await.same_as(&before);
        assert!(acme.spent("2026-03-15", "pens", 20).await.unwrap().resettled);
        assert_eq!(acme.points().await.available, 0);
        town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_fact_in_a_batch_is_refused_alone() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        let order = |number: &str| json!({ "order": number, "amount": 10_000, "currency": "CNY" });
        let batch = [
            acme.fact("1", "order.completed", "2026-03-01", order("SO1")),
            fact("2", "nobody", "order.completed", "2026-03-01", order("SO2")),
            acme.fact("3", "points.spent", "2026-03-02", json!({ "unit": "points", "amount": 5 })),
            acme.fact("4", "points.spent", "2026-03-02", json!({ "unit": "pionts", "amount": 5 })),
            acme.fact("5", "fact.retracted", "2026-03-02", json!({ "reason": "of what?" })),
            acme.fact("6", "order.completed", "2026-03-03", order("SO6")),
        ];
        let answers = town.batch(&batch, Mode::Live).await;
        let taken: Vec<bool> = answers.iter().map(Result::is_ok).collect();
        assert_eq!(taken, [true, false, false, false, false, true], "{answers:?}");
        assert!(answers[3].as_ref().unwrap_err().to_string().contains("did you mean `points`?"));
        assert_eq!(town.size().await[0], 2);
        town.sound().await;
    })
    .await;
}

/// Two clients send the same fact at the same moment and their writer gathers both: the second is told what became of the first,
/// never that a refused fact is known.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_fact_twice_in_one_batch_has_one_fate() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        let spend = acme.spend("2026-03-01", "tea", 10);
        let answers = town.batch(&[spend.clone(), spend.clone()], Mode::Live).await;
        assert!(answers.iter().all(Result::is_err), "nothing was there to be spent: {answers:?}");
        assert_eq!(town.size().await[0], 0);
        let order = acme.completion("2026-03-01", "SO1", 100);
        let other = acme.fact("completed:SO1", "order.completed", "2026-03-01", json!({ "order": "SO1", "amount": 1, "currency": "CNY" }));
        let answers = town.batch(&[order.clone(), order, other], Mode::Live).await;
        assert_eq!(
            answers.iter().map(|answer| answer.as_ref().map(|recorded| recorded.known).ok()).collect::<Vec<_>>(),
            [Some(false), Some(true), None]
        );
        assert_eq!(town.size().await[0], 1);
        town.sound().await;
    })
    .await;
}

/// In a batch that is replayed anyway (one fact is late) a spend still sees what the facts before it in the batch brought.
#[tokio::test(flavor = "multi_thread")]
async fn a_spend_in_a_late_batch_sees_the_facts_before_it() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-10", "SO1", 100).await.unwrap();
        let survey = |id: &str, day: &str| acme.fact(id, "survey.answered", day, json!({ "survey": "nps", "score": 9 }));
        let batch = [survey("late", "2026-03-01"), survey("new", "2026-03-20"), acme.spend("2026-03-21", "tea", 100)];
        let answers = town.batch(&batch, Mode::Live).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(acme.points().await.available, 0);
        town.sound().await;
    })
    .await;
}

/// What is on record elsewhere happened: a fact that the ledger cannot follow is taken, and a receipt says that it was passed over.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_record_is_noted_even_where_the_ledger_cannot_follow() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        let lost = acme.fact("x", "points.committed", "2026-05-01", json!({ "reservation": "never made" }));
        let batch = [acme.completion("2025-03-01", "SO1", 60_000), lost.clone(), acme.completion("2026-05-02", "SO2", 100)];
        let answers = town.bulk(&batch).await;
        let noted = answers[1].as_ref().unwrap().decisions.iter().any(|decision| *decision.rule == *"fact:points.committed");
        assert!(noted && answers.iter().all(Result::is_ok), "{answers:?}");
        town.sound().await;
        // Live, the same is refused.
        assert!(town.take(Fact { id: "y".into(), ..lost }).await.is_err());
        town.sound().await;
    })
    .await;
}

/// An amount beyond all bounds stops the engine halfway; the facts before and after it in the batch are as if it had not been sent.
#[tokio::test(flavor = "multi_thread")]
async fn an_absurd_amount_is_refused_alone() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        let adjust = |id: &str| {
            acme.fact(
                id,
                "points.adjusted",
                "2026-03-01",
                json!({ "unit": "points", "amount": 1_000_000_000_000_000_i64, "reason": "a slip" }),
            )
        };
        let slips: Vec<Fact> = (0..12).map(|n| adjust(&format!("slip{n}"))).collect();
        town.batch(&slips, Mode::Live).await;
        let batch = [
            acme.completion("2026-03-02", "SO1", 100),
            acme.completion("2026-03-03", "SO2", 9_000_000_000_000),
            acme.completion("2026-03-04", "SO3", 100),
        ];
        town.batch(&batch, Mode::Live).await;
        town.bulk(&[acme.completion("2026-03-05", "SO4", 9_000_000_000_000), acme.completion("2026-03-06", "SO5", 100)]).await;
        town.sound().await;
    })
    .await;
}
