//! Verification compares packed rows, and reads them one by one only where those differ. If the packing never matched, it would
//! still find the same, only slowly; so this says that it does match.

use db::testing::each;
use hansa::schema::HISTORY;
use serde_json::json;

use crate::town::Town;

#[tokio::test(flavor = "multi_thread")]
async fn members_of_ordinary_trade_are_verified_at_a_glance() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        for name in ["华东轴承", "江南电机", "Ostsee Stahl"] {
            let member = town.member(name).await;
            member.completed("2026-03-01", "SO1", 60_000).await.unwrap();
            // Its length is the byte between packed rows.
            member.completed("2026-03-02", &format!("SO-{:027}", 2), 20_000).await.unwrap();
            for number in 10..40 {
                member.completed("2026-03-03", &format!("SO{number}"), 1_000 * number).await.unwrap();
            }
            member.refunded("2026-03-20", "SO1", 10_000).await.unwrap();
            member.given("2026-04-01", 5_000).await.unwrap();
            member.spent("2026-04-02", "gift", 700).await.unwrap();
            member.did("held", "points.reserved", "2026-04-03", json!({ "unit": "points", "amount": 300 })).await.unwrap();
        }
        town.evaluate("2026-12-01").await;
        let found = town.sound().await;
        assert!(found.members == 3 && found.transfers > 100 && found.decisions > 100, "{found:?}");
        assert_eq!(found.row_by_row, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_resettled_after_a_late_fact_is_looked_at_row_by_row() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let (late, other) = (town.member("华东轴承").await, town.member("江南电机").await);
        for member in [&late, &other] {
            member.completed("2026-03-01", "SO1", 60_000).await.unwrap();
            member.completed("2026-06-01", "SO2", 60_000).await.unwrap();
        }
        late.completed("2026-02-01", "SO0", 600_000).await.unwrap();
        assert_eq!(town.sound().await.row_by_row, 1, "{:?}", town.app.db.dialect());
    })
    .await;
}
