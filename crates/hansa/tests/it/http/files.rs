use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use hansa::access::Role;
use hansa::files::{FILE_MAX, sweep};
use ledger::Instant;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{Answer, Site, each, sent};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n";

async fn upload(site: &Site, member: &str, name: &str, key: &str, content: impl Into<reqwest::Body>) -> Answer {
    let path = format!("/v1/members/{member}/files?name={}", hansa::http::body::segment(name));
    let request = site.ask(Method::POST, &path, key);
    sent(request.header("content-type", "text/html").body(content)).await
}

/// How many files there are below a folder.
fn files_in(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.map(|entry| entry.unwrap().path()).map(|path| if path.is_dir() { files_in(&path) } else { 1 }).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_sent_listed_fetched_and_removed() {
    each(async |site| {
        site.town.members(&["acme".to_owned(), "rival".to_owned()]).await;
        let (owner, rival) = (&site.key(Role::Owner, Some("acme")).await, &site.key(Role::Owner, Some("rival")).await);
        let sent_in = upload(&site, "acme", "营业执照 \"1\".pdf", owner, PDF).await.is(StatusCode::CREATED);
        assert_eq!((&sent_in.body["type"], &sent_in.body["bytes"]), (&json!("application/pdf"), &json!(PDF.len())));
        let place = sent_in.header("location").to_owned();
        let fetched = site.ask(Method::GET, &place, owner).send().await.unwrap();
        let header = |name: &str| fetched.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && policy.ends_with("; sandbox"),
            "{policy}"
        );
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"____ _1_.pdf\"; filename*=UTF-8''%E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7%20%221%22.pdf"
        );
        assert_eq!(header("etag"), format!("\"{}\"", sent_in.body["sha256"].as_str().unwrap()));
        assert_eq!(fetched.bytes().await.unwrap(), PDF);
        // The same content again is another file and no second content.
        let again = upload(&site, "acme", "copy.pdf", owner, PDF).await.is(StatusCode::CREATED);
        assert_eq!(files_in(site.folder.path()), 1);
        let listed = site.get("/v1/members/acme/files?total=true&limit=1", owner).await.is(StatusCode::OK);
        assert_eq!((&listed.body["total"], &listed.body["items"][0]["id"]), (&json!(2), &sent_in.body["id"]));
        let next = site.get(&format!("/v1/members/acme/files?after={}", listed.body["next"].as_str().unwrap()), owner).await;
        assert_eq!(next.body["items"][0]["id"], again.body["id"]);
        // Of another enterprise there is nothing.
        for place in [&place, &place.replace("acme", "rival")] {
            site.get(place, rival).await.refused(StatusCode::NOT_FOUND, "not-found");
        }
        sent(site.ask(Method::DELETE, &place, owner)).await.is(StatusCode::OK);
        site.get(&place, owner).await.refused(StatusCode::NOT_FOUND, "not-found");
        site.get(again.header("location"), owner).await.is(StatusCode::OK);
        sent(site.ask(Method::DELETE, again.header("location"), owner)).await.is(StatusCode::OK);
        assert_eq!(files_in(site.folder.path()), 0);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM file WHERE removed_at IS NOT NULL").await, 2);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM audit WHERE subject LIKE 'file:%'").await, 4);
    })
    .await;
}

