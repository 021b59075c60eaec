//! Spending over a company tree: a parent with two subsidiaries, at random, in a crowd, and again.

use std::collections::BTreeMap;

use db::testing::each;
use hansa::facts::{lots_of, read_transfers};
use hansa::members::{self, Member};
use hansa::points::{Give, Say, Spend, SpendError, Spent, give, left, say, spend};
use hansa::schema::HISTORY;
use ledger::Purpose;
use program::expr::Value as Field;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;

use crate::town::{STANDARD, Town, at};

const PARENT: &str = "集团";
const BRANCHES: [&str; 2] = ["东分公司", "西分公司"];
const TREE: [&str; 3] = [PARENT, BRANCHES[0], BRANCHES[1]];

/// The tree, with what each has.
async fn tree(town: &Town, has: [i64; 3]) {
    let parent = |id: &str| (id != PARENT).then(|| PARENT.to_owned());
    let rows: Vec<Member> =
        TREE.iter().map(|id| Member { id: (*id).into(), name: (*id).into(), parent: parent(id), ..Member::default() }).collect();
    let (rows, now) = (&rows, town.app.now());
    town.app.db.write(|tx| async move { members::put(&tx, rows, now).await.map(drop) }).await.unwrap();
    for (id, points) in TREE.into_iter().zip(has) {
        if points > 0 {
            add(town, id, points, &format!("given:{id}")).await;
        }
    }
}

async fn add(town: &Town, member: &str, points: i64, id: &str) {
    let fields = vec![("unit", Field::Text("points".into())), ("amount", Field::Int(points)), ("reason", Field::Text("goodwill".into()))];
    let ask = Say { id: id.into(), member: member.into(), kind: "points.adjusted", fields, actor: None };
    say(&town.app, &ask, Some("points")).await.unwrap();
}

fn ask(id: &str, member: &str, amount: i64, pool: bool) -> Spend {
    Spend { id: id.into(), member: member.into(), unit: "points".into(), amount, reference: None, pool, actor: None }
}

async fn has(town: &Town, member: &str) -> i64 {
    town.balances(member, "points").await.available
}

/// In every company the accounts sum to zero, nothing is below zero, and the stored balance is what the transfers say.
async fn balanced(town: &Town) {
    let timeline = town.app.timeline().unwrap();
    let ids = TREE.map(str::to_owned);
    for (member, transfers) in read_transfers(town.app.db.read(), &timeline, &ids).await.unwrap() {
        let mut accounts: BTreeMap<&str, i64> = BTreeMap::new();
        for transfer in transfers.values().filter_map(|stored| stored.now.as_ref()) {
            assert!(transfer.amount > 0);
            *accounts.entry(transfer.from.as_str()).or_default() -= transfer.amount;
            *accounts.entry(transfer.to.as_str()).or_default() += transfer.amount;
        }
        assert_eq!(accounts.values().sum::<i64>(), 0, "{member}: {accounts:?}");
        let available = accounts.get(Purpose::Available.as_str()).copied().unwrap_or(0);
        assert!(available >= 0, "{member}: {accounts:?}");
        assert_eq!(available, has(town, &member).await, "{member}");
    }
}

