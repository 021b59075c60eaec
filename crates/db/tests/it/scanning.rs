use db::testing::each;
use db::{Cell, Db, Row};
use sea_orm::DbErr;

use crate::HISTORY;
use crate::rows::{add, item};

const ITEMS: &[&str] =
    &["SELECT id, amount, note, body, open FROM item WHERE id IN {keys}", "SELECT id FROM item WHERE id IN {keys} AND open"];

/// Every cell in words.
fn told(row: &dyn Row) -> Result<Vec<String>, DbErr> {
    (0..row.width()).map(|column| row.cell(column).map(|cell| format!("{cell:?}"))).collect()
}

async fn scan(db: &Db, keys: &[&str]) -> Result<Vec<(usize, Vec<String>)>, DbErr> {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    let mut rows = db
        .scan(ITEMS, keys, Vec::new(), |rows, query, row| {
            rows.push((query, told(row)?));
            Ok(())
        })
        .await?;
    rows.sort();
    Ok(rows)
}

#[tokio::test]
async fn a_scan_shows_every_row_of_the_keys_as_it_is_stored() {
    each(HISTORY, async |db: Db| {
        add(&db, vec![item("甲", i64::MIN), item("b", 3), item("c", 4), item("d", 8)]).await.unwrap();
        let expected = |query, id: &str, amount: i64| {
            let (note, body) = (format!("备注 {amount} 'é' 🧾"), amount.to_be_bytes());
            let note = if amount % 3 == 0 { Cell::Nothing } else { Cell::Text(note.as_bytes()) };
            let body = if amount % 4 == 0 { Cell::Nothing } else { Cell::Bytes(&body) };
            let open = Cell::Number(i64::from(amount % 2 == 0));
            let mut cells = vec![Cell::Text(id.as_bytes()), Cell::Number(amount), note, body, open];
            cells.truncate(if query == 0 { 5 } else { 1 });
            (query, cells.iter().map(|cell| format!("{cell:?}")).collect::<Vec<_>>())
        };
        let mut all =
            vec![expected(0, "甲", i64::MIN), expected(0, "b", 3), expected(0, "c", 4), expected(1, "甲", i64::MIN), expected(1, "c", 4)];
        all.sort();
        for _ in 0..2 {
            assert_eq!(scan(&db, &["甲", "nobody", "b", "c"]).await.unwrap(), all, "{:?}", db.dialect());
        }
        assert_eq!(scan(&db, &[]).await.unwrap(), []);
        // What is committed later is seen by the connections that are open already.
        add(&db, vec![item("e", 6)]).await.unwrap();
        assert_eq!(scan(&db, &["e"]).await.unwrap(), [expected(0, "e", 6), expected(1, "e", 6)]);
    })
    .await;
}

#[tokio::test]
async fn what_a_scan_does_not_know_is_an_error() {
    each(HISTORY, async |db: Db| {
        add(&db, vec![item("a", 1)]).await.unwrap();
        let look = |sql: &'static [&'static str]| db.scan(sql, vec!["a".to_owned()], (), |(), _, row| told(row).map(|_| ()));
        let fraction = look(&["SELECT CAST(amount AS double precision) / 2 FROM item WHERE id IN {keys}"]).await.unwrap_err();
        assert!(fraction.to_string().contains("no portable value"), "{fraction}");
        let column = look(&["SELECT price FROM item WHERE id IN {keys}"]).await.unwrap_err();
        assert!(column.to_string().contains("price"), "{column}");
        let beyond = db.scan(ITEMS, vec!["a".to_owned()], (), |(), _, row| row.cell(9).map(|_| ())).await.unwrap_err();
        assert!(!beyond.to_string().is_empty());
    })
    .await;
}
