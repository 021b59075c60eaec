//! `cargo xtask bench`: measurements in one table, each against a baseline of the same run.
//!
//! Machines differ and are rarely quiet, so a row says how a figure compares with a bare program doing the same work a moment
//! earlier. [`BENCHES`] is the registry; a benchmark is a function from a [`Ctx`] to rows.

#![allow(clippy::float_arithmetic, reason = "measurements are no amounts of money")]

mod http;
mod import;
mod live;
mod memory;
mod simulate;
mod trade;
mod transfers;
mod verify;

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::Serialize;

/// Every benchmark, in the order in which they run.
const BENCHES: &[Bench] = &[
    Bench { name: "transfers-sqlite", run: transfers::sqlite },
    Bench { name: "transfers-postgres", run: transfers::postgres },
    Bench { name: "live-facts", run: live::run },
    Bench { name: "import-online-retail", run: import::run },
    Bench { name: "simulate", run: simulate::run },
    Bench { name: "verify", run: verify::run },
    Bench { name: "http-sqlite", run: http::sqlite },
    Bench { name: "http-postgres", run: http::postgres },
];

/// One benchmark.
pub struct Bench {
    /// What `--only` calls it.
    pub name: &'static str,
    /// Runs it.
    pub run: fn(&Ctx) -> Result<Vec<Row>>,
}

/// What a benchmark may use.
pub struct Ctx {
    /// An empty folder of its own, removed afterwards.
    pub folder: PathBuf,
    /// How much of the full size is measured, in percent.
    pub scale: u32,
}

impl Ctx {
    /// A number of things at the chosen scale, at least one.
    pub fn scaled(&self, full: u64) -> u64 {
        (full * u64::from(self.scale) / 100).max(1)
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what, e.g. `facts/s`, `s`, `MB`.
    pub unit: String,
    /// The same for the baseline, if there is one.
    pub baseline: Option<f64>,
    /// `value` divided by `baseline`.
    pub ratio: Option<f64>,
}

impl Row {
    /// A figure by itself.
    pub fn new(name: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        Row { name: name.into(), value, unit: unit.into(), baseline: None, ratio: None }
    }

    /// Sets the figure beside the baseline's. A baseline of zero gives no ratio.
    pub fn against(mut self, baseline: f64) -> Self {
        self.baseline = Some(baseline);
        self.ratio = (baseline != 0.0).then(|| self.value / baseline);
        self
    }
}

#[derive(clap::Args)]
pub struct Arguments {
    /// Run this benchmark alone.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Print one JSON object a row: name, value, unit, baseline, ratio.
    #[arg(long)]
    json: bool,
    /// How much of the full size to measure, in percent: less is quicker and says less.
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    scale: u32,
}

/// Runs the chosen benchmarks and prints their rows.
pub fn run(arguments: &Arguments) -> Result<()> {
    if cfg!(debug_assertions) {
        eprintln!("warning: an unoptimised build measures nothing of use; run `make bench`");
    }
    let mut rows = Vec::new();
    for bench in chosen(BENCHES, arguments.only.as_deref())? {
        eprintln!("measuring {} …", bench.name);
        let folder = tempfile::tempdir().context("cannot make a folder for the benchmark")?;
        let context = Ctx { folder: folder.path().to_path_buf(), scale: arguments.scale };
        rows.extend((bench.run)(&context).with_context(|| format!("benchmark {}", bench.name))?);
    }
    print!("{}", if arguments.json { json(&rows)? } else { table(&rows) });
    Ok(())
}

fn chosen<'a>(benches: &'a [Bench], only: Option<&str>) -> Result<Vec<&'a Bench>> {
    let chosen: Vec<&Bench> = benches.iter().filter(|bench| only.is_none_or(|name| name == bench.name)).collect();
    if let (Some(name), true) = (only, chosen.is_empty()) {
        let known: Vec<&str> = benches.iter().map(|bench| bench.name).collect();
        bail!("no benchmark `{name}`; there are: {}", known.join(", "));
    }
    Ok(chosen)
}

fn json(rows: &[Row]) -> Result<String> {
    rows.iter().map(|row| Ok(serde_json::to_string(row)? + "\n")).collect()
}

/// A Markdown table, as docs/performance.md has it.
fn table(rows: &[Row]) -> String {
    let shown = |value: Option<f64>| value.map(figure).unwrap_or_default();
    let mut text = String::from("| what | value | unit | baseline | ratio |\n|---|---:|---|---:|---:|\n");
    for row in rows {
        let ratio = row.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        let (value, baseline) = (figure(row.value), shown(row.baseline));
        let _ = writeln!(text, "| {} | {value} | {} | {baseline} | {ratio} |", row.name, row.unit);
    }
    text
}

/// Whole numbers from a hundred on, in groups of three; two decimals below.
fn figure(value: f64) -> String {
    if value.abs() < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    if value < 0.0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        vec![Row::new("transfers", 8_400.0, "tx/s").against(12_000.0), Row::new("import", 9.5, "s")]
    }

    #[test]
    fn a_row_is_one_json_object_with_five_fields() {
        let text = json(&rows()).expect("rows are plain data");
        assert_eq!(text.lines().next(), Some(r#"{"name":"transfers","value":8400.0,"unit":"tx/s","baseline":12000.0,"ratio":0.7}"#));
        assert_eq!(text.lines().count(), 2);
    }

    #[test]
    fn the_table_is_markdown_with_readable_figures() {
        let expected = "| what | value | unit | baseline | ratio |\n|---|---:|---|---:|---:|\n\
                        | transfers | 8 400 | tx/s | 12 000 | 0.70 |\n| import | 9.50 | s |  |  |\n";
        assert_eq!(table(&rows()), expected);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let benches = [Bench { name: "ledger", run: |_| Ok(Vec::new()) }];
        let Err(error) = chosen(&benches, Some("leger")) else { panic!("there is no such benchmark") };
        assert_eq!(error.to_string(), "no benchmark `leger`; there are: ledger");
    }
}