/// Whatever is spent by whom: a spend goes through exactly when there is enough, it says whose lots it drew, and no unit is lost or made.
#[tokio::test(flavor = "multi_thread")]
async fn random_spends_over_a_tree_lose_and_make_nothing() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        tree(&town, [1_500, 150, 0]).await;
        let mut chance = ChaCha8Rng::seed_from_u64(12);
        let (mut given, mut gone, mut refusals, mut draws) = (1_650, 0, 0, 0);
        for n in 0..60 {
            let member = TREE[chance.random_range(0..3)];
            if n % 7 == 6 {
                let more = chance.random_range(1..200);
                add(&town, member, more, &format!("more:{n}")).await;
                given += more;
                continue;
            }
            let (amount, pool) = (chance.random_range(1..120), chance.random_bool(0.7));
            let own = has(&town, member).await;
            let beyond = if pool && member != PARENT { has(&town, PARENT).await } else { 0 };
            let parents_lots: Vec<String> = lots_of(town.app.db.read(), &town.app.timeline().unwrap(), &[PARENT.to_owned()]).await.unwrap()
                [PARENT]
                .iter()
                .map(|lot| lot.key.to_string())
                .collect();
            match spend(&town.app, &ask(&format!("spend:{n}"), member, amount, pool)).await {
                Ok(Spent { known, own: from_own, pooled }) => {
                    assert!(!known && own + beyond >= amount, "{n}");
                    assert_eq!(from_own, own.min(amount), "its own first");
                    assert_eq!(from_own + pooled.iter().map(|draw| draw.amount).sum::<i64>(), amount);
                    assert!(pooled.iter().all(|draw| draw.member == PARENT && parents_lots.contains(&draw.lot)), "{pooled:?}");
                    draws += pooled.len();
                    gone += amount;
                }
                Err(SpendError::Beyond { available, needed }) => {
                    assert_eq!((available, needed), (own + beyond, amount));
                    assert!(pool && own + beyond < amount, "{n}");
                    refusals += 1;
                }
                Err(SpendError::Refused(refused)) => {
                    assert!(!pool && own < amount, "{n}: {refused}");
                    refusals += 1;
                }
                Err(other) => panic!("{other}"),
            }
            balanced(&town).await;
        }
        assert!(draws > 3 && refusals > 3, "{draws} draws and {refusals} refusals say little");
        let mut left = 0;
        for id in TREE {
            left += has(&town, id).await;
        }
        assert_eq!(left, given - gone);
        town.sound().await;
    })
    .await;
}

/// Twenty pooled spends at once from both subsidiaries, each of all that the tree has.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_spends_at_once_one_succeeds() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        tree(&town, [100, 0, 0]).await;
        let mut running = JoinSet::new();
        for n in 0..20 {
            let (app, ask) = (town.app.clone(), ask(&format!("spend:{n}"), BRANCHES[n % 2], 100, true));
            running.spawn(async move { spend(&app, &ask).await });
        }
        let answers = running.join_all().await;
        let won: Vec<&Spent> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
        assert_eq!(won.len(), 1);
        assert_eq!((won[0].own, won[0].pooled[0].member.as_str(), won[0].pooled[0].amount), (0, PARENT, 100));
        for lost in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            assert_eq!(lost.to_string(), "only 0 available in the company and its parents, 100 needed");
        }
        balanced(&town).await;
        town.sound().await;
    })
    .await;
}

/// The same spend sent by twenty at once, and again much later, is one spend with one answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_repeated_spend_gives_the_first_answer() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        tree(&town, [100, 30, 0]).await;
        add(&town, PARENT, 40, "more").await;
        let wish = ask("spend", BRANCHES[0], 150, true);
        let mut running = JoinSet::new();
        for _ in 0..20 {
            let (app, ask) = (town.app.clone(), wish.clone());
            running.spawn(async move { spend(&app, &ask).await.unwrap() });
        }
        let answers = running.join_all().await;
        assert_eq!(answers.iter().filter(|answer| !answer.known).count(), 1);
        assert_eq!((answers[0].own, answers[0].pooled.len()), (30, 2));
        let later = town.later("2026-07-20").await;
        let again = spend(&later.app, &wish).await.unwrap();
        assert!(again.known && answers.iter().all(|answer| (answer.own, &answer.pooled) == (again.own, &again.pooled)), "{again:?}");
        assert_eq!(has(&town, PARENT).await, 20);
        let other = spend(&later.app, &Spend { amount: 10, ..wish }).await.unwrap_err();
        assert!(other.to_string().contains("`spend` is the id of another fact"), "{other}");
        later.sound().await;
    })
    .await;
}

