//! The bare client on PostgreSQL: pgbench with the same statements as a script.

use std::process::Command;

use anyhow::{Context, Result, bail};
use db::Location;

use super::super::Ctx;

/// The script: `:m` is a member, `:id` makes the fact. pgbench takes a name after a colon for a variable inside texts too, hence `chr(58)`.
const SCRIPT: &str = r#"\set m random(0, MEMBERS - 1)
\set id random(1, 9000000000000000000)
BEGIN;
INSERT INTO fact (id, member_id, kind, occurred_at, recorded_at, source, body) VALUES ('spend-' || :id::text, 'm' || lpad(:m::text, 7, '0'), 'points.spent', 1767225600000000, 1767225600000000, 'bench', '{"unit":"points","amount":55}');
INSERT INTO transfer (member_id, key, revision, unit, debit, credit, amount, effective_at, recorded_at, reason, cause, draws) VALUES ('m' || lpad(:m::text, 7, '0'), 'spend' || chr(58) || 'spend-' || :id::text || '/spend@1767225600000000', 0, 'points', 'available', 'spent', 55, 1767225600000000, 1767225600000000, 'spend', 'spend' || chr(58) || 'spend-' || :id::text, '[["adjust","opening-1000",55]]');
UPDATE lot SET available = available - 55, spent = spent + 55 WHERE member_id = 'm' || lpad(:m::text, 7, '0') AND rule = 'adjust' AND fact_id = 'opening-' || :m::text;
INSERT INTO redemption (member_id, rule, fact_id, state) VALUES ('m' || lpad(:m::text, 7, '0'), 'spend', 'spend-' || :id::text, '\xREDEMPTION') ON CONFLICT (member_id, rule, fact_id) DO UPDATE SET state = excluded.state;
INSERT INTO member_state (member_id, timeline, due_at, facts, state) VALUES ('m' || lpad(:m::text, 7, '0'), '0123456789abcdef', 1767225600000000, 2, '\xSTATE') ON CONFLICT (member_id) DO UPDATE SET timeline = excluded.timeline, due_at = excluded.due_at, facts = excluded.facts, state = excluded.state;
INSERT INTO decision (member_id, key, revision, effective_at, recorded_at, version, rule, cause, body) VALUES ('m' || lpad(:m::text, 7, '0'), 'spend/spend-' || :id::text, 0, 1767225600000000, 1767225600000000, 1, 'spend', 'spend-' || :id::text, '"DECISION"');
INSERT INTO event (at, kind, member_id, subject) VALUES (1767225600000000, 'fact.points.spent', 'm' || lpad(:m::text, 7, '0'), 'spend-' || :id::text);
COMMIT;
"#;

/// How long the payloads are that the product writes with a spend, on average, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Payloads {
    /// A redemption.
    pub redemption: usize,
    /// A member's state.
    pub state: usize,
    /// The body of a decision.
    pub decision: usize,
}

/// Transactions per second; nothing, visibly, where pgbench is not installed.
pub fn run(ctx: &Ctx, at: &Location, clients: u64, members: u64, seconds: f64, payloads: Payloads) -> Result<Option<f64>> {
    let Location::Postgres(url) = at else { bail!("pgbench needs a PostgreSQL database") };
    let script = ctx.folder.join("transfers.sql");
    let text = SCRIPT.replace("MEMBERS", &members.to_string());
    let text = text.replace("REDEMPTION", &"5a".repeat(payloads.redemption)).replace("STATE", &"5a".repeat(payloads.state));
    let text = text.replace("DECISION", &"x".repeat(payloads.decision));
    std::fs::write(&script, text)?;
    let clients = clients.to_string();
    let duration = format!("{:.0}", seconds.ceil().max(2.0));
    let run = Command::new("pgbench")
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--client", &clients, "--time", &duration, "--file"])
        .arg(&script)
        .arg(url)
        .output();
    let Ok(output) = run else {
        eprintln!("SKIPPED: pgbench is not installed");
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!("pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let line = text.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench says no tps")?;
    let tps = line.split(' ').next().unwrap_or_default().parse::<f64>().context("pgbench's tps is no number")?;
    Ok(Some(tps))
}
