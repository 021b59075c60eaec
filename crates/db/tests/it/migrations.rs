use db::testing::{TestDatabase, each};
use db::{Db, Dialect, Migration, OpenError, Options, Up};
use sea_orm::{ConnectionTrait, Statement};

const FIRST: Migration = Migration { version: 1, name: "first", up: Up::Portable("CREATE TABLE a (id {text} PRIMARY KEY)") };
const SECOND: Migration = Migration {
    version: 2,
    name: "second",
    up: Up::Portable("CREATE TABLE b (id {text} PRIMARY KEY, meta TEXT NOT NULL DEFAULT '{}'); INSERT INTO b (id) VALUES ('x')"),
};
const FAILING: Migration =
    Migration { version: 2, name: "failing", up: Up::Portable("CREATE TABLE half (id {text}); INSERT INTO nowhere VALUES (1)") };

#[tokio::test]
async fn missing_migrations_are_applied_in_order_and_once() {
    each(&[FIRST], async |db: Db| {
        assert_eq!(db.version().await.unwrap(), 1);
        let pending = db.pending(&[FIRST, SECOND]).await.unwrap();
        assert_eq!(pending.iter().map(|m| m.version).collect::<Vec<_>>(), [2]);
        assert_eq!(db.migrate(&[FIRST, SECOND]).await.unwrap().len(), 1);
        assert_eq!(db.migrate(&[FIRST, SECOND]).await.unwrap().len(), 0);
        assert_eq!(db.version().await.unwrap(), 2);
        let row = db.read().query_one_raw(ask(&db, "SELECT meta FROM b")).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "{}");
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    each(&[FIRST, SECOND], async |db: Db| {
        let refusal = db.migrate(&[FIRST]).await.unwrap_err();
        assert_eq!(refusal.to_string(), "this database is at version 2, this hansa knows 1: use a newer hansa");
    })
    .await;
}

#[tokio::test]
async fn a_changed_text_of_an_applied_migration_is_refused() {
    each(&[FIRST], async |db: Db| {
        let changed = Migration { up: Up::Portable("CREATE TABLE a (id {text} PRIMARY KEY, more {bigint})"), ..FIRST };
        assert!(matches!(db.migrate(&[changed]).await, Err(OpenError::Changed { version: 1, .. })));
    })
    .await;
}

/// A migration is all or nothing, so that the next start finds the version before it and not half a table.
#[tokio::test]
async fn a_failing_migration_leaves_nothing() {
    each(&[FIRST], async |db: Db| {
        let refusal = db.migrate(&[FIRST, FAILING]).await.unwrap_err();
        assert!(matches!(refusal, OpenError::Migration { version: 2, .. }), "{refusal}");
        assert_eq!(db.version().await.unwrap(), 1);
        assert!(db.read().query_one_raw(ask(&db, "SELECT 1 FROM half")).await.is_err());
        assert_eq!(db.migrate(&[FIRST, SECOND]).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_history_is_refused_before_anything_is_applied() {
    each(&[], async |db: Db| {
        let refusal = db.migrate(&[SECOND, FIRST]).await.unwrap_err();
        assert!(matches!(refusal, OpenError::History(_)));
        let unknown = Migration { up: Up::Portable("CREATE TABLE a (id {txt})"), ..FIRST };
        let refusal = db.migrate(&[unknown]).await.unwrap_err();
        assert!(refusal.to_string().contains("{txt}"), "{refusal}");
        assert_eq!(db.version().await.unwrap(), 0);
    })
    .await;
}

/// Two nodes that start together migrate one after the other, and both come up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_opening_at_once_migrate_once() {
    let Some(database) = TestDatabase::postgres(&[]).await else {
        return;
    };
    let (options, history) = (Options::default(), [FIRST, SECOND]);
    let open = || Db::open(database.location(), &options, &history);
    let (one, other) = tokio::join!(open(), open());
    assert_eq!(one.unwrap().version().await.unwrap(), 2);
    assert_eq!(other.unwrap().version().await.unwrap(), 2);
}

/// What the books rest on: the database itself refuses to rewrite an append-only table.
#[tokio::test]
async fn append_only_rows_are_neither_changed_nor_deleted() {
    each(crate::HISTORY, async |db: Db| {
        let run = async |sql: &str| db.write::<_, sea_orm::DbErr, _, _>(|tx| async move { tx.execute_unprepared(sql).await }).await;
        run("INSERT INTO event (what) VALUES ('sold')").await.unwrap();
        for change in ["UPDATE event SET what = 'x'", "DELETE FROM event"] {
            let refusal = run(change).await.unwrap_err().to_string();
            assert!(refusal.contains("never changed or deleted"), "{refusal}");
        }
    })
    .await;
}

fn ask(db: &Db, sql: &str) -> Statement {
    let backend = match db.dialect() {
        Dialect::Sqlite => sea_orm::DbBackend::Sqlite,
        Dialect::Postgres => sea_orm::DbBackend::Postgres,
    };
    Statement::from_string(backend, sql)
}
