//! Sources that are views of databases.

use db::Location;
use db::testing::{TestDatabase, each};
use hansa::schema::HISTORY;
use hansa::sync::Asked;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::json;

use super::{ORDERS, Office};

/// Another system's database, with what says where it is.
struct Other {
    conn: DatabaseConnection,
    source: String,
    variables: Vec<(&'static str, String)>,
    _kept: (Option<TestDatabase>, tempfile::TempDir),
}

impl Other {
    async fn sqlite() -> Other {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("erp.db");
        let conn = Database::connect(format!("sqlite://{}?mode=rwc", file.display())).await.unwrap();
        Other { conn, source: format!("file = \"{}\"", file.display()), variables: Vec::new(), _kept: (None, folder) }
    }

    async fn postgres() -> Option<Other> {
        let database = TestDatabase::postgres(&[]).await?;
        let Location::Postgres(url) = database.location().clone() else { return None };
        let conn = Database::connect(&url).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        Some(Other { conn, source: "url_env = \"ERP\"".to_owned(), variables: vec![("ERP", url)], _kept: (Some(database), folder) })
    }

    /// One on each database.
    async fn each() -> Vec<Other> {
        [Some(Other::sqlite().await), Other::postgres().await].into_iter().flatten().collect()
    }

    fn on_postgres(&self) -> bool {
        !self.variables.is_empty()
    }

    async fn run(&self, sql: &str) {
        self.conn.execute_unprepared(sql).await.unwrap();
    }

    fn known(&self) -> Vec<(&str, &str)> {
        self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

/// Orders in a table with a view over it, as people who run an ERP make one.
async fn sales(other: &Other) {
    let (time, money) = if other.on_postgres() { ("timestamptz", "numeric(18, 4)") } else { ("text", "numeric") };
    other
        .run(&format!("CREATE TABLE sale (id integer PRIMARY KEY, buyer text, total {money}, done {time}, changed {time}, secret text)"))
        .await;
    other
        .run(
            "CREATE VIEW \"Sales out\" AS SELECT id, 'SO-' || id AS no, buyer AS \"customer.id\", total, done AS done_at, changed FROM sale WHERE total > 0",
        )
        .await;
}

async fn sold(other: &Other, id: usize, total: &str, changed: &str) {
    let (buyer, done) = (format!("C{}", id % 3), "2026-06-01 08:00:00+00:00");
    other.run(&format!("INSERT INTO sale VALUES ({id}, '{buyer}', {total}, '{done}', '2026-07-01 {changed}+00:00', 'x')")).await;
}

fn text(other: &Other, more: &str) -> String {
    let database = "view = \"Sales out\"\nposition = [\"changed\", \"id\"]\nlimit = 4";
    format!("name = \"erp-sales\"\nmapping = \"map.toml\"\n{more}\n[database]\n{}\n{database}\n", other.source)
}

/// A view is read in the order of its position, and read on behind it; amounts keep their digits, times their zone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_is_read_on_behind_its_position() {
    each(HISTORY, async |db| {
        for (round, other) in Other::each().await.into_iter().enumerate() {
            let office = Office::on(db.clone()).await;
            // Each of the other systems is a system of its own.
            office.file("map.toml", &ORDERS.replace("\"erp\"", &format!("\"erp-{round}\"")));
            sales(&other).await;
            for id in 1..=10 {
                // Several at one instant, over the limit of a page.
                sold(&other, id, "1234567890.25", &format!("00:0{}:00", id / 4)).await;
            }
            let source = text(&other, "").replace("erp-sales", &format!("erp-{round}"));
            let first = office.pulls(&source, &other.known()).await;
            assert_eq!((first.rows, first.facts["order.completed"], first.rejected), (10, 10, 0), "{first:#?}");
            let exact = format!(
                "SELECT COUNT(*) FROM fact WHERE source = 'erp-{round}' AND body LIKE '%123456789025%' AND occurred_at = 1780300800000000"
            );
            assert_eq!(office.number(&exact).await, 10);
            assert_eq!(first.position.since[1], if other.on_postgres() { json!("10") } else { json!(10) });
            let again = office.pulls(&source, &other.known()).await;
            assert_eq!((again.rows, &again.position), (0, &first.position));

            sold(&other, 11, "7", "00:02:00").await;
            sold(&other, 12, "8.5", "00:03:00").await;
            let second = office.pulls(&source, &other.known()).await;
            assert_eq!((second.rows, second.facts["order.completed"]), (2, 2), "one at the same instant with a higher number, one later");
            // Written earlier, committed later: behind the position, and found with an overlap.
            sold(&other, 13, "9", "00:02:30").await;
            assert_eq!(office.pulls(&source, &other.known()).await.rows, 0);
            let late = office.pulls(&format!("overlap_seconds = 120\n{source}"), &other.known()).await;
            assert_eq!((late.facts["order.completed"], &late.position), (1, &second.position), "{late:#?}");
            let wrong = text(&other, "").replace("\"changed\", \"id\"", "\"chnaged\"").replace("erp-sales", &format!("erp-{round}"));
            let refused = office.asks(&wrong, &other.known(), &Asked::default()).await.unwrap_err().to_string();
            assert!(refused.contains("there is no column `chnaged` in Sales out: it has id, no, customer.id, total"), "{refused}");
            office.town.sound().await;
        }
    })
    .await;
}

/// The lines of an order are rows at one position, and stay together however small the pages are; more than a page of them is refused, not cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_one_order_stay_together() {
    for other in Other::each().await {
        let database = TestDatabase::sqlite(HISTORY).await;
        let office = Office::on(database.db.clone()).await;
        office.file(
            "map.toml",
            "kind = \"order-lines\"\ncurrency = \"CNY\"\nsource = \"erp\"\n[fields]\nmember = \"buyer\"\norder = \"number\"\noccurred_at = \"done\"\n\
             amount = \"amount\"\nsku = \"sku\"\n",
        );
        other.run("CREATE TABLE line (number integer, buyer text, done text, sku text, amount integer)").await;
        for number in 1..=5 {
            for sku in 0..3 {
                other.run(&format!("INSERT INTO line VALUES ({number}, 'a', '2026-06-01', 'S{sku}', 10)")).await;
            }
        }
        let source = |limit: usize| {
            let place = format!("view = \"line\"\nposition = [\"number\"]\nlimit = {limit}");
            format!("name = \"lines\"\nbatch = 1\nmapping = \"map.toml\"\n[database]\n{}\n{place}\n", other.source)
        };
        let refused = office.asks(&source(3), &other.known(), &Asked::default()).await.unwrap_err().to_string();
        assert!(refused.contains("3 rows and more are at one position (1): name further columns in database.position"), "{refused}");
        let ran = office.pulls(&source(4), &other.known()).await;
        assert_eq!((ran.rows, ran.facts["order.completed"], ran.rejected), (15, 5, 0), "{ran:#?}");
        assert_eq!(
            office.number("SELECT COUNT(*) FROM fact WHERE kind = 'order.completed' AND body LIKE '%3000%' AND body LIKE '%S2%'").await,
            5
        );
        office.town.sound().await;
    }
}
