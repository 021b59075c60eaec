//! What tests run with Node.js: programs of a folder beside this one, with what npm fetches for them into `target/`.

use std::path::{Path, PathBuf};

/// Makes a folder of `tests/` ready to run, once for all tests, and says where it is; `None` where there is no Node.js, which skips visibly.
pub fn ready(folder: &str, program: &str, what: &str) -> Option<PathBuf> {
    let has = |program: &str| std::process::Command::new(program).arg("--version").output().is_ok_and(|said| said.status.success());
    if !has("node") || !has("npm") {
        #[allow(clippy::disallowed_methods, reason = "a test's switch")]
        let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
        assert!(!in_ci, "there is no Node.js: {what} cannot be tested");
        eprintln!("SKIPPED: {what}: there is no Node.js");
        return None;
    }
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&to).unwrap();
    let lock = std::fs::File::create(to.join("lock")).unwrap();
    lock.lock().unwrap();
    let mut same = to.join("installed").exists();
    for part in ["package.json", "package-lock.json", program] {
        let text = std::fs::read(from.join(part)).unwrap();
        if std::fs::read(to.join(part)).ok().as_ref() != Some(&text) {
            same &= part == program;
            std::fs::write(to.join(part), text).unwrap();
        }
    }
    if !same {
        let _ = std::fs::remove_file(to.join("installed"));
        let npm = std::process::Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&to).output();
        let npm = npm.unwrap();
        assert!(npm.status.success(), "{}", String::from_utf8_lossy(&npm.stderr));
        std::fs::write(to.join("installed"), "").unwrap();
    }
    Some(to)
}
