use db::testing::each;
use db::{
    Db, Dialect, Insert, OnConflict, insert_rows, insert_rows_returning, insert_together, is_unique_violation, select_in, select_join,
    update_rows,
};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::HISTORY;

pub const COLUMNS: [&str; 5] = ["id", "amount", "note", "body", "open"];

/// A row of `item`; every third has no note, every fourth no body.
pub fn item(id: &str, amount: i64) -> Vec<Value> {
    let note = (amount % 3 != 0).then(|| format!("备注 {amount} 'é' 🧾"));
    let body = (amount % 4 != 0).then(|| amount.to_be_bytes().to_vec());
    vec![id.into(), amount.into(), note.into(), body.into(), (amount % 2 == 0).into()]
}

pub async fn add(db: &Db, rows: Vec<Vec<Value>>) -> Result<u64, DbErr> {
    let rows = &rows;
    db.write(|tx| async move { insert_rows(&tx, "item", &COLUMNS, rows.clone(), OnConflict::Fail).await }).await
}

pub async fn count(db: &Db, table: &str) -> i64 {
    number(db, &format!("SELECT count(*) FROM {table}")).await
}

async fn number(db: &Db, sql: &str) -> i64 {
    let statement = Statement::from_string(db.read().get_database_backend(), sql);
    db.read().query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

type Item = (String, i64, Option<String>, Option<Vec<u8>>, bool);

async fn items(db: &Db, ids: &[&str]) -> Vec<Item> {
    let keys = ids.iter().map(|id| Value::from(*id));
    let sql = "SELECT id, amount, note, body, open FROM item WHERE amount <> $1 AND id IN {keys} AND id <> $2";
    let rows = select_in(db.read(), sql, &[Value::from(-77_i64), Value::from("nobody")], keys).await.unwrap();
    let mut items: Vec<Item> = rows
        .iter()
        .map(|row| {
            let get = |name: &str| row.try_get("", name);
            (
                get("id").unwrap(),
                row.try_get("", "amount").unwrap(),
                row.try_get("", "note").unwrap(),
                row.try_get("", "body").unwrap(),
                row.try_get("", "open").unwrap(),
            )
        })
        .collect();
    items.sort();
    items
}

/// Amounts and instants use all 64 bits, names are Chinese, and optional fields are NULL: what goes in comes out.
#[tokio::test]
async fn extremes_unicode_and_nulls_come_back_as_they_went_in() {
    each(HISTORY, async |db: Db| {
        let rows = [
            ("a", i64::MAX, Some("钢管 Ø42 — “特价” 𠮷"), Some(vec![0, 255, 1])),
            ("b", i64::MIN, None, None),
            ("c", -1, Some(""), Some(vec![])),
        ];
        let values = rows
            .iter()
            .map(|(id, amount, note, body)| vec![(*id).into(), (*amount).into(), (*note).into(), body.clone().into(), true.into()]);
        assert_eq!(add(&db, values.collect()).await.unwrap(), 3);
        let expected: Vec<Item> =
            rows.into_iter().map(|(id, amount, note, body)| (id.to_owned(), amount, note.map(str::to_owned), body, true)).collect();
        assert_eq!(items(&db, &["a", "b", "c"]).await, expected);
    })
    .await;
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_inserted_updated_and_found() {
    each(HISTORY, async |db: Db| {
        const N: i64 = 100_000;
        let id = |n: i64| format!("item_{n:08}");
        assert_eq!(add(&db, (0..N).map(|n| item(&id(n), n)).collect()).await.unwrap(), 100_000);
        assert_eq!(count(&db, "item").await, N);
        let changed: Vec<Vec<Value>> =
            (0..N).map(|n| vec![id(n).into(), (n * 2).into(), (n % 5 != 0).then(|| format!("n{n}")).into()]).collect();
        let changed = &changed;
        let updated: Result<u64, DbErr> =
            db.write(|tx| async move { update_rows(&tx, "item", &["id"], &["amount", "note"], changed.clone()).await }).await;
        assert_eq!(updated.unwrap(), 100_000);
        assert_eq!(number(&db, "SELECT CAST(sum(amount) AS BIGINT) FROM item").await, N * (N - 1));
        assert_eq!(number(&db, "SELECT count(*) FROM item WHERE note IS NULL").await, N / 5);
        let keys = (0..N + 10).map(|n| Value::from(id(n)));
        let found = select_in(db.read(), "SELECT id FROM item WHERE id IN {keys}", &[], keys).await.unwrap();
        assert_eq!(found.len(), 100_000);
        let pairs = (0..N).map(|n| vec![Value::from(id(n)), Value::from(if n % 10 == 0 { n * 2 } else { -1 })]);
        let sql = "SELECT i.id FROM {keys} AS k JOIN item AS i ON i.id = k.column1 AND i.amount = k.column2 WHERE i.amount >= $1";
        let found = select_join(db.read(), sql, &[Value::from(0_i64)], pairs).await.unwrap();
        assert_eq!(found.len(), 10_000);
    })
    .await;
}

#[tokio::test]
async fn no_rows_are_no_statement() {
    each(HISTORY, async |db: Db| {
        assert_eq!(add(&db, vec![]).await.unwrap(), 0);
        assert_eq!(update_rows(db.read(), "item", &["id"], &["note"], []).await.unwrap(), 0);
        assert!(select_in(db.read(), "SELECT id FROM item WHERE id IN {keys}", &[], []).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn conflicts_fail_are_ignored_or_replace() {
    each(HISTORY, async |db: Db| {
        add(&db, vec![item("a", 1), item("b", 2)]).await.unwrap();
        assert!(is_unique_violation(&add(&db, vec![item("c", 3), item("a", 9)]).await.unwrap_err()));
        assert_eq!(count(&db, "item").await, 2, "a failed batch leaves nothing");
        let put = async |rows: Vec<Vec<Value>>, on: OnConflict<'_>| -> Result<u64, DbErr> {
            let rows = &rows;
            db.write(|tx| async move { insert_rows(&tx, "item", &COLUMNS, rows.clone(), on).await }).await
        };
        let ignore = OnConflict::Ignore { keys: &["id"] };
        assert_eq!(put(vec![item("a", 9), item("c", 3)], ignore).await.unwrap(), 1);
        let replace = OnConflict::Replace { keys: &["id"], columns: &["amount"] };
        assert_eq!(put(vec![item("b", 20), item("d", 4)], replace).await.unwrap(), 2);
        let amounts: Vec<i64> = items(&db, &["a", "b", "c", "d"]).await.iter().map(|item| item.1).collect();
        assert_eq!(amounts, [1, 20, 3, 4]);
    })
    .await;
}

#[tokio::test]
async fn inserted_rows_tell_their_numbers() {
    each(HISTORY, async |db: Db| {
        let rows = || (0..2_500).map(|n| vec![Value::from(format!("sold {n}"))]);
        let written: Result<_, DbErr> = db
            .write(|tx| async move { insert_rows_returning(&tx, "event", &["what"], rows(), OnConflict::Fail, &["seq", "what"]).await })
            .await;
        let mut numbers: Vec<i64> = written.unwrap().iter().map(|row| row.try_get("", "seq").unwrap()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 2_500);
    })
    .await;
}

/// Sets of every size for several tables are written as they are: what fills them up is not, and a failure leaves nothing of any table.
#[tokio::test]
async fn sets_for_several_tables_go_together() {
    each(HISTORY, async |db: Db| {
        let put = async |items: Vec<Vec<Value>>, events: usize| -> Result<usize, DbErr> {
            let items = &items;
            let written = db.write(|tx| async move {
                let said = (0..events).map(|n| vec![Value::from(format!("sold {n}"))]).collect();
                let sets = vec![
                    Insert { table: "event", columns: &["what"], rows: said, on_conflict: OnConflict::Fail },
                    Insert { table: "item", columns: &COLUMNS, rows: items.clone(), on_conflict: OnConflict::Fail },
                ];
                let statements = insert_together(&tx, sets)?;
                let count = statements.len();
                for statement in statements {
                    tx.execute_raw(statement).await?;
                }
                Ok(count)
            });
            written.await
        };
        let mut all = (0, 0);
        for (round, (first, second)) in
            [(0, 0), (1, 0), (0, 1), (1, 1), (5, 2), (7, 100), (256, 3), (257, 1), (2_000, 1_500)].into_iter().enumerate()
        {
            let rows = (0..first).map(|n| item(&format!("{round}-{n}"), n)).collect();
            let statements = put(rows, second).await.unwrap();
            if db.dialect() == Dialect::Sqlite && first.max(i64::try_from(second).unwrap()) <= 256 {
                assert_eq!(statements, usize::from(first + second as i64 > 0), "one hand-over");
            }
            all = (all.0 + first, all.1 + second as i64);
            assert_eq!((count(&db, "item").await, count(&db, "event").await), all, "round {round}");
        }
        assert_eq!(items(&db, &["5-6"]).await[0].2, None, "a NULL stays one");
        let taken = put(vec![item("new", 1), item("5-6", 1)], 3).await.unwrap_err();
        assert!(is_unique_violation(&taken));
        let nameless = put(vec![vec![Value::String(None), 1_i64.into(), Value::String(None), Value::Bytes(None), true.into()]], 3).await;
        assert!(nameless.is_err(), "a row that could be mistaken for a filler is refused");
        assert_eq!((count(&db, "item").await, count(&db, "event").await), all);
    })
    .await;
}

/// A row that is too short would shift every later value by one.
#[tokio::test]
async fn rows_of_another_width_or_type_are_refused() {
    each(HISTORY, async |db: Db| {
        let short = vec![Value::from("a"), Value::from(1_i64)];
        assert!(add(&db, vec![item("b", 1), short]).await.is_err());
        let mut mixed = item("c", 1);
        mixed[1] = Value::from("not a number");
        assert!(add(&db, vec![item("b", 1), mixed]).await.is_err());
        assert_eq!(count(&db, "item").await, 0);
    })
    .await;
}
