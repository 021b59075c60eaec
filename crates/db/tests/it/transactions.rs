use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use db::testing::{TestDatabase, each};
use db::{Db, Dialect, Hold, Isolation, OnConflict, hold, insert_rows};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};
use tokio::sync::Barrier;
use tokio::time::timeout;

use crate::HISTORY;
use crate::rows::{COLUMNS, add, count, item};

/// An operation's own error, as the product writes them.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("not enough")]
    NotEnough,
    #[error(transparent)]
    Database(#[from] DbErr),
}

async fn amount(tx: &DatabaseTransaction, id: &str) -> Result<i64, DbErr> {
    let sql = "SELECT amount FROM item WHERE id = $1";
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [id.into()]);
    tx.query_one_raw(statement).await?.expect("the item").try_get_by_index(0)
}

async fn set_amount(tx: &DatabaseTransaction, id: &str, amount: i64) -> Result<(), DbErr> {
    let sql = "UPDATE item SET amount = $1 WHERE id = $2";
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [amount.into(), id.into()])).await?;
    Ok(())
}

#[tokio::test]
async fn a_refusal_rolls_back() {
    each(HISTORY, async |db: Db| {
        let refused: Result<(), Refusal> = db
            .write(|tx| async move {
                insert_rows(&tx, "item", &COLUMNS, [item("a", 1)], OnConflict::Fail).await?;
                Err(Refusal::NotEnough)
            })
            .await;
        assert!(matches!(refused, Err(Refusal::NotEnough)));
        assert_eq!(count(&db, "item").await, 0);
    })
    .await;
}

/// A client that goes away cancels its request; the transaction goes with it and the connection serves the next.
#[tokio::test]
async fn a_cancelled_transaction_leaves_nothing_and_blocks_nobody() {
    each(HISTORY, async |db: Db| {
        let cancelled = timeout(
            Duration::from_millis(200),
            db.write::<(), DbErr, _, _>(|tx| async move {
                insert_rows(&tx, "item", &COLUMNS, [item("a", 1)], OnConflict::Fail).await?;
                std::future::pending().await
            }),
        );
        assert!(cancelled.await.is_err());
        add(&db, vec![item("b", 1)]).await.unwrap();
        assert_eq!(count(&db, "item").await, 1);
    })
    .await;
}

/// Who goes away while a transaction is being begun leaves none open on a connection that others get.
#[tokio::test]
async fn a_transaction_that_was_cancelled_while_it_began_is_open_nowhere() {
    each(HISTORY, async |db: Db| {
        for _ in 0..20 {
            // Looked at once: the server has been asked to begin, and has not answered.
            let read = timeout(Duration::ZERO, db.read_snapshot::<(), DbErr, _, _>(|_| std::future::pending()));
            assert!(read.await.is_err());
            let written = timeout(Duration::ZERO, db.write::<(), DbErr, _, _>(|_| std::future::pending()));
            assert!(written.await.is_err());
            assert_eq!(count(&db, "item").await, 0);
            db.read_snapshot(|tx| async move { tx.execute_unprepared("SELECT 1").await }).await.unwrap();
        }
        add(&db, vec![item("a", 1)]).await.unwrap();
        assert_eq!(count(&db, "item").await, 1);
    })
    .await;
}

/// The future of `write` can be spawned, with everything it borrows from its own task.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_queue_and_none_is_refused() {
    each(HISTORY, async |db: Db| {
        add(&db, vec![item("a", 0)]).await.unwrap();
        let writers: Vec<_> = (0..32)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    let id = &String::from("a");
                    let done: Result<(), Refusal> = db
                        .write_with(Isolation::Serializable, |tx| async move {
                            let before = amount(&tx, id).await?;
                            set_amount(&tx, id, before + 1).await?;
                            Ok(())
                        })
                        .await;
                    done
                })
            })
            .collect();
        let mut done = 0;
        for writer in writers {
            match writer.await.unwrap() {
                Ok(()) => done += 1,
                // With 32 writers on one row PostgreSQL may use up the attempts of an unlucky one; nothing is lost by it.
                Err(Refusal::Database(error)) => assert!(db::is_retryable(&error), "{error}"),
                Err(refusal) => panic!("{refusal}"),
            }
        }
        let total = db.read_snapshot(|tx| async move { amount(&tx, "a").await }).await.unwrap();
        assert_eq!(total, done);
    })
    .await;
}

