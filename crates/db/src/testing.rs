//! Fresh, migrated databases for tests, on SQLite and on a real PostgreSQL server.
//!
//! PostgreSQL comes from the address in `HANSA_TEST_POSTGRES` (a user that may create databases), or else from a private
//! [`Cluster`] of the installed server binaries, started once for each test process. Starting one cluster for a whole run
//! and setting the variable is faster. Without either, tests on PostgreSQL are skipped, visibly.

use std::env;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use sea_orm::{ConnectionTrait, Database, DbErr};
use tempfile::TempDir;

pub use crate::cluster::{Cluster, ClusterError};
use crate::{Db, Location, Migration, Options};

/// The address of a running server for the tests.
const ADDRESS_VARIABLE: &str = "HANSA_TEST_POSTGRES";

/// A database of its own, removed when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    /// The open handle; clone it freely.
    pub db: Db,
    home: Home,
}

#[derive(Debug)]
enum Home {
    Folder(TempDir),
    Server { admin: String, name: String },
}

impl TestDatabase {
    /// A SQLite database in a temporary folder.
    pub async fn sqlite(history: &[Migration]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = Location::folder(folder.path());
        let db = Db::open(&location, &Options::default(), history).await.expect("a new SQLite database");
        Self { db, home: Home::Folder(folder) }
    }

    /// A database on the test server; nothing, with a note on standard error, when no server can be had.
    pub async fn postgres(history: &[Migration]) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let admin = server()?;
        let name = format!("hansa_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        // Of an earlier process with the same number that was killed.
        execute(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.expect("the test server answers");
        execute(admin, &format!("CREATE DATABASE {name}")).await.expect("the test user may create databases");
        let location: Location = database_url(admin, &name).parse().expect("an address");
        let options = Options { connections: 8, ..Options::default() };
        let db = Db::open(&location, &options, history).await.expect("a new PostgreSQL database");
        Some(Self { db, home: Home::Server { admin: admin.to_owned(), name } })
    }

    /// Where it is, for opening it a second time.
    pub fn location(&self) -> &Location {
        self.db.location()
    }

    /// The data folder of a SQLite database.
    pub fn folder(&self) -> Option<&Path> {
        match &self.home {
            Home::Folder(folder) => Some(folder.path()),
            Home::Server { .. } => None,
        }
    }
}

/// Runs a test on a fresh SQLite database and then on a fresh PostgreSQL one, which is skipped when no server can be had.
pub async fn each(history: &[Migration], body: impl AsyncFn(Db)) {
    let sqlite = TestDatabase::sqlite(history).await;
    body(sqlite.db.clone()).await;
    if let Some(postgres) = TestDatabase::postgres(history).await {
        // Shown only when the test fails: it says on which database.
        eprintln!("on PostgreSQL:");
        body(postgres.db.clone()).await;
    }
}

/// The administrator's address of the test server, started on first use.
#[expect(clippy::disallowed_methods, reason = "the test run hands its server over; the product does not come here")]
fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<(String, Option<Cluster>)>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match env::var(ADDRESS_VARIABLE) {
        Ok(url) if !url.is_empty() => Some((url, None)),
        _ => match Cluster::start() {
            Ok(cluster) => Some((cluster.admin_url().to_owned(), Some(cluster))),
            Err(ClusterError::NoBinaries) => {
                eprintln!("SKIPPED: no PostgreSQL server binaries");
                None
            }
            Err(error) => panic!("the PostgreSQL server for the tests did not start: {error}"),
        },
    });
    server.as_ref().map(|(url, _)| url.as_str())
}

/// The same server, another database.
fn database_url(admin: &str, name: &str) -> String {
    let (address, query) = admin.split_once('?').map_or((admin, ""), |(address, query)| (address, query));
    let host_at = address.find("://").map_or(0, |at| at + 3);
    let host_end = address[host_at..].find('/').map_or(address.len(), |at| host_at + at);
    let question = if query.is_empty() { "" } else { "?" };
    format!("{}/{name}{question}{query}", &address[..host_end])
}

async fn execute(admin: &str, sql: &str) -> Result<(), DbErr> {
    let connection = Database::connect(admin).await?;
    connection.execute_unprepared(sql).await?;
    connection.close().await
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Home::Server { admin, name } = &self.home else {
            return;
        };
        let (admin, sql) = (admin.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // Dropping is not asynchronous, and the test's runtime may be single-threaded: a thread with its own.
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(execute(&admin, &sql)))
        });
        // A database left behind is the test server's loss only.
        let _ = dropped.join();
    }
}
