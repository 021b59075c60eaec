//! `serve --files s3://…` against a real S3-compatible store, in a process of its own. It knows who may ask, and does not check signatures.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::serving::Server;
use super::{Place, STANDARD, command};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n";
const ADDRESS: &str = "s3://hansa-documents/company/a";

/// A store with a bucket.
struct Store {
    running: Child,
    folder: tempfile::TempDir,
    endpoint: String,
}

impl Store {
    /// `None` where there is no Node.js.
    fn start() -> Option<Store> {
        let program = crate::node::ready("s3", "server.js", "files in an S3-compatible store")?;
        let folder = tempfile::tempdir().unwrap();
        let mut node = Command::new("node");
        let mut running = node.arg("server.js").arg(folder.path()).current_dir(program).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        Some(Store { running, folder, endpoint: format!("http://127.0.0.1:{}", said["port"]) })
    }

    fn variables<'a>(&'a self, key: &'a str) -> [(&'static str, &'a str); 4] {
        [
            ("AWS_ENDPOINT_URL_S3", &self.endpoint),
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", "S3RVER"),
            ("AWS_REGION", "eu-central-1"),
        ]
    }

    /// What is in the bucket, by name: the files of the store for each.
    fn objects(&self) -> Vec<PathBuf> {
        let mut found = below(&self.folder.path().join("hansa-documents"));
        found.retain(|path| path.to_str().unwrap().ends_with("_object"));
        found
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

/// One request; status and body.
fn asked(server: &Server, key: &str, method: &str, path: &str, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = hansa::http::outgoing::client().build().unwrap();
        let request = client.request(method.parse().unwrap(), format!("http://{}{path}", server.address)).bearer_auth(key);
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        (answer.status(), answer.bytes().await.unwrap().to_vec())
    })
}

fn json_of(answer: &(StatusCode, Vec<u8>), status: u16) -> Value {
    assert_eq!(answer.0, status, "{}", String::from_utf8_lossy(&answer.1));
    serde_json::from_slice(&answer.1).unwrap()
}

#[test]
fn documents_are_kept_in_a_bucket() {
    let Some(mut store) = Store::start() else { return };
    let place = Place::sqlite();
    place.run(&["program", "apply", STANDARD]).ends(0);
    let key = place.json(&["key", "create", "load", "--role", "administrator"])["secret"].as_str().unwrap().to_owned();
    let serve = ["serve", "--files", ADDRESS];
    let server = Server::with(&place, &serve, &store.variables("S3RVER"));
    let member = json!({ "id": "acme", "name": "Acme" }).to_string().into_bytes();
    json_of(&asked(&server, &key, "POST", "/v1/members", member), 201);
    let upload = |server: &Server, name: &str, content: &[u8]| {
        let sent = asked(server, &key, "POST", &format!("/v1/members/acme/files?name={name}"), content.to_vec());
        let id = json_of(&sent, 201)["id"].as_str().unwrap().to_owned();
        format!("/v1/members/acme/files/{id}")
    };
    let (one, copy) = (upload(&server, "one.pdf", PDF), upload(&server, "copy.pdf", PDF));
    // Once for both, where it should be, and nowhere else.
    let objects = store.objects();
    assert_eq!(objects.len(), 1, "{objects:?}");
    let place_of = objects[0].strip_prefix(store.folder.path()).unwrap().to_str().unwrap();
    assert!(place_of.starts_with("hansa-documents/company/a/"), "{place_of}");
    let here = |place: &Place| below(&place.data().join("files"));
    assert!(here(&place).is_empty(), "nothing stays on this machine: {:?}", here(&place));
    assert_eq!(asked(&server, &key, "GET", &one, vec![]), (StatusCode::OK, PDF.to_vec()));
    // 16 MiB, in as many chunks as it takes.
    let large = [PDF, &vec![7; (16 << 20) - PDF.len()][..]].concat();
    let whole = upload(&server, "large.pdf", &large);
    assert!(asked(&server, &key, "GET", &whole, vec![]).1 == large);
    json_of(&asked(&server, &key, "DELETE", &whole, vec![]), 200);

    json_of(&asked(&server, &key, "DELETE", &one, vec![]), 200);
    assert_eq!(asked(&server, &key, "GET", &copy, vec![]).1, PDF, "another file has the same content");
    json_of(&asked(&server, &key, "DELETE", &copy, vec![]), 200);
    assert_eq!(store.objects(), Vec::<PathBuf>::new(), "a content goes with its last file");

    // What is gone from the store is told; so is a store that is gone.
    let lost = upload(&server, "lost.pdf", b"%PDF-1.7 lost");
    std::fs::remove_file(&store.objects()[0]).unwrap();
    assert_eq!(json_of(&asked(&server, &key, "GET", &lost, vec![]), 500)["code"], "damaged");
    let left = upload(&server, "left.pdf", b"%PDF-1.7 left");
    store.running.kill().unwrap();
    store.running.wait().unwrap();
    let failed = asked(&server, &key, "POST", "/v1/members/acme/files?name=no.pdf", PDF.to_vec());
    assert_eq!(json_of(&failed, 500)["code"], "internal");
    let failed = asked(&server, &key, "GET", &left, vec![]);
    assert_eq!(json_of(&failed, 500)["code"], "internal");
    assert_eq!(server.interrupted(), Some(0));
    let refused = command(&place.args(&serve)).envs(store.variables("S3RVER")).output().unwrap();
    let why = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(1) && why.contains(&format!("the store of files {ADDRESS}: ")), "{why}");
}

