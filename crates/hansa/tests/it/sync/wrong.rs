//! Files that are not right say what would be.

use hansa::schema::HISTORY;
use hansa::sync::Asked;

use super::{ORDERS, Office};

const REST: &str = "[rest]\nurl = \"http://127.0.0.1:9/orders\"\n";

#[tokio::test]
async fn what_is_not_right_in_a_file_is_told() {
    let database = db::testing::TestDatabase::sqlite(HISTORY).await;
    let office = Office::on(database.db.clone()).await;
    office.file("map.toml", ORDERS);
    office.file("lines.toml", &ORDERS.replace("\"orders\"", "\"order-lines\""));
    office.file("broken.toml", "kind = \"orders\"\n[fields]\nmembr = \"a\"\n");
    office.file("erp.db", "");
    let base = "name = \"erp\"\nmapping = \"map.toml\"\n";
    let view = "[database]\nfile = \"erp.db\"\nview = \"orders\"\nposition = [\"id\"]\n";
    let cases = [
        (format!("{}{REST}", base.replace("erp", "ERP orders")), "name: 1 to 40 lower-case letters, digits and hyphens, not `ERP orders`"),
        (format!("{}{REST}", base.replace("map.toml", "none.toml")), "none.toml: cannot be opened"),
        (format!("{}{REST}", base.replace("map.toml", "broken.toml")), "did you mean `member`?"),
        (format!("{base}schedule = \"daily\"\n{REST}"), "schedule: `daily` is no cron expression such as `*/15 * * * *`"),
        (format!("{base}time_zone = \"Peking\"\n{REST}"), "time_zone: `Peking` is no time zone such as Asia/Shanghai"),
        (format!("{base}overlap_seconds = 100000\n{REST}"), "overlap_seconds: at most 86400"),
        (format!("{base}batch = 0\n{REST}"), "batch: 1 to 100000 rows"),
        (base.to_owned(), "one of [rest] and [database]"),
        (format!("{base}{REST}{view}"), "one of [rest] and [database]"),
        (format!("{base}tiem_zone = \"UTC\"\n{REST}"), "unknown field `tiem_zone`"),
        (format!("{base}{REST}bearer_env = \"NONE\"\n"), "rest.bearer_env: no variable `NONE`"),
        (format!("{base}{REST}basic_env = \"TOKEN\"\n"), "rest.basic_env: `TOKEN` holds user:password"),
        (format!("{base}{REST}bearer_env = \"TOKEN\"\nbasic_env = \"TOKEN\"\n"), "bearer_env or basic_env, not both"),
        (
            format!("{base}{REST}link = true\ncursor = {{ parameter = \"a\", next = \"/n\" }}\n"),
            "one of [rest.cursor], [rest.offset] and link",
        ),
        (
            format!("{base}{REST}position = \"updated_at\"\n"),
            "`position` (the column) and `since` (the parameter that takes it) go together",
        ),
        (format!("{base}{}", REST.replace("http://", "http://user:secret@")), "without user and password"),
        (format!("{base}{}", view.replace("erp.db", "none.db")), "none.db is not there"),
        (format!("{base}{}", view.replace("[\"id\"]", "[]")), "database.position: 1 to 4 columns"),
        (format!("{base}{}", view.replace("\"orders\"", "\"a.b.c\"")), "database.view: the name of a view, or schema.view"),
        (format!("{base}{}", view.replace("file = \"erp.db\"", "url_env = \"TOKEN\"")), "`TOKEN` holds an address such as postgres://"),
        (format!("{}key = \"no\"\n{view}", base.replace("map.toml", "lines.toml")), "key: the rows of a view are lines here"),
        (format!("{base}{view}"), "there is no view `orders` with columns"),
    ];
    for (text, why) in cases {
        let said = office.asks(&text, &[("TOKEN", "secret")], &Asked::default()).await.unwrap_err().to_string();
        assert!(said.contains(why) && !said.contains("secret@"), "{text}\n{said}");
    }
}
