//! `import-online-retail`: the whole data set into SQLite by the `hansa` program itself, as an operator does it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::memory::peak_mb;
use super::{Ctx, Row};
use crate::step::{data_folder, root};

/// How often the memory of the import is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Seconds and peak memory; skipped, visibly, where the data set is not there.
pub fn run(ctx: &Ctx) -> Result<Vec<Row>> {
    let file = data_folder().join("online-retail/online_retail.csv.gz");
    if !file.is_file() {
        eprintln!("SKIPPED: {} is not there; HANSA_DATA_DIR names the folder of the data sets", file.display());
        return Ok(Vec::new());
    }
    let hansa = program()?;
    let example = root().join("examples/online-retail");
    let data = ctx.folder.join("online-retail");
    let command = |words: &[&Path]| {
        let mut command = Command::new(&hansa);
        command.arg("--data").arg(&data).args(words).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let path = Path::new;
    let applied = command(&[path("program"), path("apply"), &example.join("program.toml")]).status()?;
    succeeded("program apply", applied)?;
    let begun = Instant::now();
    let map = example.join("mapping.toml");
    let mut import = command(&[path("import"), path("order-lines"), &file, path("--map"), &map]).spawn()?;
    let peak = watched(&mut import)?;
    let seconds = begun.elapsed().as_secs_f64();
    let name = |what: &str| format!("import of Online Retail, 541 909 lines into SQLite{what}");
    Ok(vec![Row::new(name(""), seconds, "s"), Row::new(name(", peak memory"), peak, "MB")])
}

/// Waits for a program and gives the most memory it was seen to hold.
fn watched(child: &mut Child) -> Result<f64> {
    let id = child.id().to_string();
    let mut peak = 0.0_f64;
    loop {
        if let Some(status) = child.try_wait()? {
            succeeded("import", status)?;
            return Ok(peak);
        }
        // The kernel keeps the peak itself; it is gone with the process, so only the last look may miss a little.
        peak = peak_mb(&id).unwrap_or(peak).max(peak);
        std::thread::sleep(LOOK_EVERY);
    }
}

fn succeeded(what: &str, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("hansa {what} ended with {status}");
    }
    Ok(())
}

/// The `hansa` program built beside this one.
fn program() -> Result<PathBuf> {
    let hansa = std::env::current_exe()?.with_file_name("hansa");
    if !hansa.is_file() {
        bail!("{} is not there: build it with `cargo build --release --package hansa`", hansa.display());
    }
    Ok(hansa)
}