/// What a process left that was killed between content and row goes when it is old; what is not ours stays.
#[test]
fn what_no_row_knows_is_swept_from_the_bucket() {
    let Some(store) = Store::start() else { return };
    let place = Place::sqlite();
    place.run(&["program", "apply", STANDARD]).ends(0);
    let key = place.json(&["key", "create", "load", "--role", "administrator"])["secret"].as_str().unwrap().to_owned();
    let serve = ["serve", "--files", ADDRESS];
    let server = Server::with(&place, &serve, &store.variables("S3RVER"));
    let member = json!({ "id": "acme", "name": "Acme" }).to_string().into_bytes();
    json_of(&asked(&server, &key, "POST", "/v1/members", member), 201);
    for content in ["%PDF-1.7 known", "%PDF-1.7 forgotten"] {
        json_of(&asked(&server, &key, "POST", "/v1/members/acme/files?name=a.pdf", content.into()), 201);
    }
    assert_eq!(server.interrupted(), Some(0));
    let objects = store.objects();
    for object in &objects {
        // Somebody else's, beside ours.
        let name = object.file_name().unwrap().to_str().unwrap();
        let (hash, _) = name.split_at(64);
        for part in ["_object", "_metadata.json", "_object.md5"] {
            let from = object.with_file_name(format!("{hash}._S3rver{part}"));
            if from.exists() {
                std::fs::copy(&from, from.with_file_name(format!("{hash}.txt._S3rver{part}"))).unwrap();
            }
        }
    }
    for object in store.objects() {
        assert!(Command::new("touch").args(["-d", "2026-01-01"]).arg(object).status().unwrap().success());
    }
    let kept: String = place.inside(async |town| {
        town.run("DELETE FROM file WHERE sha256 = (SELECT MAX(sha256) FROM file)").await;
        let left = Statement::from_string(town.app.db.read().get_database_backend(), "SELECT sha256 FROM file");
        town.app.db.read().query_one_raw(left).await.unwrap().unwrap().try_get("", "sha256").unwrap()
    });
    let server = Server::with(&place, &serve, &store.variables("S3RVER"));
    let names: Vec<String> = store.objects().iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names.iter().filter(|name| !name.contains(".txt.")).count(), 1, "{names:?}");
    assert!(names.iter().any(|name| name.starts_with(&kept)), "{names:?}");
    assert_eq!(names.iter().filter(|name| name.contains(".txt.")).count(), 2, "what is not ours stays: {names:?}");
    assert_eq!(server.interrupted(), Some(0));
}

/// Whoever answers in place of the store leads us nowhere with what we send.
#[test]
fn a_store_that_leads_elsewhere_is_not_followed() {
    let Some(store) = Store::start() else { return };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (here, there) = (format!("http://{}", listener.local_addr().unwrap()), store.endpoint.clone());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut line = String::new();
            BufReader::new(&connection).read_line(&mut line).unwrap();
            let path = line.split(' ').nth(1).unwrap_or("/");
            let head =
                format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {there}{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = connection.write_all(head.as_bytes());
        }
    });
    let place = Place::sqlite();
    place.run(&["program", "apply", STANDARD]).ends(0);
    let mut variables = store.variables("S3RVER");
    variables[0].1 = &here;
    let args = place.args(&["serve", "--listen", "127.0.0.1:0", "--files", ADDRESS]);
    let mut serving = command(&args).envs(variables).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let _ = serving.kill();
    let ended = serving.wait_with_output().unwrap();
    assert_eq!(said, "", "it serves with what somebody else answered");
    let why = String::from_utf8(ended.stderr).unwrap();
    assert!(why.contains(&format!("the store of files {ADDRESS}: ")), "{why}");
}

#[test]
fn a_store_that_cannot_be_used_is_named() {
    let Some(store) = Store::start() else { return };
    let place = Place::sqlite();
    place.run(&["program", "apply", STANDARD]).ends(0);
    let serve = |address: &str, key: &str| {
        let args = place.args(&["serve", "--listen", "127.0.0.1:0", "--files", address]);
        let ended = command(&args).envs(store.variables(key)).output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
    };
    for (address, key, code, why) in [
        (ADDRESS, "NOBODY", 1, "InvalidAccessKeyId"),
        ("s3://no-such-bucket", "S3RVER", 1, "NoSuchBucket"),
        ("s3:hansa-documents", "S3RVER", 3, "an address such as s3://bucket/prefix is expected"),
    ] {
        let (ended, said) = serve(address, key);
        assert!(ended == Some(code) && said.contains(why) && said.contains(address), "{address}: {ended:?} {said}");
    }
}
