use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use db::testing::{TestDatabase, each};
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
    Gather::start(
        GatherOptions { parallel, ..GatherOptions::default() },
        |job| *job,
        move |jobs: Vec<i64>| {
            let (db, batches) = (db.clone(), Arc::clone(&batches));
            async move {
                batches.fetch_add(1, Ordering::SeqCst);
                let rows: Vec<_> = jobs.iter().filter(|n| **n >= 0).map(|n| item(&format!("item_{n}"), *n)).collect();
                let rows = &rows;
                db.write(|tx| async move { insert_rows(&tx, "item", &COLUMNS, rows.clone(), OnConflict::Fail).await }).await?;
                Ok(jobs.into_iter().map(|n| if n < 0 { Err(Negative) } else { Ok(n * 2) }).collect())
            }
        },
    )
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
    let gather = Gather::start(
        GatherOptions::default(),
        |job| *job,
        |jobs: Vec<i64>| async move {
            assert!(!jobs.contains(&13), "a bug");
            Ok::<_, DbErr>(jobs)
        },
    );
    assert!(matches!(gather.submit(13).await, Err(GatherError::Unanswered)));
    assert_eq!(gather.submit(14).await.unwrap(), 14);
}

/// What was accepted is finished: an operator's restart loses no order.
#[tokio::test]
async fn shutting_down_finishes_what_was_accepted() {
    let done = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&done);
    let options = GatherOptions { batch_max: 4, ..GatherOptions::default() };
    let gather = Gather::start(
        options,
        |job| *job,
        move |jobs: Vec<i64>| {
            let counter = Arc::clone(&counter);
            async move {
                tokio::task::yield_now().await;
                counter.fetch_add(jobs.len(), Ordering::SeqCst);
                Ok::<_, DbErr>(jobs)
            }
        },
    );
    for n in 0..20 {
        // The caller goes away; its job stays.
        let abandoned = tokio::time::timeout(Duration::ZERO, gather.submit(n)).await;
        drop(abandoned);
    }
    gather.finish().await;
    assert_eq!(done.load(Ordering::SeqCst), 20);
}

/// A batch is judged while another is written: that is sound only because they have no member in common.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_beside_each_other_have_no_key_in_common_and_keys_keep_their_order() {
    let busy: Arc<Mutex<HashSet<u64>>> = Arc::default();
    let done: Arc<Mutex<HashMap<u64, Vec<u64>>>> = Arc::default();
    let beside = Arc::new(AtomicUsize::new(0));
    let (all, taken, together) = (Arc::clone(&busy), Arc::clone(&done), Arc::clone(&beside));
    let options = GatherOptions { parallel: 3, batch_max: 7, ..GatherOptions::default() };
    let gather = Gather::start(
        options,
        |(member, _)| *member,
        move |jobs: Vec<(u64, u64)>| {
            let (all, taken, together) = (Arc::clone(&all), Arc::clone(&taken), Arc::clone(&together));
            async move {
                let members: HashSet<u64> = jobs.iter().map(|(member, _)| *member).collect();
                {
                    let mut busy = all.lock().unwrap();
                    assert!(busy.is_disjoint(&members), "a member is in two batches");
                    together.fetch_max(busy.len(), Ordering::SeqCst);
                    busy.extend(&members);
                }
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                for (member, number) in &jobs {
                    taken.lock().unwrap().entry(*member).or_default().push(*number);
                }
                all.lock().unwrap().retain(|member| !members.contains(member));
                Ok::<_, DbErr>(jobs)
            }
        },
    );
    let jobs: Vec<(u64, u64)> = (0..600).map(|number| (number * number % 11, number)).collect();
    let asked = jobs.iter().map(|job| gather.submit(*job));
    // Unconstrained, so that they arrive in the order of their numbers.
    let answers = tokio::task::unconstrained(futures_util::future::join_all(asked)).await;
    assert!(answers.into_iter().zip(&jobs).all(|(answer, job)| answer.unwrap() == *job));
    assert!(beside.load(Ordering::SeqCst) > 0, "batches ran beside each other");
    for numbers in done.lock().unwrap().values() {
        assert!(numbers.is_sorted(), "a member's jobs were overtaken: {numbers:?}");
    }
}

/// What was read beside the writer holds until somebody writes who is not known to leave it alone.
#[tokio::test]
async fn who_reads_ahead_is_told_of_others_that_wrote() {
    let TestDatabase { db, .. } = &TestDatabase::sqlite(HISTORY).await;
    let told = async |mark| db.write_beside(mark, |_, holds| async move { Ok::<_, DbErr>(holds) }).await.unwrap();
    let write = async |id: &'static str| {
        db.write(|tx| async move { insert_rows(&tx, "item", &COLUMNS, [item(id, 1)], OnConflict::Fail).await }).await.unwrap();
    };
    let first = db.mark();
    assert!(first.is_some());
    assert!(told(first).await);
    assert!(told(first).await, "those who write beside each other do not disturb each other");
    write("item_1").await;
    assert!(!told(first).await, "the mark is older than the write");
    let second = db.mark();
    assert!(told(second).await);
    let during = db
        .write(|_| {
            let db = db.clone();
            async move { Ok::<_, DbErr>(db.mark()) }
        })
        .await
        .unwrap();
    assert_eq!(during, None, "nobody can read ahead of a write that goes on");
    assert!(!told(None).await);
    // A write that was cancelled halfway is not waited for.
    let waiting = db.write(|_| async { std::future::pending::<Result<(), DbErr>>().await });
    assert!(tokio::time::timeout(Duration::from_millis(50), waiting).await.is_err());
    write("item_2").await;
    let third = db.mark();
    assert!(third.is_some() && told(third).await);
}
