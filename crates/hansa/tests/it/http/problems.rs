use std::num::NonZeroU32;

use hansa::access::Role;
use hansa::http::Rates;
use hansa::schema::HISTORY;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Site, each, sent};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_told_by_its_place() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        let raw =
            |kind: &'static str, body: Vec<u8>| sent(site.ask(Method::POST, "/v1/members", key).header("content-type", kind).body(body));
        let json = "application/json";
        let unknown = raw(json, br#"{"name":"a","colour":"red"}"#.to_vec()).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        assert!(unknown.body["detail"].as_str().unwrap().contains("colour"), "{:#}", unknown.body);
        let typed =
            raw(json, br#"{"name":"a","employees":"many"}"#.to_vec()).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        assert_eq!(typed.body["field"], "employees");
        let absurd =
            raw(json, br#"{"name":"a","employees":1e400}"#.to_vec()).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        assert_eq!(absurd.body["field"], "employees");
        raw(json, b"{\"name\":\"\xff\"}".to_vec()).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        raw(json, br#"{"name":"a"} {"name":"b"}"#.to_vec()).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        raw("text/plain", b"{}".to_vec()).await.refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type");
        raw(json, vec![b' '; (1 << 20) + 1]).await.refused(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        raw(json, deep.into_bytes()).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        site.get("/v1/nothing", key).await.refused(StatusCode::NOT_FOUND, "not-found");
        sent(site.ask(Method::DELETE, "/v1/members", key)).await.refused(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM member").await, 0);
    })
    .await;
}

/// What the description of the interface says of lengths and shapes is so: found by requests made out of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_description_rules_out_is_refused() {
    each(async |site| {
        site.town.member("acme").await;
        let key = &site.key(Role::Administrator, None).await;
        let contact = json!({ "id": "c-1", "name": "李伟" });
        site.post("/v1/members/acme/contacts", key, contact).await.is(StatusCode::CREATED);
        let staff = json!({ "id": "li.wei", "name": "李伟", "email": "li.wei@example.com", "role": "analyst" });
        site.post("/v1/staff", key, staff).await.is(StatusCode::CREATED);
        let long = "x".repeat(255);
        for (path, body, field) in [
            ("/v1/members/acme/contacts/c-1/interactions", json!({ "channel": "phone", "topic": "" }), "topic"),
            ("/v1/members/acme/contacts/c-1/interactions", json!({ "channel": " " }), "channel"),
            ("/v1/duplicates", json!({ "name": "华东轴承", "country": "" }), "country"),
            ("/v1/staff", json!({ "id": "li.wei", "name": "", "email": "li.wei@example.com", "role": "analyst" }), "name"),
            ("/v1/sign-in/code", json!({ "email": "" }), "email"),
            ("/v1/sign-in/new-password", json!({ "email": format!("{long}@example.com") }), "email"),
            ("/v1/sign-in/password", json!({ "email": "li.wei@example.com", "password": long }), "password"),
            ("/v1/sign-in/second-factor", json!({ "ticket": long, "code": "123456" }), "ticket"),
            ("/v1/sign-in/code/answer", json!({ "ticket": "x", "code": long }), "code"),
        ] {
            let refused = site.post(path, key, body).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
            assert_eq!(refused.body["field"], field, "{path}");
        }
        // A list is not read by the places of fields that have none.
        let listed = site.post("/v1/members", key, json!(["m1", "one", null])).await;
        listed.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
        let spaced = site.ask(Method::POST, "/v1/members", key).header("idempotency-key", "a b").json(&json!({ "name": "a" }));
        assert_eq!(sent(spaced).await.refused(StatusCode::BAD_REQUEST, "invalid-query").body["field"], "Idempotency-Key");
        let about = format!("/v1/members/acme/timeline?about={}", "a".repeat(101));
        assert_eq!(site.get(&about, key).await.refused(StatusCode::BAD_REQUEST, "invalid-query").body["field"], "about");
        site.get("/v1/members?after=", key).await.is(StatusCode::OK);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_speak_the_callers_language_and_carry_the_requests_id() {
    each(async |site| {
        let titles = [("zh-CN", "请先登录"), ("zh-Hant", "請先登入"), ("en", "Sign in first"), ("fr", "Sign in first")];
        for (language, title) in titles {
            let request =
                site.ask(Method::GET, "/v1/members", "").header("accept-language", language).header("x-request-id", "my-request.1");
            let refused = sent(request).await.refused(StatusCode::UNAUTHORIZED, "unauthenticated");
            assert!(refused.body["title"].as_str().unwrap().starts_with(title), "{:#}", refused.body);
            assert_eq!((refused.header("x-request-id"), &refused.body["request"]), ("my-request.1", &json!("my-request.1")));
            assert_eq!(refused.header("www-authenticate"), "Bearer");
        }
        let own = sent(site.ask(Method::GET, "/v1/members", "").header("x-request-id", "no good")).await;
        assert!(own.header("x-request-id").starts_with("req_"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_calls_too_often_is_told_when_to_come_back() {
    db::testing::each(HISTORY, async |db| {
        let rates = Rates { caller: NonZeroU32::new(2).unwrap(), stranger: NonZeroU32::MIN, ..Rates::default() };
        let site = Site::at_rates(db, rates).await;
        let key = &site.key(Role::Analyst, None).await;
        let first = site.get("/v1/members", key).await.is(StatusCode::OK);
        assert_eq!((first.header("ratelimit-limit"), first.header("ratelimit-remaining")), ("4", "3"));
        let mut last = first;
        for _ in 0..10 {
            last = site.get("/v1/members", key).await;
        }
        let late = last.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
        assert!(late.header("retry-after").parse::<u64>().unwrap() >= 1);
        // Strangers are held up by their address, and nobody who is known with them.
        let mut guessed = site.get("/v1/members", "hansa_1_guess").await;
        for _ in 0..12 {
            guessed = site.get("/v1/members", "hansa_1_guess").await;
        }
        guessed.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
        let known = &site.key(Role::Analyst, None).await;
        site.get("/v1/members", known).await.is(StatusCode::OK);
    })
    .await;
}

/// Whoever tries one account after the other is one address: the door has a limit of its own, which nobody who is known is held up by.
#[tokio::test(flavor = "multi_thread")]
async fn the_door_has_a_limit_for_each_address() {
    db::testing::each(HISTORY, async |db| {
        let generous = NonZeroU32::new(1_000).unwrap();
        let site = Site::at_rates(db, Rates { caller: generous, stranger: generous, ..Rates::default() }).await;
        let try_one = async |number: usize| {
            let answer = json!({ "ticket": format!("ticket-{number}"), "code": "123456" });
            site.post("/v1/sign-in/code/answer", "", answer).await
        };
        let first = try_one(0).await.refused(StatusCode::UNAUTHORIZED, "sign-in-refused");
        assert_eq!(first.header("ratelimit-limit"), "60");
        let mut refused = 1;
        // One more is allowed each second: more than these come into no minute.
        let late = loop {
            let answer = try_one(refused).await;
            if answer.status != StatusCode::UNAUTHORIZED {
                break answer.refused(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
            }
            refused += 1;
            assert!(refused < 200, "somebody holds it up");
        };
        assert!(refused >= 60, "an office can begin its day: {refused}");
        assert!(late.header("retry-after").parse::<u64>().unwrap() >= 1);
        site.post("/v1/sign-in/new-password", "", json!({ "email": "ada@example.com" }))
            .await
            .refused(StatusCode::TOO_MANY_REQUESTS, "too-many-requests");
        let rows = site.town.number("SELECT COUNT(*) FROM audit WHERE action = 'refuse_sign_in'").await;
        assert_eq!(usize::try_from(rows).unwrap(), refused, "what was held up is written nowhere");
        site.get("/v1/sign-in/providers", "").await.is(StatusCode::OK);
        let key = &site.key(Role::Analyst, None).await;
        site.get("/v1/members", key).await.is(StatusCode::OK);
    })
    .await;
}

/// Our own clients follow nobody to another place.
#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_an_answer() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answering = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut asked = [0; 1024];
        assert!(connection.read(&mut asked).await.unwrap() > 0);
        let head = format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{address}/elsewhere\r\ncontent-length: 0\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
    });
    let client = hansa::http::outgoing::client().build().unwrap();
    let answer = client.get(format!("http://{address}/")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.url().path()), (307, "/"));
    answering.await.unwrap();
}

/// Whoever asks whether it goes well is told whether, not why; what is damaged is told without what the database says.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_inside_is_told() {
    each(async |site| {
        let key = &site.key(Role::MembershipOperator, None).await;
        site.town.member("acme").await;
        site.order("o-1", "acme", 10_000, key).await.is(StatusCode::OK);
        let damage = match site.town.app.db.dialect() {
            db::Dialect::Sqlite => "UPDATE member_state SET state = x'ffffffff'",
            db::Dialect::Postgres => "UPDATE member_state SET state = '\\xffffffff'",
        };
        site.town.run(damage).await;
        let gift = json!({ "unit": "points", "amount": 500, "reason": "gift" });
        let told = site.post("/v1/members/acme/adjustments", key, gift).await.refused(StatusCode::INTERNAL_SERVER_ERROR, "damaged");
        assert!(told.body.get("detail").is_none(), "{:#}", told.body);
        site.town.app.db.close().await.unwrap();
        let told = site.get("/readyz", "").await.is(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(told.body, json!({ "status": "failing" }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_how_it_goes() {
    each(async |site| {
        site.get("/healthz", "").await.is(StatusCode::OK);
        assert_eq!(site.get("/readyz", "").await.is(StatusCode::OK).body["status"], "ready");
        let key = &site.key(Role::Analyst, None).await;
        site.get("/v1/members", key).await.is(StatusCode::OK);
        let measured = site.get("/metrics", "").await.is(StatusCode::OK).body.as_str().unwrap().to_owned();
        assert!(measured.contains("hansa_http_requests_total{operation=\"list_members\",status=\"200\"}"), "{measured}");
        assert!(site.get("/docs/", "").await.is(StatusCode::OK).body.as_str().unwrap().contains("swagger"));
    })
    .await;
}

/// What was accepted before the end is answered: a request whose head has arrived, and whose body comes only after the server was told to stop.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_finishes_what_it_accepted() {
    each(async |site| {
        let key = site.key(Role::MembershipOperator, None).await;
        let (town, address) = (site.town.clone(), site.address);
        let body = r#"{"id":"late","name":"Late"}"#;
        let head = format!(
            "POST /v1/members HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nexpect: 100-continue\r\n\r\n",
            body.len()
        );
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(head.as_bytes()).await.unwrap();
        // The handler asks for the body: the request is in its hands.
        let mut said = [0; 25];
        connection.read_exact(&mut said).await.unwrap();
        assert_eq!(&said[..], b"HTTP/1.1 100 Continue\r\n\r\n");
        let stopping = tokio::spawn(site.stop());
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!stopping.is_finished(), "it waits for what it accepted");
        connection.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
        stopping.await.unwrap();
        assert_eq!(town.number("SELECT COUNT(*) FROM member").await, 1);
    })
    .await;
}
