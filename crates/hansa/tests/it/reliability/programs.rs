//! A program that one process applies is in force for every other one on the same database, without a restart.

use db::testing::{TestDatabase, each};
use db::{Durability, Location};
use hansa::app::{App, AppError};
use hansa::clock::Clock;
use hansa::points::{Say, say};
use hansa::program::apply;
use hansa::schema::HISTORY;
use hansa::tiers;
use program::expr::Value as Field;

use crate::town::{STANDARD, Town, at};

/// The standard program with a tier that is easier to reach.
fn easier() -> String {
    let text = STANDARD.replace("spend_12m >= 50000", "spend_12m >= 500");
    assert_ne!(text, STANDARD);
    text
}

/// The version that judged the receipts of a fact.
async fn judged_by(town: &Town, order: &str) -> Vec<u32> {
    let acme = town.member("华东轴承").await;
    let recorded = acme.completed("2026-07-02", order, 600).await.unwrap();
    let mut versions: Vec<u32> = recorded.decisions.iter().map(|decision| decision.version).collect();
    versions.dedup();
    versions
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_applied_by_one_handle_judges_for_the_other() {
    each(HISTORY, async |db| {
        let here = Town::on(db.clone()).await;
        let there = here.later("2026-07-02").await;
        assert_eq!(judged_by(&there, "SO1").await, [1]);
        assert_eq!(there.tier("华东轴承", "buyer").await, "basic");
        apply(&here.app, &easier(), None, None, None).await.unwrap();
        // The other handle has heard nothing, and finds it in the transaction that judges.
        assert_eq!(there.app.timeline().unwrap().versions.len(), 1);
        assert_eq!(judged_by(&there, "SO2").await.last(), Some(&2));
        assert_eq!(there.app.timeline().unwrap().versions.len(), 2);
        assert_eq!(there.tier("华东轴承", "buyer").await, "silver");
        tiers::evaluate(&there.app, at("2026-07-02"), |_| {}).await.unwrap();
        there.sound().await;
    })
    .await;
}

/// Also whoever spends, and whoever brings members up to date.
#[tokio::test(flavor = "multi_thread")]
async fn evaluation_and_points_see_it_too() {
    each(HISTORY, async |db| {
        let here = Town::on(db.clone()).await;
        let there = here.later("2026-07-02").await;
        judged_by(&there, "SO1").await;
        apply(&here.app, &easier(), None, None, None).await.unwrap();
        tiers::evaluate(&there.app, at("2026-07-02"), |_| {}).await.unwrap();
        assert_eq!(there.app.timeline().unwrap().versions.len(), 2);
        apply(&here.app, STANDARD, None, None, None).await.unwrap();
        let fields = vec![("unit", Field::Text("points".into())), ("amount", Field::Int(5)), ("reason", Field::Text("goodwill".into()))];
        let ask = Say { id: "gift".into(), member: "华东轴承".into(), kind: "points.adjusted", fields, actor: None };
        say(&there.app, &ask, Some("points")).await.unwrap();
        assert_eq!(there.app.timeline().unwrap().versions.len(), 3);
        there.sound().await;
    })
    .await;
}

/// A process that was started before any program was applied need not be started again.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_program_is_seen_too() {
    each(HISTORY, async |db| {
        let early = Town { app: App::with(db.clone(), Clock::Fixed(at("2026-07-02"))).await.unwrap() };
        let acme = early.member("华东轴承").await;
        let refused = early.app.submit(acme.completion("2026-07-02", "SO0", 600)).await.unwrap_err();
        assert!(matches!(refused, AppError::NoProgram), "{refused}");
        Town::on(db).await;
        assert_eq!(judged_by(&early, "SO1").await, [1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_opened_again_has_the_new_program() {
    let test = TestDatabase::sqlite(HISTORY).await;
    let folder = Location::folder(test.folder().unwrap());
    let town = Town::on(test.db.clone()).await;
    apply(&town.app, &easier(), None, None, None).await.unwrap();
    town.app.db.close().await.unwrap();
    let app = App::open(&folder, Durability::Full, Clock::Fixed(at("2026-07-02"))).await.unwrap();
    assert_eq!(judged_by(&Town { app }, "SO1").await, [2]);
}
