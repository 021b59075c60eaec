//! `explain`: where a member stands, and why, as of any instant.

use db::testing::each;
use hansa::app::AppError;
use hansa::schema::HISTORY;
use hansa::standing::{Ask, Explanation, explain};
use serde_json::json;

use crate::town::{Town, at};

async fn told(town: &Town, member: &str, day: &str) -> Explanation {
    explain(&town.app, member, Ask { as_of: Some(at(day)), receipts: Some(20), ..Ask::default() }).await.expect("the member is known")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_its_tier_the_way_further_and_what_it_has() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        let told = told(&town, "华东轴承", "2026-07-01").await;

        let buyer = &told.tracks[0];
        assert_eq!((buyer.tier.name.as_str(), buyer.since), ("Silver", at("2026-03-01")));
        let next = buyer.next.as_ref().expect("a tier above");
        assert_eq!(next.tier.name, "Gold");
        assert_eq!(next.sentence, "240 000 more Purchases of the last twelve months, or 140 000 more Purchases of the last twelve months and 23 more Orders of the last \
             twelve months, by 2027-02-28");

        let spend = told.metrics.iter().find(|metric| &*metric.metric.id == "spend_12m").expect("measured");
        assert_eq!((spend.value.as_deref(), spend.facts), (Some("60000"), 1));
        assert_eq!((spend.from.as_deref(), spend.to.as_str()), (Some("2025-07-02"), "2026-07-01"));

        let points = told.balances.iter().find(|balance| &*balance.unit.id == "points").expect("counted");
        assert_eq!((points.available, points.held), (60_000, 0));
        assert_eq!(points.expiring[0].expires_at, Some(at("2028-12-31T16:00:00Z")));

        // Twenty for June, which may still be used in July, and twenty for July.
        let quotes = told.benefits.iter().find(|benefit| &*benefit.benefit.id == "quotes").expect("silver has it");
        assert_eq!(quotes.left.as_ref().map(|left| (&*left.unit.id, left.amount)), Some(("quote_rights", 40)));

        let first = told.missions.iter().find(|mission| &*mission.mission.id == "first-steps").expect("open");
        let steps: Vec<(bool, &str)> = first.steps.iter().map(|step| (step.done, step.progress.as_str())).collect();
        assert_eq!(steps, [(false, "missing: 80 more profile.score"), (true, "1 of 1")]);
        assert_eq!(told.stage.map(|stage| stage.name), Some("Active".to_owned()));
    })
    .await;
}

/// The receipt alone must be enough to answer "why?": its sentence, its inputs, and the facts that were counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_names_the_facts_behind_it() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        acme.completed("2026-03-02", "SO2", 10_000).await.expect("taken");
        acme.refunded("2026-04-01", "SO1", 60_000).await.expect("taken");
        let told = told(&town, "华东轴承", "2026-07-01").await;
        let tier = |change: &str| {
            let found = told.receipts.iter().find(|receipt| &*receipt.rule == "track:buyer" && receipt.sentence.contains(change));
            found.unwrap_or_else(|| panic!("no receipt says {change}: {:#?}", told.receipts))
        };
        let facts = |change: &str| {
            let spend = tier(change).evidence.iter().find(|evidence| &*evidence.metric == "spend_12m").expect("its input");
            spend.facts.iter().map(ToString::to_string).collect::<Vec<_>>()
        };

        assert_eq!(facts("rose from Basic to Silver"), ["华东轴承/completed:SO1"]);
        assert!(tier("rose").sentence.contains("because spend_12m >= 50000 or orders_12m >= 12; "), "{}", tier("rose").sentence);
        assert_eq!(tier("rose").cause.as_deref(), Some("华东轴承/completed:SO1"));
        // The review of 1 July counts what was left after the refund: the undone order is no evidence any more.
        assert_eq!(facts("did not qualify to keep Silver"), ["华东轴承/completed:SO2"]);
        assert!(tier("did not qualify").sentence.contains("It is kept until 2026-08-30."), "{}", tier("did not qualify").sentence);
        assert_eq!(tier("did not qualify").cause, None);
        assert!(told.receipts.is_sorted_by(|a, b| a.at >= b.at), "newest first");
    })
    .await;
}

