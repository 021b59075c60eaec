//! How much memory a process has held at most, as Linux counts it.

use std::fs;

use anyhow::{Context, Result};

/// Begins to count anew for this process.
pub fn forget_peak() {
    // Where the kernel does not allow it, the peak of everything before is shown: too much rather than too little.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most resident memory of a process (`self` or a number) so far, in MB of a million bytes.
pub fn peak_mb(process: &str) -> Result<f64> {
    status_mb(process, "VmHWM:")
}

/// The memory that a process has made for itself and holds now, in MB: without the files that it maps.
pub fn own_mb(process: &str) -> Result<f64> {
    status_mb(process, "RssAnon:")
}

fn status_mb(process: &str, name: &str) -> Result<f64> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    Ok(kib.with_context(|| format!("{path} names no {name}"))? * 1024.0 / 1e6)
}
