//! A server of the product, for chores that call it.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// A server that ends with us.
pub struct Server {
    process: Child,
    /// Where it listens: host and port.
    pub address: String,
}

impl Server {
    /// Runs `hansa`, completed by what `serve` needs, at a free port until it answers.
    ///
    /// # Errors
    /// When it does not answer within a minute.
    pub fn start(mut hansa: Command) -> Result<Server> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        hansa.args(["--listen", &address, "--rate", "1000000"]).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Server { process: hansa.spawn().context("cannot start the server")?, address };
        let begun = Instant::now();
        while !asked(&server.address, "GET /readyz", "", "").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            ensure!(begun.elapsed() < Duration::from_secs(60), "the server does not become ready");
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(server)
    }

    /// Its number among the processes.
    pub fn process(&self) -> String {
        self.process.id().to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The answer to one request, as it comes (RFC 9112).
///
/// # Errors
/// When nobody answers.
pub fn asked(address: &str, what: &str, headers: &str, body: &str) -> Result<String> {
    use std::io::{Read, Write};

    let mut stream = std::net::TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The secret of a new key: `hansa`, completed to `key create`.
///
/// # Errors
/// When none is made.
pub fn key(mut hansa: Command, role: &str, member: Option<&str>) -> Result<String> {
    hansa.args(["key", "create", "--json", "--role", role]).args(member.map(|member| format!("--member={member}"))).arg("chore");
    let made = hansa.output().context("cannot make a key")?;
    let told: serde_json::Value = serde_json::from_slice(&made.stdout).context("the key is not told as JSON")?;
    Ok(told["secret"].as_str().context("the key has no secret")?.to_owned())
}
