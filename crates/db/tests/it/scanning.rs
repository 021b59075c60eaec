use db::testing::each;
use db::{Cell, Db, Row, Scan};
use sea_orm::DbErr;

use crate::HISTORY;
use crate::rows::{add, item};

const fn items(columns: &'static str) -> Scan {
    Scan { table: "item", key: "id", columns }
}

const ITEMS: &[Scan] = &[items("id, amount, note, body, open"), items("amount")];

type Seen = (usize, String, Vec<String>);

/// Every cell in words.
fn told(row: &dyn Row) -> Result<Vec<String>, DbErr> {
    (0..row.width()).map(|column| row.cell(column).map(|cell| format!("{cell:?}"))).collect()
}

async fn scan(db: &Db, keys: &[&str]) -> Result<Vec<Seen>, DbErr> {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    let mut rows = db
        .scan(ITEMS, keys, Vec::new(), |rows, scan, key, row| {
            rows.push((scan, key.to_owned(), told(row)?));
            Ok(())
        })
        .await?;
    rows.sort();
    Ok(rows)
}

/// What the scans show of items.
fn expected(items: &[(&str, i64)]) -> Vec<Seen> {
    let mut all = Vec::new();
    for (id, amount) in items {
        let (note, body) = (format!("备注 {amount} 'é' 🧾"), amount.to_be_bytes());
        let note = if amount % 3 == 0 { Cell::Nothing } else { Cell::Text(note.as_bytes()) };
        let body = if amount % 4 == 0 { Cell::Nothing } else { Cell::Bytes(&body) };
        let open = Cell::Number(i64::from(amount % 2 == 0));
        let cells = [Cell::Text(id.as_bytes()), Cell::Number(*amount), note, body, open].map(|cell| format!("{cell:?}"));
        all.push((1, (*id).to_owned(), vec![cells[1].clone()]));
        all.push((0, (*id).to_owned(), cells.into()));
    }
    all.sort();
    all
}

#[tokio::test]
async fn a_scan_shows_every_row_of_the_keys_as_it_is_stored() {
    each(HISTORY, async |db: Db| {
        add(&db, vec![item("甲", i64::MIN), item("b", 3), item("c", 4), item("d", 8)]).await.unwrap();
        for _ in 0..2 {
            let seen = scan(&db, &["甲", "nobody", "b", "c"]).await.unwrap();
            assert_eq!(seen, expected(&[("甲", i64::MIN), ("b", 3), ("c", 4)]), "{:?}", db.dialect());
        }
        assert_eq!(scan(&db, &[]).await.unwrap(), []);
        assert_eq!(scan(&db, &["nobody"]).await.unwrap(), []);
        // What is committed later is seen by the connections that are open already.
        add(&db, vec![item("e", 6)]).await.unwrap();
        assert_eq!(scan(&db, &["e"]).await.unwrap(), expected(&[("e", 6)]));
    })
    .await;
}

/// Whoever looks is told what was wrong, and nobody after it is.
#[tokio::test]
async fn what_a_scan_does_not_know_is_an_error() {
    each(HISTORY, async |db: Db| {
        add(&db, vec![item("a", 1)]).await.unwrap();
        let look = |scans: &'static [Scan]| db.scan(scans, vec!["a".to_owned()], (), |(), _, _, row| told(row).map(|_| ()));
        let fraction = look(const { &[items("CAST(amount AS double precision) / 2")] }).await.unwrap_err();
        assert!(fraction.to_string().contains("no portable value"), "{fraction}");
        let column = look(const { &[items("price")] }).await.unwrap_err();
        assert!(column.to_string().contains("price"), "{column}");
        let keys = || vec!["a".to_owned()];
        let beyond = db.scan(ITEMS, keys(), (), |(), _, _, row| row.cell(9).map(|_| ())).await;
        assert!(beyond.is_err(), "there is no tenth column");
        let refused = db.scan(ITEMS, keys(), (), |(), _, key, _| Err(DbErr::Custom(format!("not {key}")))).await.unwrap_err();
        assert!(refused.to_string().contains("not a"), "{refused}");
        assert_eq!(scan(&db, &["a"]).await.unwrap(), expected(&[("a", 1)]));
    })
    .await;
}