/// Two transactions that each read what the other writes: one fails to serialize, runs again, and both finish.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conflicting_serializable_transactions_both_finish() {
    let Some(database) = TestDatabase::postgres(HISTORY).await else {
        return;
    };
    let db = &database.db;
    add(db, vec![item("a", 1), item("b", 1)]).await.unwrap();
    let meet = Arc::new(Barrier::new(2));
    let attempts = AtomicU32::new(0);
    let swap = async |read: &str, write: &str| -> Result<(), Refusal> {
        let (met, meet, attempts) = (&AtomicU32::new(0), &meet, &attempts);
        db.write_with(Isolation::Serializable, |tx| async move {
            attempts.fetch_add(1, Ordering::SeqCst);
            let seen = amount(&tx, read).await?;
            // Only the first attempts meet: a second one has nobody to wait for.
            if met.fetch_add(1, Ordering::SeqCst) == 0 {
                meet.wait().await;
            }
            set_amount(&tx, write, seen + 1).await?;
            Ok(())
        })
        .await
    };
    let (one, other) = tokio::join!(swap("a", "b"), swap("b", "a"));
    one.unwrap();
    other.unwrap();
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
    let end = db.read_snapshot(|tx| async move { Ok::<_, DbErr>((amount(&tx, "a").await?, amount(&tx, "b").await?)) }).await.unwrap();
    assert!(end == (2, 3) || end == (3, 2), "{end:?} is not the outcome of one after the other");
}

#[tokio::test]
async fn readers_go_on_during_a_long_write_and_see_what_was_committed() {
    each(HISTORY, async |db: Db| {
        let db = &db;
        add(db, vec![item("a", 1)]).await.unwrap();
        let written: Result<(), DbErr> = db
            .write(|tx| async move {
                insert_rows(&tx, "item", &COLUMNS, [item("b", 1)], OnConflict::Fail).await?;
                let seen = timeout(Duration::from_secs(5), count(db, "item")).await.expect("the reader is not blocked");
                assert_eq!(seen, 1);
                Ok(())
            })
            .await;
        written.unwrap();
        assert_eq!(count(db, "item").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_slow_reader_keeps_its_snapshot_and_does_not_block_the_writer() {
    each(HISTORY, async |db: Db| {
        let db = &db;
        add(db, vec![item("a", 1)]).await.unwrap();
        let read: Result<(), DbErr> = db
            .read_snapshot(|tx| async move {
                assert_eq!(amount(&tx, "a").await?, 1);
                let write = db.write(|tx| async move { set_amount(&tx, "a", 2).await });
                timeout(Duration::from_secs(5), write).await.expect("the writer is not blocked")?;
                assert_eq!(amount(&tx, "a").await?, 1, "a snapshot does not change");
                Ok(())
            })
            .await;
        read.unwrap();
        assert_eq!(db.read_snapshot(|tx| async move { amount(&tx, "a").await }).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_cannot_write() {
    each(HISTORY, async |db: Db| {
        let written = db.read_snapshot(|tx| async move { tx.execute_unprepared("INSERT INTO event (what) VALUES ('x')").await }).await;
        assert!(written.is_err());
    })
    .await;
}

/// Whoever counts on a table that it does not change, and whoever changes it, wait for each other; two who only count on it do not.
#[tokio::test]
async fn a_table_is_held_still_by_many_and_alone_by_one() {
    each(HISTORY, async |db: Db| {
        for (first, second, waits) in [
            (Hold::Still, Hold::Still, false),
            (Hold::Still, Hold::Alone, true),
            (Hold::Alone, Hold::Still, true),
            (Hold::Alone, Hold::Alone, true),
        ] {
            let inner = &db;
            let held = db.write(|tx| async move {
                hold(&tx, "item", first).await?;
                if inner.dialect() == Dialect::Sqlite {
                    // There is one who writes, so there is nobody to wait for.
                    return Ok::<_, DbErr>(None);
                }
                let other = inner.write(|tx| async move {
                    tx.execute_unprepared("SET LOCAL lock_timeout = '200ms'").await?;
                    hold(&tx, "item", second).await
                });
                Ok(Some(other.await.is_err()))
            });
            assert!(held.await.unwrap().is_none_or(|waited| waited == waits), "{first:?} then {second:?}");
        }
    })
    .await;
}
