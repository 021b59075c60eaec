//! Facts that arrive late, corrections and retractions: the difference is posted, nothing written is changed.

use std::collections::BTreeSet;

use db::testing::each;
use hansa::facts::FactError;
use hansa::schema::HISTORY;
use program::fact::Fact;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::town::{Enterprise, Town};

fn correcting(fact: Fact, wrong: &str) -> Fact {
    Fact { corrects: Some(wrong.into()), ..fact }
}

async fn busy_year(acme: &Enterprise) {
    acme.completed("2025-09-01", "SO1", 20_000).await.unwrap();
    acme.completed("2025-12-10", "SO2", 45_000).await.unwrap();
    acme.spent("2026-02-01", "chairs", 30_000).await.unwrap();
    acme.refunded("2026-03-05", "SO2", 9_000).await.unwrap();
    acme.completed("2026-05-01", "SO3", 12_345).await.unwrap();
}

/// Every fact, transfer and decision ever written, word for word.
async fn written(town: &Town) -> BTreeSet<String> {
    let sql = "SELECT concat_ws('|', id, member_id, kind, occurred_at, recorded_at, body) AS line FROM fact UNION ALL \
               SELECT concat_ws('|', member_id, key, revision, unit, debit, credit, amount, effective_at, recorded_at, reason, cause, draws) FROM transfer \
               UNION ALL SELECT concat_ws('|', member_id, key, revision, effective_at, recorded_at, version, rule, COALESCE(cause, ''), body) FROM decision";
    let statement = Statement::from_string(town.app.db.read().get_database_backend(), sql);
    let rows = town.app.db.read().query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get("", "line").unwrap()).collect()
}

/// What was written before a settlement still stands there, word for word, and more beside it.
async fn kept(town: &Town, before: &BTreeSet<String>) {
    let after = written(town).await;
    let gone: Vec<_> = before.difference(&after).collect();
    assert!(gone.is_empty() && after.len() > before.len(), "gone: {gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_order_resettles_to_what_it_would_have_been_in_time() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        busy_year(&acme).await;
        let (before, old) = (written(&town).await, town.outcome().await);
        let late = acme.completed("2025-09-02", "SO0", 40_000).await.unwrap();
        assert!(late.resettled && !late.decisions.is_empty());
        kept(&town, &before).await;
        town.sound().await;
        assert_eq!(town.tier(&acme.id, "buyer").await, "silver");
        assert!(old != town.outcome().await);
        let reversed = town.number("SELECT COUNT(*) FROM transfer WHERE revision % 2 = 1").await;
        assert!(reversed > 0, "silver members earn 1.2 points, so what they had earned since was taken back and posted anew");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_takes_the_place_of_the_mistake() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let (acme, right) = (town.member("华东轴承").await, town.member("江南电机").await);
        busy_year(&acme).await;
        let before = written(&town).await;
        let corrected = correcting(
            acme.fact("fix", "order.completed", "2025-12-10", json!({ "order": "SO2", "amount": 5_000_000, "currency": "CNY" })),
            "华东轴承/completed:SO2",
        );
        town.take(corrected).await.unwrap();
        kept(&town, &before).await;
        town.sound().await;
        right.completed("2025-09-01", "SO1", 20_000).await.unwrap();
        right.completed("2025-12-10", "SO2", 50_000).await.unwrap();
        right.spent("2026-02-01", "chairs", 30_000).await.unwrap();
        right.refunded("2026-03-05", "SO2", 9_000).await.unwrap();
        right.completed("2026-05-01", "SO3", 12_345).await.unwrap();
        assert_eq!(acme.points().await, right.points().await, "as if it had been right from the start");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retraction_takes_a_fact_away_and_can_itself_be_retracted() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        busy_year(&acme).await;
        let (before, points) = (written(&town).await, acme.points().await);
        let retract =
            |id: &str, wrong: &str| correcting(acme.fact(id, "fact.retracted", "2026-06-01", json!({ "reason": "entered twice" })), wrong);
        town.take(retract("r1", "华东轴承/completed:SO1")).await.unwrap();
        assert_ne!(acme.points().await, points);
        town.sound().await;
        town.take(retract("r2", "华东轴承/r1")).await.unwrap();
        let after = acme.points().await;
        assert_eq!((after.available, after.spent, after.held), (points.available, points.spent, points.held), "back to what it was");
        kept(&town, &before).await;
        town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_of_nothing_are_refused() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let (acme, other) = (town.member("华东轴承").await, town.member("江南电机").await);
        acme.completed("2026-03-01", "SO1", 100).await.unwrap();
        let size = town.size().await;
        let wrong = correcting(acme.completion("2026-03-01", "SO2", 100), "never said");
        assert_eq!(town.take(wrong).await, Err(FactError::UnknownCorrected("never said".into())));
        // Another member's fact is not this member's to correct.
        let foreign = correcting(other.completion("2026-03-01", "SO2", 100), "华东轴承/completed:SO1");
        assert_eq!(town.take(foreign).await, Err(FactError::UnknownCorrected("华东轴承/completed:SO1".into())));
        assert_eq!(town.size().await, size);
        assert_eq!(town.number("SELECT COUNT(*) FROM member_state").await, 1, "nothing is known about the other");
        town.sound().await;
    })
    .await;
}
