//! The interface tried against its own description: generated requests, right and wrong ones, as different callers
//! ([Schemathesis](https://schemathesis.readthedocs.io)).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::server::{self, Server};
use crate::step::{cargo, root, run, succeeds};

/// Held to one version: another one tries other requests.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";
/// Generated requests for each operation and caller: a number, so that a fast machine tries what a slow one does.
const EXAMPLES: &str = "10";
/// Who calls: a role, and the member for those of enterprises. The keys of others are not theirs to end, and their own they must keep.
const CALLERS: [(&str, Option<&str>); 3] = [("administrator", None), ("membership-operator", None), ("owner", Some("M00001"))];

/// Whether Python can make an environment of its own and Schemathesis can be installed into it.
pub fn possible() -> bool {
    succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) && installed(&root().join("target/interface")).is_ok()
}

/// Tries every operation as every caller.
///
/// # Errors
/// When an answer is not as described, or nothing could be tried.
pub fn try_all() -> Result<()> {
    let folder = root().join("target/interface");
    let schemathesis = installed(&folder)?;
    run(&mut cargo(&["build", "--workspace", "--bins"]))?;
    for (role, member) in CALLERS {
        let data = folder.join("data");
        let _ = std::fs::remove_dir_all(&data);
        run(hansa(&data).args(["demo", "--members", "20", "--no-serve"]).stdout(Stdio::null()))?;
        let secret = server::key(hansa(&data), role, member)?;
        let mut serve = hansa(&data);
        serve.args(["serve", "--sign-up", "--sign-in-rate", "100000"]);
        let server = Server::start(serve)?;
        let config = root().join(".ci/interface");
        let mut tried = Command::new(&schemathesis);
        tried.current_dir(&folder).env("SCHEMATHESIS_HOOKS", "hooks").env("PYTHONPATH", &config).env("NO_COLOR", "1");
        tried.arg("--config-file").arg(config.join("schemathesis.toml"));
        tried.args(["run", &format!("http://{}/openapi.json", server.address), "--header", &format!("Authorization: Bearer {secret}")]);
        tried.args(["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--continue-on-failure", "--seed", "1"]);
        // Nobody may call without a key but to sign in, which tests of our own hold; and whoever ends the key in use is not served any more.
        tried.args(["--exclude-checks", "ignored_auth", "--exclude-operation-id", "revoke_key", "--exclude-operation-id", "rotate_key"]);
        println!("+ schemathesis as {role}");
        if !tried.status().context("cannot start Schemathesis")?.success() {
            bail!("as {role}, the interface answers otherwise than it says (see above)");
        }
    }
    Ok(())
}

fn hansa(data: &Path) -> Command {
    let mut command = Command::new(root().join("target/debug/hansa"));
    command.current_dir(root()).env("HANSA_DATA", data);
    command
}

/// The program, in an environment of its own.
///
/// # Errors
/// When it cannot be installed.
fn installed(folder: &Path) -> Result<PathBuf> {
    let environment = folder.join("python");
    let pip = environment.join("bin/pip");
    if !pip.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    }
    run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]))?;
    Ok(environment.join("bin/schemathesis"))
}
