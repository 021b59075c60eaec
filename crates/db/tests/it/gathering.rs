use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use db::testing::each;
use db::{Db, Dialect, Gather, GatherError, GatherOptions, OnConflict, insert_rows};
use sea_orm::DbErr;

use crate::HISTORY;
use crate::rows::{COLUMNS, count, item};

/// One bad job is refused in its own answer; the rest of its batch is written.
#[derive(Debug, PartialEq)]
struct Negative;

fn writer(db: &Db, batches: Arc<AtomicUsize>) -> Gather<i64, Result<i64, Negative>, DbErr> {
    let db = db.clone();
    let parallel = if db.dialect() == Dialect::Sqlite { 1 } else { 3 };
    Gather::start(GatherOptions { parallel, ..GatherOptions::default() }, move |jobs: Vec<i64>| {
        let (db, batches) = (db.clone(), Arc::clone(&batches));
        async move {
            batches.fetch_add(1, Ordering::SeqCst);
            let rows: Vec<_> = jobs.iter().filter(|n| **n >= 0).map(|n| item(&format!("item_{n}"), *n)).collect();
            let rows = &rows;
            db.write(|tx| async move { insert_rows(&tx, "item", &COLUMNS, rows.clone(), OnConflict::Fail).await }).await?;
            Ok(jobs.into_iter().map(|n| if n < 0 { Err(Negative) } else { Ok(n * 2) }).collect())
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_each_get_their_own_answer() {
    each(HISTORY, async |db: Db| {
        let batches = Arc::new(AtomicUsize::new(0));
        let gather = Arc::new(writer(&db, Arc::clone(&batches)));
        let callers: Vec<_> = (0..1_000)
            .map(|n| {
                let gather = Arc::clone(&gather);
                tokio::spawn(async move { (n, gather.submit(if n == 500 { -1 } else { n }).await.unwrap()) })
            })
            .collect();
        let mut answered = HashSet::new();
        for caller in callers {
            let (n, answer) = caller.await.unwrap();
            assert_eq!(answer, if n == 500 { Err(Negative) } else { Ok(n * 2) });
            answered.insert(n);
        }
        assert_eq!(answered.len(), 1_000);
        assert_eq!(count(&db, "item").await, 999);
        assert!(batches.load(Ordering::SeqCst) < 500, "callers share commits");
    })
    .await;
}

#[tokio::test]
async fn a_failed_batch_tells_every_caller_and_the_writer_goes_on() {
    each(HISTORY, async |db: Db| {
        let gather = writer(&db, Arc::default());
        assert_eq!(gather.submit(7).await.unwrap(), Ok(14));
        let (one, other) = tokio::join!(gather.submit(7), gather.submit(7));
        for refused in [one, other] {
            assert!(matches!(refused, Err(GatherError::Batch(error)) if db::is_unique_violation(&error)));
        }
        assert_eq!(gather.submit(8).await.unwrap(), Ok(16));
    })
    .await;
}

#[tokio::test]
async fn a_panic_costs_its_batch_only() {
    let gather = Gather::start(GatherOptions::default(), |jobs: Vec<i64>| async move {
        assert!(!jobs.contains(&13), "a bug");
        Ok::<_, DbErr>(jobs)
    });
    assert!(matches!(gather.submit(13).await, Err(GatherError::Unanswered)));
    assert_eq!(gather.submit(14).await.unwrap(), 14);
}

/// What was accepted is finished: an operator's restart loses no order.
#[tokio::test]
async fn shutting_down_finishes_what_was_accepted() {
    let done = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&done);
    let options = GatherOptions { batch_max: 4, ..GatherOptions::default() };
    let gather = Gather::start(options, move |jobs: Vec<i64>| {
        let counter = Arc::clone(&counter);
        async move {
            tokio::task::yield_now().await;
            counter.fetch_add(jobs.len(), Ordering::SeqCst);
            Ok::<_, DbErr>(jobs)
        }
    });
    for n in 0..20 {
        // The caller goes away; its job stays.
        let abandoned = tokio::time::timeout(Duration::ZERO, gather.submit(n)).await;
        drop(abandoned);
    }
    gather.finish().await;
    assert_eq!(done.load(Ordering::SeqCst), 20);
}
