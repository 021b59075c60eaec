//! `serve`: answers on a free port, ends quietly when asked to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use super::{Place, STANDARD, command};

pub struct Server {
    process: Child,
    pub address: String,
    /// What it printed before it served.
    said: String,
    // Kept open: a server whose reader has gone says nothing.
    _out: BufReader<std::process::ChildStdout>,
}

impl Server {
    pub fn of(place: &Place, args: &[&str]) -> Server {
        Server::with(place, args, &[])
    }

    /// With variables of the environment.
    pub fn with(place: &Place, args: &[&str], variables: &[(&str, &str)]) -> Server {
        let mut program = command(&place.args(&[args, &["--listen", "127.0.0.1:0"]].concat()));
        Server::started(program.envs(variables.iter().copied()))
    }

    /// A command that serves.
    pub fn started(program: &mut Command) -> Server {
        let mut process = program.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let (mut line, mut said) = (String::new(), String::new());
        while !line.contains("://") {
            said.push_str(&line);
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "the server ended before it served");
        }
        let address = line.split("://").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        Server { process, address, said, _out: out }
    }

    fn get(&self, path: &str) -> String {
        self.get_with(path, "")
    }

    fn get_with(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}Connection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn post(&self, path: &str, body: &str) -> String {
        self.post_with(path, "", body)
    }

    fn post_with(&self, path: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}", self.address, body.len());
        write!(stream, "{head}\r\n{headers}Connection: close\r\n\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ctrl-C.
    pub fn interrupted(mut self) -> Option<i32> {
        self.signal("-INT");
        self.process.wait().unwrap().code()
    }

    pub fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap().success());
    }
}

#[test]
fn serving_answers_and_ends_with_zero_when_interrupted() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let server = Server::of(&place, &["serve"]);
        assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
        let ready = server.get("/readyz");
        assert!(ready.starts_with("HTTP/1.1 200") && ready.contains("\"status\":\"ready\""), "{ready}");
        assert!(server.get("/nothing").starts_with("HTTP/1.1 404"));
        // A service manager that has things read anew ends nothing where there is nothing to read.
        server.signal("-HUP");
        assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
        assert_eq!(server.interrupted(), Some(0));
        // The folder is free again.
        place.run(&["evaluate"]).ends(0);
    }
}

#[test]
fn a_demo_serves_what_it_made() {
    let place = Place::sqlite();
    let server = Server::of(&place, &["demo", "--members", "4", "--as-of", "2026-06-30"]);
    assert!(server.get("/readyz").contains("\"ready\""));
    assert!(server.get_with("/", "Accept: text/html\r\n").contains("<title>Hansa</title>"));
    let key = server.said.lines().find_map(|line| line.trim().strip_prefix("administrator key")).expect("it prints a key").trim();
    let members = server.get_with("/v1/members?total=true", &format!("Authorization: Bearer {key}\r\n"));
    assert!(members.contains("\"total\":4"), "{members}");
    let password = server.said.split("with the password `").nth(1).expect("it prints a password").split('`').next().unwrap();
    let sign_in = format!("{{\"email\":\"admin@demo.example\",\"password\":\"{password}\"}}");
    let signed_in = server.post("/v1/sign-in/password", &sign_in);
    assert!(signed_in.starts_with("HTTP/1.1 200") && signed_in.contains("__Host-hansa="), "{signed_in}");
    assert_eq!(server.interrupted(), Some(0));
}

#[test]
fn an_address_in_use_is_said() {
    let place = Place::sqlite();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = place.run(&["serve", "--listen", &address]).ends(3);
    assert!(refused.err.contains(&format!("cannot listen on {address}")), "{}", refused.err);
}

