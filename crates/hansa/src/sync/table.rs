//! A source in a database: a view or table of PostgreSQL or SQLite, read in the order of its position. Everything is read as text, so that no float
//! comes between an amount and its decimal.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement, Value};
use serde::Deserialize;
use serde_json::Value as Json;

use super::file::secret;
use super::position::{Position, text};
use super::spool::{Page, Row};

/// Rows read at once, where nothing is said, and at most.
const LIMIT: u64 = 5_000;
const LIMIT_MAX: u64 = 100_000;
/// Columns of the position at most.
const POSITION_MAX: usize = 4;
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// How columns, and the values of the position, are called in what is read.
const COLUMN: &str = "hansa column";
const PLACE: &str = "hansa position";

/// How it is configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Configured {
    /// The variable that holds the address of a PostgreSQL database.
    url_env: Option<String>,
    /// Or the file of a SQLite database.
    file: Option<PathBuf>,
    /// `view` or `schema.view`.
    view: String,
    /// Its columns by which it is read on: together they tell rows apart, and what is put in or changed comes behind.
    position: Vec<String>,
    limit: Option<u64>,
    #[serde(skip)]
    address: String,
}

impl Configured {
    pub(super) fn checked(mut self, folder: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Configured, String> {
        let plain = |name: &str| !name.is_empty() && !name.chars().any(|c| c.is_control() || c == '"');
        if !self.view.split('.').all(plain) || self.view.split('.').count() > 2 {
            return Err(format!("database.view: the name of a view, or schema.view, not `{}`", self.view));
        }
        if !(1..=POSITION_MAX).contains(&self.position.len()) || !self.position.iter().all(|column| plain(column)) {
            return Err(format!("database.position: 1 to {POSITION_MAX} columns such as [\"updated_at\", \"id\"]"));
        }
        if self.limit.is_some_and(|limit| !(1..=LIMIT_MAX).contains(&limit)) {
            return Err(format!("database.limit: 1 to {LIMIT_MAX}"));
        }
        self.address = match (&self.url_env, &self.file) {
            (Some(variable), None) => {
                let url = secret(environment, "database.url_env", variable)?;
                if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
                    return Err(format!("database.url_env: `{variable}` holds an address such as postgres://user:password@host/database"));
                }
                url
            }
            (None, Some(file)) => {
                let path = folder.join(file);
                if !path.is_file() {
                    return Err(format!("database.file: {} is not there", path.display()));
                }
                let path = path.to_str().ok_or("database.file: a name in UTF-8")?;
                format!("sqlite://{}?mode=ro", path.replace('%', "%25").replace('?', "%3f"))
            }
            _ => return Err("database: one of url_env (PostgreSQL) and file (SQLite)".to_owned()),
        };
        Ok(self)
    }

    /// Where it is, for people.
    pub(super) fn place(&self) -> String {
        let whose = self.url_env.as_ref().map(|variable| format!("${variable}"));
        let whose = whose.or_else(|| self.file.as_ref().map(|file| file.display().to_string()));
        format!("{} in {}", self.view, whose.unwrap_or_default())
    }

    fn view(&self) -> String {
        self.view.split('.').map(quoted).collect::<Vec<_>>().join(".")
    }

