//! `report`: the stored state and a replay say the same, and each says what it rests on.

use db::testing::each;
use hansa::reports::{Basis, Dated, journal, liability, movers, tiers};
use hansa::schema::HISTORY;
use ledger::Instant;
use serde_json::json;

use crate::town::{Enterprise, Town, at, fact, number};

/// One member on each of the lower three tiers; the gold one came there in May.
async fn three(town: &Town) -> [Enterprise; 3] {
    let [basic, silver, gold] = [town.member("basic co").await, town.member("silver co").await, town.member("gold co").await];
    basic.completed("2026-03-01", "B1", 100).await.expect("taken");
    silver.completed("2026-03-01", "S1", 60_000).await.expect("taken");
    gold.completed("2026-03-01", "G1", 60_000).await.expect("taken");
    gold.completed("2026-05-01", "G2", 300_000).await.expect("taken");
    [basic, silver, gold]
}

#[tokio::test(flavor = "multi_thread")]
async fn tiers_are_counted_now_and_as_of_any_instant() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        three(&town).await;
        town.evaluate("2026-07-01").await;
        let count = async |as_of: Option<Instant>| {
            let report = tiers(&town.app, as_of).await.expect("counted");
            report.rows.iter().map(|row| (row.tier.to_string(), row.members, row.share)).collect::<Vec<_>>()
        };
        let row = |tier: &str, members, share| (tier.to_owned(), members, share);
        let now = [row("basic", 1, 3_333), row("silver", 1, 3_333), row("gold", 1, 3_333), row("diamond", 0, 0)];
        assert_eq!(count(None).await, now);
        assert_eq!(count(Some(at("2026-07-01"))).await, now);
        let april = [row("basic", 1, 3_333), row("silver", 2, 6_667), row("gold", 0, 0), row("diamond", 0, 0)];
        assert_eq!(count(Some(at("2026-04-01"))).await, april);
        assert!(count(Some(at("2026-01-01"))).await.iter().all(|(_, members, share)| (*members, *share) == (0, 0)));
    })
    .await;
}

/// A report must not pass off yesterday's state as today's.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_how_far_the_stored_state_was_judged() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        three(&town).await;
        let zone = town.app.timeline().expect("a program").zone().clone();
        let before = tiers(&town.app, None).await.expect("counted").basis;
        let Basis::Stored { behind, due_since, .. } = before else { panic!("{before:?} is not the stored state") };
        assert_eq!((behind, due_since), (3, Some(at("2026-03-16"))));
        assert!(before.note(&zone).contains("3 members are not up to date: the stored state is complete up to 2026-03-16 12:00"));
        town.evaluate("2026-07-01").await;
        let after = tiers(&town.app, None).await.expect("counted").basis;
        assert_eq!(after, Basis::Stored { now: at("2026-07-01"), behind: 0, due_since: None });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn liability_is_what_is_outstanding_at_its_cost_less_breakage() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let [_, silver, _] = three(&town).await;
        silver.spent("2026-06-01", "a fan", 10_000).await.expect("taken");
        silver.completed("2026-06-25", "S2", 1_000).await.expect("taken");
        town.evaluate("2026-07-01").await;
        let stored = liability(&town.app, None).await.expect("added up");
        let replayed = liability(&town.app, Some(at("2026-07-01"))).await.expect("added up");
        assert_eq!(stored.rows, replayed.rows);

        let points: Vec<_> = stored.rows.iter().filter(|row| &*row.unit == "points").collect();
        let told: Vec<_> =
            points.iter().map(|row| (row.cohort.to_string(), row.lots.issued, row.lots.outstanding, row.lots.held)).collect();
        let month = |name: &str, issued, outstanding, held| (name.to_owned(), issued, outstanding, held);
        // In March everyone was basic when buying; the gold order of May was bought as silver, at 1.2 points a yuan.
        let expected = [month("2026-03", 120_100, 110_100, 0), month("2026-05", 360_000, 360_000, 0), month("2026-06", 1_200, 0, 1_200)];
        assert_eq!(told, expected);
        // A point costs one fen; twelve in a hundred are never asked for.
        assert_eq!((points[0].cost_minor, points[0].breakage_minor, points[0].net_minor), (110_100, 13_212, 96_888));
        assert_eq!(stored.total(), "net liability: 4 136.88 CNY");

        // A simulation of the program in force comes to the same.
        let timeline = town.app.timeline().unwrap();
        let simulated = hansa::simulate::simulate(&town.app, timeline, at("2026-07-01"), |_| ()).await.expect("simulated");
        let of = |part: fn(&ledger::Cohort) -> i64| -> i64 { points.iter().map(|row| part(&row.lots)).sum() };
        let there = simulated.candidate.outstanding["points"];
        assert_eq!((there.free, there.held, there.owed), (of(|lots| lots.outstanding), of(|lots| lots.held), 0));
    })
    .await;
}

