//! The bare client on SQLite: seven prepared statements for each transfer, one by one, in as many commits as the product made.

use std::path::Path;
use std::time::Instant;

use ::rusqlite::types::Value;
use ::rusqlite::{Connection, params_from_iter};
use anyhow::{Result, ensure};

/// The settings of the product's write connection.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000; \
    PRAGMA foreign_keys = ON; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;";

/// What the product wrote for each spend, in its order.
const WRITTEN: &str = "
SELECT f.id, f.member_id, f.kind, f.occurred_at, f.recorded_at, f.source, f.actor, f.corrects, f.import_id, f.body,
       t.member_id, t.key, t.revision, t.unit, t.debit, t.credit, t.amount, t.effective_at, t.recorded_at, t.reason, t.cause, t.draws,
       t.amount, t.member_id, json_extract(t.draws, '$[0][0]'), json_extract(t.draws, '$[0][1]'),
       r.member_id, r.rule, r.fact_id, r.reference, r.state,
       s.member_id, s.timeline, s.due_at, s.facts, s.state,
       d.member_id, d.key, d.revision, d.effective_at, d.recorded_at, d.version, d.rule, d.cause, d.body,
       e.at, e.kind, e.member_id, e.subject, e.revision
FROM fact AS f
JOIN event AS e ON e.subject = f.id AND e.revision IS NULL
JOIN redemption AS r ON r.member_id = f.member_id AND r.rule = 'spend' AND r.fact_id = f.id
JOIN transfer AS t ON t.member_id = f.member_id AND t.key = 'spend:' || f.id || '/' || t.reason || '@' || f.occurred_at
JOIN member_state AS s ON s.member_id = f.member_id
JOIN decision AS d ON d.member_id = f.member_id AND d.cause = f.id
WHERE f.kind = 'points.spent' ORDER BY f.seq";

/// The statements, each with the number of its parameters.
const STATEMENTS: [(&str, usize); 7] = [
    (
        "INSERT INTO fact (id, member_id, kind, occurred_at, recorded_at, source, actor, corrects, import_id, body) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        10,
    ),
    (
        "INSERT INTO transfer (member_id, key, revision, unit, debit, credit, amount, effective_at, recorded_at, reason, cause, draws) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        12,
    ),
    (
        "UPDATE lot SET available = available - ?1, spent = spent + ?1, open = available > ?1 \
         WHERE member_id = ?2 AND rule = ?3 AND fact_id = ?4",
        4,
    ),
    (
        "INSERT INTO redemption (member_id, rule, fact_id, reference, state) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (member_id, rule, fact_id) DO UPDATE SET state = excluded.state",
        5,
    ),
    (
        "INSERT INTO member_state (member_id, timeline, due_at, facts, state) VALUES (?, ?, ?, ?, ?) ON CONFLICT (member_id) DO UPDATE \
         SET timeline = excluded.timeline, due_at = excluded.due_at, facts = excluded.facts, state = excluded.state",
        5,
    ),
    (
        "INSERT INTO decision (member_id, key, revision, effective_at, recorded_at, version, rule, cause, body) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        9,
    ),
    ("INSERT INTO event (at, kind, member_id, subject, revision) VALUES (?, ?, ?, ?, ?)", 5),
];

/// Writes into `bare` what the product wrote into `product`; how many commits the product made, and the seconds it took here.
pub fn replayed(product: &Path, bare: &Path, transfers: u64) -> Result<(usize, f64)> {
    let product = Connection::open(product)?;
    let commits = "SELECT COUNT(DISTINCT recorded_at) FROM transfer WHERE key LIKE 'spend:%'";
    let commits: i64 = product.query_row(commits, [], |row| row.get(0))?;
    let commits = usize::try_from(commits)?;
    let width: usize = STATEMENTS.iter().map(|(_, count)| count).sum();
    let mut query = product.prepare(WRITTEN)?;
    let rows = query.query_map([], |row| (0..width).map(|column| row.get::<_, Value>(column)).collect::<Result<Vec<_>, _>>())?;
    let rows: Vec<Vec<Value>> = rows.collect::<Result<_, _>>()?;
    ensure!(rows.len() as u64 == transfers, "the product wrote {} of {transfers} transfers", rows.len());
    let mut bare = Connection::open(bare)?;
    bare.execute_batch(SETTINGS)?;
    let begun = Instant::now();
    for batch in rows.chunks(rows.len().div_ceil(commits.max(1))) {
        let tx = bare.transaction_with_behavior(::rusqlite::TransactionBehavior::Immediate)?;
        for row in batch {
            let mut rest = row.as_slice();
            for (sql, count) in STATEMENTS {
                let (values, others) = rest.split_at(count);
                let changed = tx.prepare_cached(sql)?.execute(params_from_iter(values))?;
                ensure!(changed == 1, "a statement of the baseline changed {changed} rows: {sql}");
                rest = others;
            }
        }
        tx.commit()?;
    }
    Ok((commits, begun.elapsed().as_secs_f64()))
}
