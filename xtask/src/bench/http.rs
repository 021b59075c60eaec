//! `http-sqlite` and `http-postgres`: the interface under load from [wrk](https://github.com/wg/wrk), client and server on the same processors, against
//! the emptiest answer that the same server gives.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use db::testing::Cluster;
use serde_json::{Value, json};

use super::memory::{own_mb, peak_mb};
use super::{Ctx, Row};
use crate::server::{self, Server, asked};

/// About fifty facts each.
const MEMBERS_SQLITE: u64 = 20_000;
const MEMBERS_POSTGRES: u64 = 2_000;
const CONNECTIONS: &str = "32";
const SECONDS: &str = "8";
/// Members who have so many uses of a benefit that nobody is refused one.
const USERS: u64 = 100;
const RIGHTS: i64 = 1_000_000;
/// What wrk sends, and how it tells what came of it.
const SCRIPT: &str = include_str!("http/load.lua");

/// On SQLite with `synchronous=FULL`.
pub fn sqlite(ctx: &Ctx) -> Result<Vec<Row>> {
    let data = ctx.folder.join("http");
    measured(ctx, "SQLite", ctx.scaled(MEMBERS_SQLITE), &["--data".to_owned(), data.display().to_string()])
}

/// On PostgreSQL; the server of the benchmark does not wait for its disk.
pub fn postgres(ctx: &Ctx) -> Result<Vec<Row>> {
    let cluster = Cluster::start()?;
    measured(ctx, "PostgreSQL", ctx.scaled(MEMBERS_POSTGRES), &["--database-url".to_owned(), cluster.admin_url().to_string()])
}

fn measured(ctx: &Ctx, what: &str, members: u64, place: &[String]) -> Result<Vec<Row>> {
    ensure!(Command::new("wrk").arg("--version").output().is_ok(), "wrk is not installed (Debian's package `wrk`)");
    let hansa = hansa()?;
    let mut place = place.to_vec();
    place.extend(["--key-file".to_owned(), ctx.folder.join("hansa.key").display().to_string()]);
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&hansa);
        command.current_dir(&ctx.folder).args(arguments).args(&place).stderr(Stdio::null());
        command
    };
    let made = command(&["demo", "--no-serve", "--members", &members.to_string()]).stdout(Stdio::null()).status()?;
    ensure!(made.success(), "the marketplace could not be made");
    let key = server::key(command(&[]), "administrator", None)?;
    let begun = Instant::now();
    let server = Server::start(command(&["serve"]))?;
    let ready = begun.elapsed();
    let mut rows = vec![Row::new(format!("HTTP, {what}: start to ready, {members} members"), ready.as_secs_f64() * 1e3, "ms")];
    endow(&server.address, &key, USERS.min(members))?;
    let script = ctx.folder.join("load.lua");
    std::fs::write(&script, SCRIPT)?;
    let mut emptiest = None;
    for load in ["nothing", "member", "present", "standing", "fact", "use"] {
        let told = wrk(&server.address, &key, &script, load, members)?;
        let figure = |name: &str| told[name].as_f64().with_context(|| format!("wrk told no {name}"));
        ensure!(figure("refused")? == 0.0, "{load}: {} requests were refused", figure("refused")?);
        let name = |more: &str| format!("HTTP, {what}: {}{more}", named(load));
        let rate = Row::new(name(""), figure("rate")?, "requests/s");
        rows.push(match emptiest {
            None => rate,
            Some(emptiest) => rate.against(emptiest),
        });
        emptiest = emptiest.or(Some(figure("rate")?));
        for part in ["p50", "p99", "p99.9"] {
            rows.push(Row::new(name(&format!(", {part}")), figure(part)?, "ms"));
        }
    }
    let process = server.process();
    rows.push(Row::new(format!("HTTP, {what}: most resident memory, mapped pages of the database included"), peak_mb(&process)?, "MB"));
    rows.push(Row::new(format!("HTTP, {what}: memory of its own after the load"), own_mb(&process)?, "MB"));
    Ok(rows)
}

fn named(load: &str) -> &'static str {
    match load {
        "nothing" => "the emptiest answer",
        "member" => "a member",
        "present" => "a standing without receipts",
        "standing" => "a standing with ten receipts",
        "fact" => "a fact in, all rules",
        _ => "a use of a benefit",
    }
}

/// The program beside us.
fn hansa() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let hansa = own.parent().unwrap_or(Path::new(".")).join("hansa");
    if hansa.is_file() { Ok(hansa) } else { bail!("there is no {}: build it too", hansa.display()) }
}

/// Gives members a benefit and many uses of it.
fn endow(address: &str, key: &str, users: u64) -> Result<()> {
    let rights = json!({ "unit": "quote_rights", "amount": RIGHTS, "reason": "for the load" }).to_string();
    let key = format!("Authorization: Bearer {key}\r\n");
    for user in 1..=users {
        for (what, body) in [("adjustments", rights.as_str()), ("benefits/quotes/grants", "{}")] {
            let answer = asked(address, &format!("POST /v1/members/M{user:05}/{what}"), &key, body)?;
            ensure!(answer.starts_with("HTTP/1.1 201"), "M{user:05} was not given rights: {answer}");
        }
    }
    Ok(())
}

fn wrk(address: &str, key: &str, script: &Path, load: &str, members: u64) -> Result<Value> {
    let mut wrk = Command::new("wrk");
    wrk.args(["-t2", "-c", CONNECTIONS, "-d", SECONDS, "-s"]).arg(script).arg(format!("http://{address}"));
    let output = wrk.args(["--", load, key, &members.to_string(), &USERS.min(members).to_string()]).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    told.with_context(|| format!("wrk said: {text}{}", String::from_utf8_lossy(&output.stderr)))
}
