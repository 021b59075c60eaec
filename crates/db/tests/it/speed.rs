//! Rough figures, printed; run by hand: `cargo test -p db --release -- --ignored --nocapture speed`.

use std::time::Instant;

use db::testing::each;
use db::{Db, Dialect, Gather, GatherOptions, OnConflict, insert_rows, select_in, update_rows};
use sea_orm::{DbErr, Value};

use crate::HISTORY;
use crate::rows::{COLUMNS, add, item};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn speed_of_sets_and_gathering() {
    each(HISTORY, async |db: Db| {
        const N: i64 = 200_000;
        let id = |n: i64| format!("item_{n:08}");
        let show = |what: &str, rows: i64, begun: Instant| {
            let rate = i128::from(rows) * 1_000_000 / i128::try_from(begun.elapsed().as_micros().max(1)).unwrap();
            eprintln!("{:?} {what}: {rate} rows/s", db.dialect());
        };
        let rows: Vec<_> = (0..N).map(|n| item(&id(n), n)).collect();
        let begun = Instant::now();
        add(&db, rows).await.unwrap();
        show("insert", N, begun);
        let changed: &Vec<Vec<Value>> = &(0..N).map(|n| vec![id(n).into(), (n * 2).into()]).collect();
        let begun = Instant::now();
        let updated: Result<u64, DbErr> =
            db.write(|tx| async move { update_rows(&tx, "item", &["id"], &["amount"], changed.clone()).await }).await;
        show("update", N, begun);
        assert_eq!(updated.unwrap(), 200_000);
        let begun = Instant::now();
        let keys = (0..N).map(|n| Value::from(id(n)));
        select_in(db.read(), "SELECT id, amount FROM item WHERE id IN {keys}", &[], keys).await.unwrap();
        show("select_in", N, begun);

        let parallel = if db.dialect() == Dialect::Sqlite { 1 } else { 4 };
        let writer = db.clone();
        let gather = std::sync::Arc::new(Gather::start(
            GatherOptions { parallel, ..GatherOptions::default() },
            |job| *job,
            move |jobs: Vec<i64>| {
                let db = writer.clone();
                async move {
                    let rows: &Vec<_> = &jobs.iter().map(|n| item(&format!("job_{n}"), *n)).collect();
                    db.write(|tx| async move { insert_rows(&tx, "item", &COLUMNS, rows.clone(), OnConflict::Fail).await }).await?;
                    Ok::<_, DbErr>(jobs)
                }
            },
        ));
        let begun = Instant::now();
        let clients: Vec<_> = (0..256)
            .map(|client| {
                let gather = std::sync::Arc::clone(&gather);
                tokio::spawn(async move {
                    for n in 0..100 {
                        gather.submit(client * 100 + n).await.unwrap();
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.unwrap();
        }
        show("gathered single-row commits of 256 clients", 25_600, begun);
    })
    .await;
}
