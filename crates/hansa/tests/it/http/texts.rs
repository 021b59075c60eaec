//! People who are known by a phone number, and the gateway that sends them short messages: a real server that is told of by a file.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use db::testing;
use hansa::access::Role;
use hansa::mail::Texts;
use hansa::schema::HISTORY;
use hansa::verification::registry::Registries;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::Site;
use super::browser::{Browser, PASSWORD};

const PHONE: &str = "+8613800138000";

/// A vendor's gateway on a port of its own, and what it was sent. Numbers that end in 9 are refused in its answer, those in 8 by its status.
#[derive(Clone, Default)]
struct Gateway(Arc<Mutex<Vec<Value>>>);

impl Gateway {
    async fn open() -> (Gateway, Texts) {
        let gateway = Gateway::default();
        let take = async |State(gateway): State<Gateway>, headers: HeaderMap, Json(mut message): Json<Value>| {
            let number = message["to"].as_str().unwrap_or_default().to_owned();
            message["key"] = json!(headers["x-key"].to_str().unwrap());
            gateway.0.lock().unwrap().push(message);
            let status = if number.ends_with('8') { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
            (status, Json(json!({ "result": { "code": if number.ends_with('9') { 12 } else { 0 } } })))
        };
        let router = Router::new().route("/send", post(take)).with_state(gateway.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let file = tempfile::NamedTempFile::new().unwrap();
        let toml = format!(
            r#"
name = "gateway"
method = "POST"
url = "http://{address}/send"
headers = {{ X-Key = "${{SMS_KEY}}" }}
body = '{{"to":"{{phone}}","text":"{{text}}","template":"{{kind}}","code":"{{code}}","language":"{{language}}"}}'
accepted = {{ at = "/result/code", equals = "0" }}
"#
        );
        std::fs::write(file.path(), toml).unwrap();
        let texts = Texts::read(file.path(), |variable| (variable == "SMS_KEY").then(|| "secret".to_owned())).unwrap();
        (gateway, texts)
    }

    /// The messages that came, once there are so many.
    async fn messages(&self, count: usize) -> Vec<Value> {
        loop {
            let heard = self.0.lock().unwrap().clone();
            if heard.len() >= count {
                return heard;
            }
            tokio::task::yield_now().await;
        }
    }

    /// The code in the latest of so many.
    async fn code(&self, count: usize) -> String {
        self.messages(count).await.last().unwrap()["code"].as_str().unwrap().to_owned()
    }
}

/// On both databases, with a gateway.
async fn each(test: impl AsyncFn(Site, Gateway)) {
    testing::each(HISTORY, async |db| {
        let (gateway, texts) = Gateway::open().await;
        let site = Site::set(db, Registries::default(), |settings| settings.texts = Some(texts)).await;
        test(site, gateway).await;
    })
    .await;
}

fn form(phone: &str) -> Value {
    json!({ "company": "华东轴承有限公司", "country": "CN", "name": "李伟", "phone": phone, "language": "zh-CN" })
}

fn confirm(ticket: &Value, code: &str) -> Value {
    json!({ "ticket": ticket, "code": code, "password": PASSWORD })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enterprise_signs_up_and_in_by_phone() {
    each(async |site, gateway| {
        let browser = Browser::new(&site);
        assert_eq!(browser.get("/v1/sign-up").await.is(StatusCode::OK).body, json!({ "open": true, "by": ["email", "phone"] }));
        let begun = browser.post("/v1/sign-up", form(PHONE)).await.is(StatusCode::ACCEPTED).body;
        assert_eq!(begun["minutes"], 10);
        let (ticket, message) = (&begun["ticket"], gateway.messages(1).await.remove(0));
        let code = message["code"].as_str().unwrap();
        assert_eq!((&message["to"], &message["template"], &message["key"]), (&json!(PHONE), &json!("sign-up-code"), &json!("secret")));
        let text = message["text"].as_str().unwrap();
        assert!(text.contains(code) && text.contains("华东轴承有限公司") && text.contains("10 分钟"), "{text}");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM sign_up WHERE sealed LIKE '%13800138000%'").await, 0);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for body in [confirm(ticket, wrong), json!({ "ticket": ticket, "password": PASSWORD })] {
            let refused = browser.post("/v1/sign-up/confirm", body).await;
            assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "code");
        }
        let signed = browser.post("/v1/sign-up/confirm", confirm(ticket, code)).await.is(StatusCode::OK);
        let person = &signed.body["person"];
        assert_eq!((&person["phone"], &person["email"], &person["role"]), (&json!(PHONE), &Value::Null, &json!("owner")));
        browser.post("/v1/sign-up/confirm", confirm(ticket, code)).await.refused(StatusCode::GONE, "link-ended");
        // Afterwards the number does what an e-mail address does: with a password, with a code, for a new password.
        let by_password = json!({ "phone": PHONE, "password": PASSWORD });
        Browser::new(&site).post("/v1/sign-in/password", by_password).await.is(StatusCode::OK);
        let other = Browser::new(&site);
        let asked = other.post("/v1/sign-in/code", json!({ "phone": PHONE })).await.is(StatusCode::ACCEPTED).body;
        let answer = json!({ "ticket": asked["ticket"], "code": gateway.code(2).await });
        other.post("/v1/sign-in/code/answer", answer).await.is(StatusCode::OK);
        Browser::new(&site).post("/v1/sign-in/new-password", json!({ "phone": PHONE })).await.is(StatusCode::ACCEPTED);
        let link = gateway.messages(3).await.remove(2)["text"].as_str().unwrap().to_owned();
        assert!(link.contains("https://hansa.example/new-password#"), "{link}");
        // Colleagues are invited by theirs.
        let member = person["member"].as_str().unwrap();
        let colleague = json!({ "name": "王芳", "phone": "+8613900139000", "role": "buyer", "language": "en" });
        let invited = browser.post(&format!("/v1/members/{member}/people"), colleague.clone()).await.is(StatusCode::CREATED).body;
        assert_eq!((&invited["phone"], &invited["state"]), (&json!("+8613900139000"), &json!("invited")));
        assert!(gateway.messages(4).await[3]["text"].as_str().unwrap().contains("https://hansa.example/welcome#"));
        let taken = browser.post(&format!("/v1/members/{member}/people"), colleague).await;
        assert_eq!(taken.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "phone");
        let admin = &site.key(Role::Administrator, None).await;
        let letters = site.get("/v1/mail", admin).await.is(StatusCode::OK).body;
        assert!(letters["items"].as_array().unwrap().iter().all(|letter| letter["channel"] == "sms"), "{letters:#}");
        site.town.sound().await;
        site.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_bears_five_tries_and_ends_in_time() {
    each(async |site, gateway| {
        let browser = Browser::new(&site);
        let begun = browser.post("/v1/sign-up", form(PHONE)).await.is(StatusCode::ACCEPTED).body;
        let code = gateway.code(1).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            browser.post("/v1/sign-up/confirm", confirm(&begun["ticket"], wrong)).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        }
        browser.post("/v1/sign-up/confirm", confirm(&begun["ticket"], &code)).await.refused(StatusCode::GONE, "link-ended");
        let begun = browser.post("/v1/sign-up", form(PHONE)).await.is(StatusCode::ACCEPTED).body;
        let code = gateway.code(2).await;
        let now = site.town.app.now().0;
        assert_eq!(site.town.number("SELECT COUNT(*) FROM sign_up").await, 2);
        let ends = &format!("SELECT COUNT(*) FROM sign_up WHERE expires_at > {now} AND expires_at <= {}", now + 600_000_000);
        assert_eq!(site.town.number(ends).await, 2);
        site.town.run(&format!("UPDATE sign_up SET expires_at = {now}")).await;
        browser.post("/v1/sign-up/confirm", confirm(&begun["ticket"], &code)).await.refused(StatusCode::GONE, "link-ended");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM person").await, 0);
        site.stop().await;
    })
    .await;
}

/// Who has an account gets another message and the same answer, and no code is right.
#[tokio::test(flavor = "multi_thread")]
async fn known_numbers_are_told_to_those_concerned_alone() {
    each(async |site, gateway| {
        let browser = Browser::new(&site);
        let first = browser.post("/v1/sign-up", form(PHONE)).await.is(StatusCode::ACCEPTED).body;
        browser.post("/v1/sign-up/confirm", confirm(&first["ticket"], &gateway.code(1).await)).await.is(StatusCode::OK);
        let stranger = Browser::new(&site);
        let again = stranger.post("/v1/sign-up", form(PHONE)).await.is(StatusCode::ACCEPTED).body;
        assert_eq!(again.as_object().unwrap().keys().collect::<Vec<_>>(), first.as_object().unwrap().keys().collect::<Vec<_>>());
        let message = gateway.messages(2).await.remove(1);
        assert_eq!((&message["template"], &message["code"]), (&json!("known-already"), &json!("")));
        let refused = stranger.post("/v1/sign-up/confirm", confirm(&again["ticket"], "")).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "code");
        site.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_none_is_refused_with_what_would_be_right() {
    each(async |site, _| {
        let browser = Browser::new(&site);
        for phone in ["13800138000", "+86 13800138000", "+0123456789", "+86"] {
            for (path, body) in [("/v1/sign-up", form(phone)), ("/v1/sign-in/code", json!({ "phone": phone }))] {
                let refused = browser.post(path, body).await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
                assert_eq!(refused.body["field"], "phone");
                assert!(refused.body["detail"].as_str().unwrap().contains("+8613800138000"), "{}", refused.body);
            }
        }
        let mut both = form(PHONE);
        both["email"] = json!("li.wei@example.com");
        assert_eq!(browser.post("/v1/sign-up", both).await.is(StatusCode::UNPROCESSABLE_ENTITY).body["field"], "phone");
        let neither = json!({ "password": PASSWORD });
        assert_eq!(browser.post("/v1/sign-in/password", neither).await.is(StatusCode::UNPROCESSABLE_ENTITY).body["field"], "email");
        assert_eq!(site.town.number("SELECT COUNT(*) FROM mail").await, 0);
        site.stop().await;
    })
    .await;
    super::each(async |site| {
        let refused = Browser::new(&site).post("/v1/sign-up", form(PHONE)).await;
        assert_eq!(refused.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field").body["field"], "phone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_gateway_does_not_take_waits_and_says_why() {
    each(async |site, gateway| {
        let browser = Browser::new(&site);
        for (at, phone) in ["+8613800138009", "+8613800138008"].into_iter().enumerate() {
            browser.post("/v1/sign-up", form(phone)).await.is(StatusCode::ACCEPTED);
            gateway.messages(at + 1).await;
        }
        let admin = &site.key(Role::Administrator, None).await;
        let errors = async || {
            let letters = site.get("/v1/mail?state=waiting", admin).await.is(StatusCode::OK).body;
            let items = letters["items"].as_array().unwrap();
            items.iter().filter_map(|letter| letter["error"].as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        while errors().await.len() < 2 {
            tokio::task::yield_now().await;
        }
        let mut errors = errors().await;
        errors.sort();
        assert_eq!(errors, ["it answered with status 502", "its answer does not say `0` at `/result/code`"]);
        // What they say is not for others where messages are sent.
        let id = site.get("/v1/mail", admin).await.body["items"][0]["id"].as_str().unwrap().to_owned();
        site.get(&format!("/v1/mail/{id}"), admin).await.refused(StatusCode::CONFLICT, "refused");
        site.stop().await;
    })
    .await;
}

#[test]
fn a_file_that_is_not_right_says_where() {
    let read = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Texts::read(file.path(), |_| None).err().unwrap()
    };
    for (text, part) in [
        ("name = \"a\"", "url"),
        ("name = \"a\"\nurl = \"ftp://example.com\"", "http or https"),
        ("name = \"a\"\nurl = \"https://example.com\"\nheaders = { X-Key = \"${MISSING}\" }", "MISSING"),
        ("name = \"a\"\nurl = \"https://example.com\"\ncolour = 1", "colour"),
    ] {
        assert!(read(text).contains(part), "{text}: {}", read(text));
    }
}
