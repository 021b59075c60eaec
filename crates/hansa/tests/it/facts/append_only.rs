//! What is written stays: the database itself refuses anything else.

use db::testing::each;
use hansa::schema::HISTORY;
use sea_orm::{ConnectionTrait, DbErr};

use crate::town::Town;

#[tokio::test(flavor = "multi_thread")]
async fn facts_transfers_and_decisions_are_never_changed_or_deleted() {
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        let before = town.outcome().await;
        for table in ["fact", "transfer", "decision", "program_version"] {
            let column = if table == "program_version" { "number" } else { "recorded_at" };
            for sql in [format!("UPDATE {table} SET {column} = 7"), format!("DELETE FROM {table}")] {
                let sql = &sql;
                let refused: DbErr = town.app.db.write(|tx| async move { tx.execute_unprepared(sql).await }).await.unwrap_err();
                assert!(refused.to_string().contains("are never changed or deleted"), "{sql}: {refused}");
            }
        }
        town.outcome().await.same_as(&before);
        town.sound().await;
    })
    .await;
}

/// Tampering past the database's own refusal is what `verify` is for.
#[tokio::test(flavor = "multi_thread")]
async fn verification_finds_what_a_tamperer_changed() {
    let changes = [
        ("transfer", "UPDATE transfer SET amount = amount + 1"),
        ("transfer", "DELETE FROM transfer"),
        ("decision", "UPDATE decision SET effective_at = effective_at + 1"),
        ("lot", "UPDATE lot SET available = available + 1, held = held - 1 WHERE unit = 'points'"),
        ("lot", "UPDATE lot SET amount = amount + 1 WHERE unit = 'points'"),
        ("fact", "UPDATE fact SET occurred_at = occurred_at - 86400000000"),
        ("member_state", "DELETE FROM member_state"),
        ("member_order", "DELETE FROM member_order"),
        ("member_order", "UPDATE member_order SET number = number || 'x'"),
        ("redemption", "DELETE FROM redemption"),
    ];
    each(HISTORY, async |db| {
        let town = Town::on(db).await;
        let acme = town.member("华东轴承").await;
        acme.given("2026-02-01", 100).await.unwrap();
        acme.completed("2026-03-01", "SO1", 60_000).await.unwrap();
        acme.spent("2026-03-02", "tea", 10).await.unwrap();
        town.sound().await;
        for table in ["transfer", "decision", "fact"] {
            crate::town::unlock(&town.app.db, table).await;
        }
        for (what, sql) in changes {
            // Each change is made in a transaction that verification cannot see through, so it is committed and undone by hand.
            let copy = Rows::of(&town, what).await;
            town.app.db.write(|tx| async move { tx.execute_unprepared(sql).await }).await.unwrap();
            let found = town.verify().await;
            assert!(!found.findings.is_empty(), "{sql} went unseen");
            copy.put_back(&town).await;
            town.sound().await;
        }
    })
    .await;
}

/// The rows of a table, kept beside it.
struct Rows(&'static str);

impl Rows {
    async fn of(town: &Town, table: &'static str) -> Rows {
        run(town, &format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        Rows(table)
    }

    async fn put_back(self, town: &Town) {
        let table = self.0;
        run(town, &format!("DELETE FROM {table}")).await;
        run(town, &format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await;
        run(town, &format!("DROP TABLE kept_{table}")).await;
    }
}

async fn run(town: &Town, sql: &str) {
    town.app.db.write(|tx| async move { tx.execute_unprepared(sql).await }).await.unwrap();
}
