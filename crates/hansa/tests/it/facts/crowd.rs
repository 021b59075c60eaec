//! Many at once: no balance is spent twice and nothing is counted twice, whoever comes first.

use std::collections::HashMap;

use db::testing::each;
use db::{Dialect, Durability};
use hansa::app::App;
use hansa::clock::Clock;
use hansa::facts::{Answer, FactError};
use hansa::members::{self, Member};
use hansa::points::{Spend, spend};
use hansa::schema::HISTORY;
use program::fact::Fact;
use serde_json::json;
use tokio::task::JoinSet;

use crate::town::{Town, at, fact};

/// On PostgreSQL a second installation on the same database, as on two nodes; SQLite has one writing process.
async fn nodes(town: &Town) -> [App; 2] {
    let second = match town.app.db.dialect() {
        Dialect::Sqlite => town.app.clone(),
        Dialect::Postgres => App::open(town.app.db.location(), Durability::Full, Clock::Fixed(at("2026-07-01"))).await.unwrap(),
    };
    [town.app.clone(), second]
}

/// All facts at once, on both nodes in turn.
async fn rush(nodes: &[App; 2], facts: Vec<Fact>) -> Vec<(Fact, Answer)> {
    let mut running = JoinSet::new();
    for (n, fact) in facts.into_iter().enumerate() {
        let app = nodes[n % 2].clone();
        running.spawn(async move {
            let answer = app.submit(fact.clone()).await.expect("the writer never fails because of a crowd");
            (fact, answer)
        });
    }
    running.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_spends_of_one_balance_have_one_winner() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let nodes = nodes(&town).await;
        for round in 0..5 {
            let acme = town.member(&format!("华东轴承{round}")).await;
            acme.given("2026-03-01", 100).await.unwrap();
            let spends = (0..20).map(|n| acme.spend("2026-03-02", &format!("{n}"), 100)).collect();
            let answers = rush(&nodes, spends).await;
            let winners = answers.iter().filter(|(_, answer)| answer.is_ok()).count();
            assert_eq!(winners, 1, "{answers:?}");
            assert!(answers.iter().all(|(_, answer)| matches!(answer, Ok(_) | Err(FactError::Refused(_)))));
            let points = acme.points().await;
            assert_eq!((points.available, points.spent), (0, 100));
        }
        town.sound().await;
    })
    .await;
}

/// Two branches and their parent company share a hundred points; twenty buyers want all of them at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_spends_of_one_pool_have_one_winner() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let nodes = nodes(&town).await;
        let parent = town.member("集团").await;
        let branches: Vec<Member> = ["东分公司", "西分公司"]
            .map(|id| Member { id: id.into(), name: id.into(), parent: Some(parent.id.clone()), ..Member::default() })
            .into();
        let (rows, now) = (&branches, town.app.now());
        town.app.db.write(|tx| async move { members::put(&tx, rows, now).await.map(drop) }).await.unwrap();
        parent.given("2026-03-01", 100).await.unwrap();
        let mut running = JoinSet::new();
        for n in 0..20 {
            let (app, member) = (nodes[n / 2 % 2].clone(), branches[n % 2].id.clone());
            let ask =
                Spend { id: format!("spend:{n}"), member, unit: "points".into(), amount: 100, reference: None, pool: true, actor: None };
            running.spawn(async move { spend(&app, &ask).await.is_ok() });
        }
        assert_eq!(running.join_all().await.into_iter().filter(|won| *won).count(), 1);
        assert_eq!(parent.points().await.available, 0);
        assert_eq!(town.number("SELECT COUNT(*) FROM fact WHERE kind = 'points.spent'").await, 1);
        town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_clients_who_repeat_themselves_are_counted_once() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let nodes = nodes(&town).await;
        let names: Vec<String> = (0..8).map(|n| format!("M{n}")).collect();
        town.members(&names).await;
        let order = |n: usize| {
            let day = format!("2026-0{}-{:02}", 1 + n % 5, 1 + n % 28);
            fact(
                &format!("order:{n}"),
                &names[n % 8],
                "order.completed",
                &day,
                json!({ "order": format!("SO{n}"), "amount": 100_000 + n, "currency": "CNY" }),
            )
        };
        // Each of a hundred orders is sent five times, by fifty clients in their own order.
        let sent = (0..500).map(|n| order((n * 37 + n / 100) % 100)).collect();
        let answers = rush(&nodes, sent).await;
        let mut firsts: HashMap<String, usize> = HashMap::new();
        for (fact, answer) in answers {
            *firsts.entry(fact.id.to_string()).or_default() += usize::from(!answer.unwrap().known);
        }
        assert_eq!(firsts.len(), 100);
        assert!(firsts.values().all(|first| *first == 1), "{firsts:?}");
        assert_eq!(town.size().await[0], 100);
        town.sound().await;
    })
    .await;
}

/// The same id for different members at the same moment: one of them has it, the others are told, and nobody else's batch fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_contested_id_has_one_owner() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let nodes = nodes(&town).await;
        let names: Vec<String> = (0..20).map(|n| format!("M{n}")).collect();
        town.members(&names).await;
        let body = json!({ "order": "SO1", "amount": 100, "currency": "CNY" });
        let facts = names.iter().map(|name| fact("contested", name, "order.completed", "2026-03-01", body.clone())).collect();
        let answers = rush(&nodes, facts).await;
        assert_eq!(answers.iter().filter(|(_, answer)| answer.is_ok()).count(), 1);
        assert!(answers.iter().all(|(_, answer)| matches!(answer, Ok(_) | Err(FactError::IdTaken(_)))));
        town.sound().await;
    })
    .await;
}

/// Time passes for everyone while facts arrive: neither loses what the other wrote.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn evaluation_beside_arriving_facts_loses_nothing() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let nodes = nodes(&town).await;
        let names: Vec<String> = (0..10).map(|n| format!("M{n}")).collect();
        town.members(&names).await;
        let order = |n: usize, day: &str| {
            fact(
                &format!("{day}:{n}"),
                &names[n % 10],
                "order.completed",
                day,
                json!({ "order": format!("{day}:{n}"), "amount": 5_000_000, "currency": "CNY" }),
            )
        };
        rush(&nodes, (0..20).map(|n| order(n, "2026-01-05")).collect()).await;
        let evaluating = town.clone();
        let passing = tokio::spawn(async move {
            for day in ["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"] {
                evaluating.evaluate(day).await;
            }
        });
        for day in ["2026-01-20", "2026-03-10", "2026-06-01"] {
            let answers = rush(&nodes, (0..20).map(|n| order(n, day)).collect()).await;
            assert!(answers.iter().all(|(_, answer)| answer.is_ok()));
        }
        passing.await.unwrap();
        town.evaluate("2026-07-01").await;
        assert_eq!(town.size().await[0], 80);
        town.sound().await;
    })
    .await;
}
