//! Clocks that jump: back, far ahead, and facts that say they come from the future.

use db::testing::each;
use hansa::facts::FactError;
use hansa::program::apply;
use hansa::schema::HISTORY;
use serde_json::json;

use crate::town::{Enterprise, STANDARD, Town, at};

/// A machine whose clock was set back goes on judging: time never runs backwards for a member.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_does_not_turn_time_back() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        town.evaluate("2026-07-01").await;
        let before = town.outcome().await;
        let set_back = town.later("2001-01-01").await;
        set_back.evaluate("2001-01-01").await;
        before.same_as(&set_back.outcome().await);
        let acme = Enterprise { town: set_back.clone(), ..acme };
        assert!(acme.completed("2026-06-30", "SO2", 100).await.unwrap().resettled, "it comes after what was judged already");
        acme.given("2001-01-01", 10).await.unwrap();
        acme.spent("2001-01-02", "tea", 10).await.unwrap();
        acme.spent("2001-01-02", "gold", 1_000_000).await.unwrap_err();
        set_back.sound().await;
    })
    .await;
}

/// A sender whose clock is decades ahead is believed, and what comes after it in the right order still counts.
#[tokio::test(flavor = "multi_thread")]
async fn a_fact_from_the_far_future_does_not_shut_others_out() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        acme.completed("2091-03-01", "SO2", 100).await.unwrap();
        acme.completed("2026-03-02", "SO3", 100).await.unwrap();
        town.sound().await;
        // It is found out and retracted.
        let mut retraction = acme.fact("fix", "fact.retracted", "2026-03-03", json!({ "reason": "the sender's clock was wrong" }));
        retraction.corrects = Some("华东轴承/completed:SO2".into());
        town.take(retraction).await.unwrap();
        town.evaluate("2026-07-01").await;
        town.sound().await;
    })
    .await;
}

/// Instants at the edge of what 64 bits of microseconds can say would have every review of three hundred thousand years judged.
#[tokio::test(flavor = "multi_thread")]
async fn instants_beyond_all_business_are_refused() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        for edge in [i64::MIN, i64::MIN + 1, at("1899-12-31").0, at("2200-01-02").0, i64::MAX - 1, i64::MAX] {
            let mut order = acme.completion("2026-03-01", "SO1", 60_000);
            order.occurred_at = ledger::Instant(edge);
            assert_eq!(town.take(order).await, Err(FactError::OutOfTime));
        }
        acme.completed("1901-01-01", "SO1", 100).await.unwrap();
        acme.completed("2199-12-31", "SO2", 100).await.unwrap();
        acme.completed("1970-01-01", "SO3", 100).await.unwrap();
        town.sound().await;
    })
    .await;
}

/// A program that is applied while the clock is behind does not reach into the past by accident.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_applied_under_a_clock_set_back_is_still_judged_soundly() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        let set_back = town.later("2026-01-01").await;
        let stricter = STANDARD.replace("spend_12m >= 50000", "spend_12m >= 70000");
        let applied = apply(&set_back.app, &stricter, None, None, None).await.unwrap();
        assert_eq!((applied.number, applied.effective_from), (2, Some(at("2026-01-01"))));
        set_back.evaluate("2026-07-01").await;
        set_back.sound().await;
    })
    .await;
}
