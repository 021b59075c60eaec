//! Running other programs, step by step.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The repository's root folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask is a folder of the repository").to_path_buf()
}

/// A `cargo` that works in the repository's root, without colour when nobody watches. It does not see what the `cargo` that runs us told us about
/// ourselves: build scripts ask for such variables, and with others than before they and all that depends on them are built again.
#[allow(clippy::disallowed_methods, reason = "the one place where xtask reads the environment")]
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(root());
    for (name, _) in std::env::vars_os() {
        let told = name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"));
        if told {
            command.env_remove(name);
        }
    }
    if in_ci() {
        command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1");
    }
    command
}

/// Whether this runs on a continuous integration server, which sets `CI` by convention.
#[allow(clippy::disallowed_methods, reason = "the one place where xtask reads the environment")]
pub fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// Where the public data sets are: the folder that `HANSA_DATA_DIR` names, else the one beside the repository.
#[allow(clippy::disallowed_methods, reason = "the one place where xtask reads the environment")]
pub fn data_folder() -> PathBuf {
    std::env::var_os("HANSA_DATA_DIR").map_or_else(|| root().join("../shared/data"), PathBuf::from)
}

/// Runs a command and fails when it does.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    println!("+ {shown}");
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Whether a command starts and succeeds; its output is not shown.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.lock").is_file());
    }

    #[test]
    fn a_failing_command_is_named_in_the_error() {
        let error = run(&mut cargo(&["no-such-chore"])).expect_err("cargo knows no such command");
        assert!(error.to_string().starts_with("`cargo no-such-chore` failed"), "{error}");
    }
}