/// Over two levels and more than ten lots: nearest parent first, and told again in that order.
#[tokio::test(flavor = "multi_thread")]
async fn draws_go_up_the_tree_and_are_told_in_order() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        tree(&town, [0, 0, 0]).await;
        let shop = Member { id: "店".into(), name: "店".into(), parent: Some(BRANCHES[0].into()), ..Member::default() };
        let (rows, now) = (&[shop], town.app.now());
        town.app.db.write(|tx| async move { members::put(&tx, rows, now).await.map(drop) }).await.unwrap();
        for n in 0..12 {
            add(&town, BRANCHES[0], 10, &format!("near:{n:02}")).await;
        }
        add(&town, PARENT, 100, "far").await;
        let wish = ask("spend", "店", 150, true);
        let first = spend(&town.app, &wish).await.unwrap();
        assert_eq!(first.pooled.len(), 13);
        assert!(first.pooled[..12].iter().all(|draw| (draw.member.as_str(), draw.amount) == (BRANCHES[0], 10)), "{first:?}");
        assert_eq!((first.pooled[12].member.as_str(), first.pooled[12].amount), (PARENT, 30));
        let again = spend(&town.app, &wish).await.unwrap();
        assert_eq!(again, Spent { known: true, ..first });
        town.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_does_not_pool_is_not_drawn() {
    each(HISTORY, async |db| {
        let town = Town::under(db, &STANDARD.replace("pool = true", "pool = false"), "2026-07-01").await;
        tree(&town, [100, 0, 0]).await;
        let refused = spend(&town.app, &ask("a", BRANCHES[0], 10, true)).await.unwrap_err();
        assert!(refused.to_string().starts_with("unit `points` is not pooled"), "{refused}");
        let refused = spend(&town.app, &ask("b", BRANCHES[0], 10, false)).await.unwrap_err();
        assert_eq!(refused.to_string(), "only 0 available, 10 needed");
        let refused = spend(&town.app, &Spend { unit: "miles".into(), ..ask("c", PARENT, 10, false) }).await.unwrap_err();
        assert_eq!(refused.to_string(), "field `unit`: the program has no unit `miles`");
        let refused = spend(&town.app, &ask(&"x".repeat(101), PARENT, 10, false)).await.unwrap_err();
        assert_eq!(refused.to_string(), "field `id`: at most 100 bytes");
        assert!(matches!(spend(&town.app, &ask("d", "nobody", 10, true)).await, Err(SpendError::App(_))));
        assert_eq!(has(&town, PARENT).await, 100);
        let timeline = town.app.timeline().unwrap();
        assert_eq!(left(town.app.db.read(), &timeline, PARENT, "points", false).await.unwrap().available, 100);
        assert_eq!(town.app.now(), at("2026-07-01"));
    })
    .await;
}

/// A campaign's budget is a holder: twenty gifts at once out of one that covers one give exactly one, and nothing is lost or made.
#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_budget_cannot_be_overdrawn() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        tree(&town, [0, 0, 0]).await;
        town.member("campaign:spring").await;
        add(&town, "campaign:spring", 150, "budget").await;
        let gift = |n: usize| Give {
            id: format!("gift:{n}"),
            from: "campaign:spring".into(),
            to: BRANCHES[n % 2].into(),
            unit: "points".into(),
            amount: 100,
            actor: None,
        };
        let mut crowd = JoinSet::new();
        for n in 0..20 {
            let (app, ask) = (town.app.clone(), gift(n));
            crowd.spawn(async move { (n, give(&app, &ask).await) });
        }
        let answers = crowd.join_all().await;
        let given: Vec<usize> = answers.iter().filter(|(_, answer)| answer.is_ok()).map(|(n, _)| *n).collect();
        assert_eq!(given.len(), 1, "{answers:?}");
        let refused = answers.iter().filter_map(|(_, answer)| answer.as_ref().err());
        assert!(refused.into_iter().all(|error| error.to_string().contains("only 50 available, 100 needed")), "{answers:?}");
        let again = give(&town.app, &gift(given[0])).await.unwrap();
        assert!(again.known && again.pooled.iter().map(|draw| draw.amount).sum::<i64>() == 100, "{again:?}");
        assert_eq!((has(&town, "campaign:spring").await, has(&town, BRANCHES[given[0] % 2]).await), (50, 100));
        balanced(&town).await;
        assert!(hansa::verify::verify(&town.app, |_| ()).await.unwrap().findings.is_empty());
    })
    .await;
}