/// What it is the content says, never its name or its type; what is refused leaves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_recognised_and_small_enough_is_taken() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::MembershipOperator, None).await;
        for content in [&b"<!doctype html><script>alert(1)</script>"[..], b"MZ\x90\x00 program", b"PK\x03\x04 archive", b"\x89PNG"] {
            let refused = upload(&site, "acme", "a.pdf", key, content.to_vec()).await;
            refused.refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type");
        }
        upload(&site, "acme", "a.pdf", key, "").await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        let whole = usize::try_from(FILE_MAX).unwrap();
        let large = |length: usize| [PDF, &vec![0; length - PDF.len()]].concat();
        upload(&site, "acme", "a.pdf", key, large(whole + 1)).await.refused(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
        for name in ["", " ", "a/b", "a\\b", "a\nb", "gpj.\u{202e}fdp", &"x".repeat(201)] {
            let refused = upload(&site, "acme", name, key, PDF).await.refused(StatusCode::BAD_REQUEST, "invalid-query");
            assert_eq!(refused.body["field"], "name");
        }
        upload(&site, "nobody", "a.pdf", key, PDF).await.refused(StatusCode::NOT_FOUND, "not-found");
        assert_eq!(files_in(site.folder.path()), 0);
        assert_eq!(site.town.number("SELECT COUNT(*) FROM file").await, 0);
        let image = upload(&site, "acme", "a.pdf", key, &b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR rest"[..]).await.is(StatusCode::CREATED);
        assert_eq!((&image.body["type"], &image.body["name"]), (&json!("image/png"), &json!("a.pdf.png")));
        // What is saved is called what it is, also a document from before names were put right.
        let program = upload(&site, "acme", "setup.exe", key, PDF).await.is(StatusCode::CREATED);
        assert_eq!(program.body["name"], "setup.exe.pdf");
        site.town.run("UPDATE file SET name = 'setup.exe'").await;
        let saved = site.ask(Method::GET, program.header("location"), key).send().await.unwrap();
        assert_eq!(saved.headers()["content-disposition"], "attachment; filename=\"setup.exe.pdf\"; filename*=UTF-8''setup.exe.pdf");
        upload(&site, "acme", "b.pdf", key, large(whole)).await.is(StatusCode::CREATED);
    })
    .await;
}

/// Whoever stops in the middle leaves nothing, neither on disk nor in the database; what a killed process left is swept away.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_upload_leaves_nothing() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let address = site.origin().trim_start_matches("http://").to_owned();
        let (key_text, folder) = (key.clone(), site.folder.path().to_owned());
        tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            write!(stream, "POST /v1/members/acme/files?name=a.pdf HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key_text}\r\nContent-Length: 1000\r\n\r\n").unwrap();
            stream.write_all(PDF).unwrap();
            // It has begun to arrive before it stops.
            while files_in(&folder) == 0 {
                std::thread::yield_now();
            }
            drop(stream);
            while files_in(&folder) > 0 {
                std::thread::yield_now();
            }
        })
        .await
        .unwrap();
        assert_eq!(site.town.number("SELECT COUNT(*) FROM file").await, 0);
        upload(&site, "acme", "kept.pdf", key, PDF).await.is(StatusCode::CREATED);
        for (folder, name) in [("incoming", ".tmp1".to_owned()), ("ab", format!("ab{}", "0".repeat(62)))] {
            std::fs::create_dir_all(site.folder.path().join(folder)).unwrap();
            std::fs::write(site.folder.path().join(folder).join(name), "left").unwrap();
        }
        assert_eq!(files_in(site.folder.path()), 3);
        let written = std::fs::metadata(site.folder.path().join("incoming/.tmp1")).unwrap().modified().unwrap();
        let micros = |after: u64| {
            let at = written.duration_since(std::time::UNIX_EPOCH).unwrap() + Duration::from_secs(after);
            Instant(i64::try_from(at.as_micros()).unwrap())
        };
        assert_eq!(sweep(&site.town.app, micros(60)).await.unwrap(), 0, "they may still be on their way");
        assert_eq!(sweep(&site.town.app, micros(7_200)).await.unwrap(), 2);
        assert_eq!(files_in(site.folder.path()), 1);
    })
    .await;
}

/// After a restore without its folder the rows are there and say what is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_is_missing_is_told() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let sent_in = upload(&site, "acme", "a.pdf", key, PDF).await.is(StatusCode::CREATED);
        let sha256 = sent_in.body["sha256"].as_str().unwrap();
        std::fs::remove_file(site.folder.path().join(&sha256[..2]).join(sha256)).unwrap();
        let told = site.get(sent_in.header("location"), key).await.refused(StatusCode::INTERNAL_SERVER_ERROR, "damaged");
        assert!(told.body["detail"].as_str().unwrap().contains("copied back"));
        // Sent again, it is there for both.
        upload(&site, "acme", "b.pdf", key, PDF).await.is(StatusCode::CREATED);
        site.get(sent_in.header("location"), key).await.is(StatusCode::OK);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_with_a_key_is_done_once() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::MembershipOperator, None).await;
        let ask = async || {
            let request = site.ask(Method::POST, "/v1/members/acme/files?name=a.pdf", key);
            sent(request.header("idempotency-key", "one").body(PDF)).await.is(StatusCode::CREATED)
        };
        let (first, second) = (ask().await, ask().await);
        assert_eq!(first.body, second.body);
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM file").await, 1);
    })
    .await;
}