/// Whoever asks about a past day hears what held on that day, whatever happened since.
#[tokio::test(flavor = "multi_thread")]
async fn standing_can_be_asked_for_as_of_any_past_instant() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        acme.completed("2026-05-01", "SO2", 300_000).await.expect("taken");

        let before = told(&town, "华东轴承", "2026-02-28").await;
        assert_eq!((before.joined, before.tracks.len(), before.receipts_in_all, before.facts), (None, 0, Some(0), 0));
        let held = told(&town, "华东轴承", "2026-03-10").await;
        assert_eq!((held.tracks[0].tier.name.as_str(), held.balances[0].held, held.balances[0].available), ("Silver", 60_000, 0));
        let now = told(&town, "华东轴承", "2026-07-01").await;
        assert_eq!(now.tracks[0].tier.name, "Gold");
        assert_eq!(now.tracks[0].tier.id.to_string(), town.tier("华东轴承", "buyer").await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tier_set_by_staff_is_told_with_its_reason_and_what_lies_beneath() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        let body = json!({ "track": "buyer", "tier": "diamond", "reason": "key account", "until": "2026-12-31T00:00:00Z" });
        acme.did("override", "tier.overridden", "2026-04-01", body).await.expect("taken");
        let told = told(&town, "华东轴承", "2026-06-01").await;
        let buyer = &told.tracks[0];
        assert_eq!((buyer.tier.name.as_str(), buyer.reached.name.as_str()), ("Diamond", "Silver"));
        assert_eq!((buyer.set_by_hand.as_deref(), buyer.set_until), (Some("key account"), Some(at("2026-12-31T00:00:00Z"))));
        let page = told.page(town.app.timeline().expect("a program").zone());
        assert!(page.contains("Buyer: Diamond, set by staff until 2026-12-31: key account\n    by the rules: Silver since "), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_receipts_that_were_asked_for_are_told_but_all_are_counted() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        for order in 1..=9 {
            acme.completed(&format!("2026-03-0{order}"), &format!("SO{order}"), 100).await.expect("taken");
        }
        let ask = |receipts| Ask { receipts, ..Ask::default() };
        let all = explain(&town.app, "华东轴承", ask(None)).await.expect("known");
        let three = explain(&town.app, "华东轴承", ask(Some(3))).await.expect("known");
        assert_eq!((Some(all.receipts.len()), three.receipts.len()), (all.receipts_in_all, 3));
        assert_eq!(three.receipts_in_all, all.receipts_in_all);
        let keys = |told: &Explanation| told.receipts.iter().map(|receipt| receipt.key.clone()).collect::<Vec<_>>();
        assert_eq!(keys(&three), keys(&all)[..3]);
    })
    .await;
}

/// What was said before a late order came is not said any more, but it was said, and is there.
#[tokio::test(flavor = "multi_thread")]
async fn receipts_that_were_taken_back_are_told_when_asked_for() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.expect("taken");
        let ask = |withdrawn| Ask { withdrawn, ..Ask::default() };
        assert!(explain(&town.app, "华东轴承", ask(9)).await.expect("known").withdrawn.is_empty());
        let before = explain(&town.app, "华东轴承", ask(0)).await.expect("known").receipts;
        let rose = before.iter().find(|receipt| receipt.sentence.contains("rose from Basic")).expect("it rose");
        // Another order had made it silver a week before.
        acme.completed("2026-02-22", "SO0", 70_000).await.expect("taken");
        let after = explain(&town.app, "华东轴承", ask(99)).await.expect("known");
        let back = after.withdrawn.iter().find(|back| back.receipt.key == rose.key).expect("taken back");
        assert_eq!((&back.receipt.sentence, back.receipt.at), (&rose.sentence, rose.at));
        assert!(after.receipts.iter().all(|receipt| receipt.key != rose.key));
        assert!(back.withdrawn_at > back.receipt.at, "{back:?}");
        assert_eq!(explain(&town.app, "华东轴承", ask(1)).await.expect("known").withdrawn.len(), 1);
        assert!(explain(&town.app, "华东轴承", ask(0)).await.expect("known").withdrawn.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_and_a_distant_future_are_refused() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        town.member("华东轴承").await;
        let ask = |as_of| Ask { as_of, ..Ask::default() };
        let stranger = explain(&town.app, "nobody", ask(None)).await.expect_err("no such member");
        assert!(matches!(stranger, AppError::UnknownMember(id) if id == "nobody"));
        let far = explain(&town.app, "华东轴承", ask(Some(at("2199-01-01")))).await.expect_err("too far");
        assert!(far.to_string().contains("five years"), "{far}");
    })
    .await;
}