/// What the journal says moved is what the accounts hold, corrections included, and a day that was exported stays as it was.
#[tokio::test(flavor = "multi_thread")]
async fn the_journal_adds_up_to_the_accounts() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let [basic, silver, _] = three(&town).await;
        silver.spent("2026-06-01", "a fan", 10_000).await.expect("taken");
        town.evaluate("2026-07-01").await;
        let exported = journal(&town.app, None, None, Dated::Posted).await.expect("added up").entries;
        // An order that comes in late makes the basic one rise: what was posted is taken back and posted anew.
        basic.completed("2026-02-01", "B0", 70_000).await.expect("taken");
        let late = journal(&town.app, None, None, Dated::Posted).await.expect("added up");
        let sum = |entries: &[hansa::reports::Entry]| entries.iter().map(|entry| entry.transfers).sum::<u64>();
        assert!(sum(&late.entries) > sum(&exported));

        let rows = liability(&town.app, None).await.expect("added up").rows;
        for by in [Dated::Posted, Dated::Effective] {
            let entries = journal(&town.app, None, None, by).await.expect("added up").entries;
            for unit in ["points", "growth", "quote_rights"] {
                let of = |account: &str| -> i64 {
                    let moved = entries.iter().filter(|entry| &*entry.unit == unit);
                    moved
                        .map(|entry| {
                            if entry.to == account {
                                entry.amount
                            } else if entry.from == account {
                                -entry.amount
                            } else {
                                0
                            }
                        })
                        .sum()
                };
                let lots =
                    |part: fn(&ledger::Cohort) -> i64| rows.iter().filter(|row| &*row.unit == unit).map(|row| part(&row.lots)).sum::<i64>();
                assert_eq!(of("available") + of("reserved"), lots(|lots| lots.outstanding), "{unit}");
                assert_eq!(of("held"), lots(|lots| lots.held), "{unit}");
                assert_eq!(of("expired"), lots(|lots| lots.expired), "{unit}");
                assert_eq!(of("spent"), lots(|lots| lots.spent), "{unit}");
            }
        }
        let june = journal(&town.app, Some(at("2026-06-01")), Some(at("2026-06-02")), Dated::Effective).await.expect("added up").entries;
        let spent: Vec<_> =
            june.iter().filter(|entry| entry.to == "spent").map(|entry| (entry.amount, entry.cost_minor, entry.transfers)).collect();
        assert_eq!(spent, [(10_000, 10_000, 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn movers_are_those_who_stand_elsewhere_than_before() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let [basic, ..] = three(&town).await;
        // Set by hand and ended again: back where it was, so it has not moved.
        let body = json!({ "track": "buyer", "tier": "gold", "reason": "trial" });
        basic.did("trial", "tier.overridden", "2026-05-02", body).await.expect("taken");
        basic.did("end", "tier.restored", "2026-06-02", json!({ "track": "buyer" })).await.expect("taken");
        town.evaluate("2026-07-01").await;

        let since = Some(at("2026-04-01"));
        let stored = movers(&town.app, since, None).await.expect("compared");
        let replayed = movers(&town.app, since, Some(at("2026-07-01"))).await.expect("compared");
        assert_eq!(stored.rows, replayed.rows);
        let told: Vec<_> = stored.rows.iter().map(|row| (row.member.as_str(), &*row.from, &*row.to, row.at)).collect();
        assert_eq!(told, [("gold co", "silver", "gold", at("2026-05-01"))]);
        let receipt = &stored.rows[0].receipt;
        assert_eq!(number(&town.app.db, &format!("SELECT COUNT(*) FROM decision WHERE key = '{receipt}'")).await, 1);

        let trial = movers(&town.app, since, Some(at("2026-05-15"))).await.expect("compared");
        assert!(trial.rows.iter().any(|row| row.member == "basic co" && &*row.to == "gold"), "{:?}", trial.rows);
        assert!(movers(&town.app, Some(at("2026-07-01")), None).await.expect_err("no stretch").to_string().contains("--since"));
    })
    .await;
}

/// More members than one page holds: none is lost or counted twice where pages meet.
#[tokio::test(flavor = "multi_thread")]
async fn many_members_are_reported_page_by_page() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let names: Vec<String> = (0..4_100).map(|number| format!("m{number:05}")).collect();
        town.members(&names).await;
        let facts: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let yuan = if at % 10 == 0 { 60_000 } else { 100 };
                let body = json!({ "order": format!("SO{at}"), "amount": yuan * 100, "currency": "CNY" });
                fact(&format!("{name}/SO"), name, "order.completed", "2026-06-20", body)
            })
            .collect();
        for batch in facts.chunks(1_000) {
            assert!(town.bulk(batch).await.iter().all(Result::is_ok));
        }
        for as_of in [None, Some(at("2026-06-30"))] {
            let rows = tiers(&town.app, as_of).await.expect("counted").rows;
            assert_eq!(rows.iter().map(|row| row.members).collect::<Vec<_>>(), [3_690, 410, 0, 0]);
            let moved = movers(&town.app, Some(at("2026-06-01")), as_of).await.expect("compared").rows;
            assert_eq!(moved.len(), 410);
            assert!(moved.is_sorted_by(|a, b| a.member < b.member));
            let rows = liability(&town.app, as_of).await.expect("added up").rows;
            assert_eq!(rows.iter().find(|row| &*row.unit == "points").map(|row| row.lots.held), Some(410 * 60_000 + 3_690 * 100));
        }
    })
    .await;
}