/// Where nothing is said of the log, it tells of each request who called it and from where, and warns of whoever was refused, and why.
#[test]
fn the_log_tells_who_called_and_who_was_refused() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let made = place.json(&["key", "create", "weak", "--role", "analyst", "--scope", "members:read"]);
        let (id, secret) = (made["key"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
        let invite = place.run(&["staff", "invite", "ada@example.com", "--name", "Ada", "--role", "administrator"]).ends(0).out;
        let ticket = invite.split("/welcome#").nth(1).unwrap().trim();
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let args = place.args(&["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1", "--sign-in-rate", "1000"]);
        let server = Server::started(command(&args).stderr(std::fs::File::create(&log).unwrap()));
        server.get("/healthz");
        server.get_with("/v1/members", "X-Forwarded-For: 198.51.100.7\r\nX-Request-Id: nobody\r\n");
        server.get_with("/v1/staff", &format!("Authorization: Bearer {secret}\r\nX-Request-Id: too-weak\r\n"));
        let chosen = format!("{{\"ticket\":\"{ticket}\",\"password\":\"correct heron bicycle\"}}");
        let entered = server.post("/v1/sign-in/choose-password", &chosen);
        let cookie = entered.split("__Host-hansa=").nth(1).unwrap_or_else(|| panic!("{entered}")).split(';').next().unwrap();
        let foreign = format!("Cookie: __Host-hansa={cookie}\r\nOrigin: https://evil.example\r\nX-Request-Id: from-elsewhere\r\n");
        server.post_with("/v1/members", &foreign, "{}");
        let guess = "{\"email\":\"ada@example.com\",\"password\":\"guess\"}";
        server.post_with("/v1/sign-in/password", "X-Request-Id: guessed\r\nIdempotency-Key: once\r\n", guess);
        assert_eq!(server.interrupted(), Some(0));
        let log = std::fs::read_to_string(log).unwrap();
        let line = |what: &str| log.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}\n{log}"));
        assert!(line("path=/healthz").contains(" INFO "), "{log}");
        for (id, said) in [
            ("id=nobody", vec!["status=401", "code=\"unauthenticated\"", "from=\"198.51.100.7\""]),
            ("id=too-weak", vec!["status=403", "code=\"forbidden\"", &format!("caller=\"key:{id}\"")]),
            ("id=from-elsewhere", vec!["status=403", "code=\"cross-site\"", "caller=\"staff:"]),
            ("id=guessed", vec!["status=401", "code=\"sign-in-refused\"", "caller=\"nobody:127.0.0.1\""]),
        ] {
            let line = line(id);
            assert!(line.contains(" WARN ") && said.iter().all(|said| line.contains(said)), "{line}");
        }
        assert!(!log.contains("guess\"") && !log.contains('\u{1b}'), "{log}");
    }
}

/// From the command line's invitation to the first session; and a database without its key ring is not served.
#[test]
fn the_first_administrator_is_invited_on_the_command_line() {
    for place in Place::each() {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let folder = tempfile::tempdir().unwrap();
        let ring = folder.path().join("ring").display().to_string();
        let invite = ["staff", "invite", "ada@example.com", "--name", "Ada", "--role", "administrator", "--key-file", &ring];
        let link = place.run(&invite).ends(0).out;
        let ticket = link.split("/welcome#").nth(1).unwrap_or_else(|| panic!("{link}")).trim().to_owned();
        assert!(place.run(&invite).ends(3).err.contains("field `email`"));
        let server = Server::of(&place, &["serve", "--key-file", &ring]);
        let chosen = format!("{{\"ticket\":\"{ticket}\",\"password\":\"correct heron bicycle\"}}");
        let entered = server.post("/v1/sign-in/choose-password", &chosen);
        let cookie = entered.split("__Host-hansa=").nth(1).unwrap_or_else(|| panic!("{entered}")).split(';').next().unwrap();
        let staff = server.get_with("/v1/staff", &format!("Cookie: __Host-hansa={cookie}\r\n"));
        assert!(staff.contains("ada@example.com") && staff.contains("\"state\":\"active\""), "{staff}");
        assert_eq!(server.interrupted(), Some(0));
        let list = ["staff", "list", "--key-file", &ring];
        assert!(place.run(&list).ends(0).out.contains("ada@example.com"));
        assert_eq!(place.json(&["ring", "rotate", "--key-file", &ring])["key"], 2);
        assert!(place.run(&list).ends(0).out.contains("ada@example.com"), "everything is sealed under the new key");
        for ring in [format!("{ring}-other"), STANDARD.to_owned()] {
            let refused = place.run(&["serve", "--listen", "127.0.0.1:0", "--key-file", &ring]).ends(1);
            assert!(refused.err.contains("key ring"), "{}", refused.err);
        }
    }
}