    fn limit(&self) -> u64 {
        self.limit.unwrap_or(LIMIT)
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A column and its type, as its database calls it.
type Column = (String, String);

/// The source, being read.
pub(super) struct Table {
    configured: Configured,
    conn: DatabaseConnection,
    columns: Vec<Column>,
    /// The types of the columns of the position.
    types: Vec<String>,
    after: Vec<Json>,
    /// How many seconds before the position this run begins.
    overlap: u32,
    over: bool,
}

impl Table {
    pub(super) async fn open(configured: Configured, position: Position, overlap: u32) -> Result<Table, String> {
        let mut options = ConnectOptions::new(configured.address.clone());
        options.max_connections(1).connect_timeout(CONNECT_MAX).acquire_timeout(CONNECT_MAX).sqlx_logging(false);
        let conn = Database::connect(options).await.map_err(|error| told(&error))?;
        let columns = columns(&conn, &configured).await.map_err(|error| told(&error))?;
        if columns.is_empty() {
            return Err(format!("there is no view `{}` with columns", configured.view));
        }
        let typed = |name: &String| {
            let known = columns.iter().find(|(column, _)| column == name).map(|(_, kind)| kind.clone());
            let all = || columns.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            known.ok_or_else(|| format!("database.position: there is no column `{name}` in {}: it has {}", configured.view, all()))
        };
        let types = configured.position.iter().map(typed).collect::<Result<Vec<_>, _>>()?;
        if conn.get_database_backend() == DbBackend::Postgres && overlap > 0 && !types[0].starts_with("timestamp") {
            return Err(format!("overlap_seconds: `{}` is {} and no timestamp", configured.position[0], types[0]));
        }
        if !position.since.is_empty() && position.since.len() != types.len() {
            return Err("the stored position has other columns: read it from the start with --from-start".to_owned());
        }
        Ok(Table { configured, conn, columns, types, after: position.since, overlap, over: false })
    }

    /// The next rows; `None` behind the last. Rows at one position stay together.
    pub(super) async fn next(&mut self) -> Result<Option<Page>, String> {
        if self.over {
            return Ok(None);
        }
        let (sql, values) = self.question();
        let found = self.conn.query_all_raw(Statement::from_sql_and_values(self.conn.get_database_backend(), sql, values)).await;
        let found = found.map_err(|error| told(&error))?;
        let mut rows = found.iter().map(|row| self.read(row)).collect::<Result<Vec<_>, _>>().map_err(|error| told(&error))?;
        self.overlap = 0;
        self.over = (rows.len() as u64) < self.configured.limit();
        if !self.over {
            // The last position may go on behind the limit.
            let last = rows.last().map(|(place, _)| place.clone()).unwrap_or_default();
            let before = rows.len();
            rows.retain(|(place, _)| *place != last);
            if rows.is_empty() {
                let shown = last.iter().map(text).collect::<Vec<_>>().join(", ");
                return Err(format!("{before} rows and more are at one position ({shown}): name further columns in database.position"));
            }
        }
        if let Some((place, _)) = rows.last() {
            self.after.clone_from(place);
        }
        let position = Position { since: self.after.clone(), ..Position::default() };
        Ok(Some(Page { items: rows.into_iter().map(|(_, row)| vec![row]).collect(), position, last: self.over }))
    }

    /// The statement that reads on, and its values.
    fn question(&self) -> (String, Vec<Value>) {
        let postgres = self.conn.get_database_backend() == DbBackend::Postgres;
        // Under names of their own: what is called as a column would take its place in the order.
        let columns = self.columns.iter().enumerate();
        let columns = columns.map(|(at, (name, kind))| format!("{} AS \"{COLUMN} {at}\"", shown(name, kind, postgres)));
        let places = self.configured.position.iter().enumerate().map(|(at, name)| {
            let name = quoted(name);
            // What SQLite holds has its type by itself, and is compared by it.
            if postgres { format!("CAST({name} AS text) AS \"{PLACE} {at}\"") } else { format!("{name} AS \"{PLACE} {at}\"") }
        });
        let names: Vec<String> = self.configured.position.iter().map(|name| quoted(name)).collect();
        let mut conditions: Vec<String> = names.iter().map(|name| format!("{name} IS NOT NULL")).collect();
        let mut values: Vec<Value> = Vec::new();
        if let Some(first) = self.after.first().filter(|_| self.overlap > 0) {
            values.push(bound(first));
            conditions.push(match (postgres, first.is_string()) {
                (true, _) => format!("{} >= CAST($1 AS {}) - interval '{} seconds'", names[0], self.types[0], self.overlap),
                (false, true) => format!("{} >= datetime($1, '-{} seconds')", names[0], self.overlap),
                (false, false) => format!("{} >= $1 - {}", names[0], self.overlap),
            });
        } else if !self.after.is_empty() {
            values.extend(self.after.iter().map(bound));
            let typed =
                |(at, kind): (usize, &String)| if postgres { format!("CAST(${} AS {kind})", at + 1) } else { format!("${}", at + 1) };
            let after: Vec<String> = self.types.iter().enumerate().map(typed).collect();
            conditions.push(format!("({}) > ({})", names.join(", "), after.join(", ")));
        }
        let sql = format!(
            "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {}",
            columns.chain(places).collect::<Vec<_>>().join(", "),
            self.configured.view(),
            conditions.join(" AND "),
            names.join(", "),
            self.configured.limit(),
        );
        (sql, values)
    }

    fn read(&self, row: &QueryResult) -> Result<(Vec<Json>, Row), DbErr> {
        let mut read = Row::new();
        for (at, (name, _)) in self.columns.iter().enumerate() {
            read.extend(row.try_get::<Option<String>>("", &format!("{COLUMN} {at}"))?.map(|text| (name.clone(), text)));
        }
        let place = |at: usize| {
            let name = format!("{PLACE} {at}");
            let number = || row.try_get::<i64>("", &name).map(Json::from);
            row.try_get::<String>("", &name).map(Json::from).or_else(|_| number())
        };
        Ok(((0..self.types.len()).map(place).collect::<Result<_, _>>()?, read))
    }
}

/// A column as text: times as ISO 8601 writes them, and with their zone where they have one.
fn shown(name: &str, kind: &str, postgres: bool) -> String {
    let name = quoted(name);
    match kind {
        _ if !postgres => format!("CAST({name} AS TEXT)"),
        kind if kind.starts_with("timestamp") && kind.ends_with("with time zone") => {
            format!("to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        }
        kind if kind.starts_with("timestamp") => format!("to_char({name}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"),
        _ => format!("CAST({name} AS text)"),
    }
}

fn bound(value: &Json) -> Value {
    value.as_i64().map_or_else(|| text(value).into(), Value::from)
}

/// The columns of the view with their types.
async fn columns(conn: &DatabaseConnection, configured: &Configured) -> Result<Vec<Column>, DbErr> {
    let (sql, name) = match conn.get_database_backend() {
        DbBackend::Postgres => (
            "SELECT CAST(attname AS text) AS name, format_type(atttypid, NULL) AS kind FROM pg_attribute \
             WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            configured.view(),
        ),
        _ => ("SELECT name, type AS kind FROM pragma_table_info($1)", configured.view.clone()),
    };
    let rows = conn.query_all_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [name.into()])).await?;
    rows.iter().map(|row| Ok((row.try_get("", "name")?, row.try_get("", "kind")?))).collect()
}

/// An error of the other database; it says no address.
fn told(error: &DbErr) -> String {
    db::describe(error)
}
