//! Live, in bulk, simulated and verified: one engine, one answer (invariant 4), on a demo marketplace.

use std::collections::BTreeMap;
use std::sync::Mutex;

use db::testing::each;
use hansa::demo::{Options, World, generate};
use hansa::members;
use hansa::schema::HISTORY;
use hansa::simulate::simulate;
use ledger::Instant;
use program::fact::Fact;
use tokio::task::JoinSet;

use crate::town::{Outcome, Town, at};

/// Midnight of 1 July 2026 in Shanghai.
const AS_OF: Instant = Instant(1_782_835_200_000_000);

fn world() -> World {
    generate(&Options { years: 1, ..Options::new(100, 11, AS_OF) })
}

async fn found(town: &Town, world: &World) {
    let now = town.app.now();
    let rows = &world.members;
    town.app.db.write(|tx| async move { members::put(&tx, rows, now).await.map(drop) }).await.unwrap();
}

/// As the live system gets them: one by one, each member's in the order of happening, all members at once.
async fn live(town: &Town, world: &World) {
    let mut by_member: BTreeMap<&str, Vec<Fact>> = BTreeMap::new();
    for fact in &world.facts {
        by_member.entry(&fact.member).or_default().push(fact.clone());
    }
    let mut running = JoinSet::new();
    for facts in by_member.into_values() {
        let app = town.app.clone();
        running.spawn(async move {
            for fact in facts {
                app.submit(fact).await.expect("the writer works").expect("the demo's facts are allowed");
            }
        });
    }
    running.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn live_bulk_simulation_and_verification_agree() {
    let world = world();
    let outcome = Mutex::new(None::<Outcome>);
    for bulk in [true, false] {
        each(HISTORY, async |db| {
            let town = Town::on(db).await;
            found(&town, &world).await;
            if bulk {
                for batch in world.facts.chunks(1_500) {
                    assert!(town.bulk(batch).await.iter().all(Result::is_ok));
                }
            } else {
                live(&town, &world).await;
            }
            town.evaluate("2026-07-01").await;
            let verified = town.sound().await;
            assert_eq!(verified.members, 100);
            assert!(verified.transfers > 1_000 && verified.decisions > 1_000, "{verified:?}");
            let compared = simulate(&town.app, town.app.timeline().unwrap(), at("2026-07-01"), |_| {}).await.unwrap();
            assert!(compared.equal() && compared.movers.is_empty(), "{:?} differs", compared.first_different);
            let found = town.outcome().await;
            let mut first = outcome.lock().unwrap();
            match &*first {
                None => *first = Some(found),
                Some(first) => first.same_as(&found),
            }
        })
        .await;
    }
}

/// Simulating another program writes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn simulating_another_program_changes_nothing() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        town.evaluate("2026-07-01").await;
        let (size, before) = (town.size().await, town.outcome().await);
        let generous = crate::town::STANDARD.replace("spend_12m >= 300000", "spend_12m >= 30000");
        let candidate = program::Timeline::always(program::Program::parse(&generous).unwrap());
        let compared = simulate(&town.app, candidate.into(), at("2026-07-01"), |_| {}).await.unwrap();
        assert!(!compared.equal());
        let moved: Vec<_> = compared.movers.iter().map(|mover| (&*mover.member, &*mover.from, &*mover.to)).collect();
        assert_eq!(moved, [("华东轴承", "silver", "gold")]);
        assert_eq!(town.size().await, size);
        town.outcome().await.same_as(&before);
        town.sound().await;
    })
    .await;
}
