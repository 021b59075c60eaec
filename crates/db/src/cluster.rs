//! A private PostgreSQL server for a test run, from the installed server binaries.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, thread};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// Runs the server until standard input ends, which happens when the starting process lets go of it or dies in any way; then
/// stops it at once and removes its folder. Arguments: the program, the folder.
const KEEPER: &str = r#"
"$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c shared_buffers=128MB -c max_wal_size=2GB -c autovacuum_naptime=10min </dev/null >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$2"
"#;

/// A running server with an empty data folder and no durability, reachable through a socket in a temporary folder. It ends,
/// and its folder goes, when this is dropped or when the process ends, even by `kill -9`.
#[derive(Debug)]
pub struct Cluster {
    admin_url: String,
    keeper: Child,
    /// Letting go of it ends the server.
    leash: Mutex<Option<ChildStdin>>,
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// PostgreSQL's server is not installed.
    #[error("no PostgreSQL server binaries in /usr/lib/postgresql/*/bin or on PATH")]
    NoBinaries,
    /// The server refuses to run as root, and there is no other user to run it as.
    #[error("PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'")]
    NoUser,
    /// A file or a program could not be used.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// `initdb` or the server gave up.
    #[error("{0}")]
    Failed(String),
}

impl Cluster {
    /// Makes a data folder and starts a server on it: about two seconds.
    pub fn start() -> Result<Self, ClusterError> {
        let binaries = binaries().ok_or(ClusterError::NoBinaries)?;
        // Kept here: the keeper removes it.
        let folder = tempfile::Builder::new().prefix("hansa-pg-").tempdir()?.keep();
        let started = Self::start_in(&folder, &binaries);
        if started.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn start_in(folder: &Path, binaries: &Path) -> Result<Self, ClusterError> {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        let user = if fs::metadata(folder)?.uid() == 0 { Some(unprivileged_user().ok_or(ClusterError::NoUser)?) } else { None };
        if let Some((user, group)) = user {
            chown(folder, Some(user), Some(group))?;
        }
        let command = |program: &Path| {
            let mut command = Command::new(program);
            command.current_dir("/").env_remove("PGDATA");
            if let Some((user, group)) = user {
                command.uid(user).gid(group);
            }
            command
        };
        let made = command(&binaries.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
            .arg(folder.join("data"))
            .stdin(Stdio::null())
            .output()?;
        if !made.status.success() {
            return Err(ClusterError::Failed(format!("initdb: {}", String::from_utf8_lossy(&made.stderr))));
        }
        let mut keeper = command(Path::new("/bin/sh"))
            .args(["-c", KEEPER, "keeper"])
            .arg(binaries.join("postgres"))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own: an interrupt from the keyboard reaches the tests first, and the leash does the rest.
            .process_group(0)
            .spawn()?;
        let leash = Mutex::new(keeper.stdin.take());
        let socket = folder.to_string_lossy().replace('/', "%2F");
        let cluster = Self { admin_url: format!("postgres://postgres@{socket}:5432/postgres"), keeper, leash };
        wait_until_ready(folder, binaries)?;
        Ok(cluster)
    }

    /// The address of its database `postgres` for its superuser.
    pub fn admin_url(&self) -> &str {
        &self.admin_url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Ok(mut leash) = self.leash.lock() {
            leash.take();
        }
        // Its folder is gone once it has ended.
        let _ = self.keeper.wait();
    }
}

fn wait_until_ready(folder: &Path, binaries: &Path) -> Result<(), ClusterError> {
    let begun = Instant::now();
    loop {
        let ready =
            Command::new(binaries.join("pg_isready")).args(["-q", "-h"]).arg(folder).args(["-p", "5432"]).stdin(Stdio::null()).status()?;
        if ready.success() {
            return Ok(());
        }
        if begun.elapsed() > START_TIMEOUT {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(ClusterError::Failed(format!("the server did not start: {log}")));
        }
        thread::sleep(POLL);
    }
}

/// The folder of the newest installed server.
#[expect(clippy::disallowed_methods, reason = "tests find installed programs; the product does not come here")]
fn binaries() -> Option<PathBuf> {
    let version = |folder: &PathBuf| -> Option<u32> { folder.parent()?.file_name()?.to_str()?.parse().ok() };
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|folder| has_server(folder))
        .max_by_key(version);
    debian.or_else(|| env::split_paths(&env::var_os("PATH")?).find(|folder| has_server(folder)))
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_isready"].iter().all(|program| File::open(folder.join(program)).is_ok())
}

/// User and group number of `postgres` or `nobody`.
fn unprivileged_user() -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].iter().find_map(|wanted| {
        let line = users.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}
