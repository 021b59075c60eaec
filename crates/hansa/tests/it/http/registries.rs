//! Registers of companies, one in a file and one behind a real server.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode as Status};
use axum::routing::{get, post};
use axum::{Json, Router};
use hansa::access::Role;
use hansa::http::Rates;
use hansa::schema::HISTORY;
use hansa::verification::registry::{Elements, LookUpError, Registries};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::Site;

const CODE: &str = "91350100M000100Y43";

/// What a vendor was sent: headers and body.
type Heard = Arc<Mutex<Vec<(String, Value)>>>;

/// A vendor's service on a port of its own.
async fn vendor() -> (String, Heard) {
    let heard = Heard::default();
    let company = async |State(heard): State<Heard>, headers: HeaderMap, Path(number): Path<String>| {
        heard.lock().unwrap().push((headers["authorization"].to_str().unwrap().to_owned(), json!(number)));
        match number.as_str() {
            CODE => Ok(Json(
                json!({ "code": 200, "data": { "entName": "华东轴承有限公司", "entStatus": "存续", "capital": 500, "empty": "" } }),
            )),
            "a/b ?&" => Ok(Json(json!({ "code": 200, "data": { "entName": "odd" } }))),
            "large" => Ok(Json(json!({ "code": 200, "data": "x".repeat(300 << 10) }))),
            "broken" => Err(Status::INTERNAL_SERVER_ERROR),
            "moved" => Err(Status::FOUND),
            "gone" => Err(Status::NOT_FOUND),
            _ => Ok(Json(json!({ "code": 404, "data": { "entName": "never shown" } }))),
        }
    };
    let slow = async || {
        std::future::pending::<()>().await;
    };
    let elements = async |State(heard): State<Heard>, Json(body): Json<Value>| {
        let matches = body["phone"] == "13800000000";
        heard.lock().unwrap().push((String::new(), body));
        Json(json!({ "result": { "same": if matches { "1" } else { "2" }, "phone": matches } }))
    };
    let router = Router::new()
        .route("/company/{number}", get(company))
        .route("/slow/{number}", get(slow))
        .route("/text/{number}", get(async || "no JSON"))
        .route("/elements", post(elements))
        .with_state(heard.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, heard)
}

fn configured(folder: &std::path::Path, vendor: &str) -> Registries {
    let csv = "number,name,status,representative,phone\n91350100m000100y43,华东轴承有限公司,存续,王芳,13800000000\n440301103097413,Old Works,注销,,\n";
    std::fs::write(folder.join("companies.csv"), csv).unwrap();
    let toml = format!(
        r#"
[[registry]]
kind = "file"
name = "companies"
path = "companies.csv"

[[registry]]
kind = "http"
name = "vendor"
headers = {{ Authorization = "Bearer ${{VENDOR_KEY}}" }}
company = {{ url = "{vendor}/company/{{number}}", found = {{ at = "/code", equals = "200" }}, fields = {{ name = "/data/entName", status = "/data/entStatus", capital = "/data/capital", nothing = "/data/empty" }} }}

[registry.four_elements]
method = "POST"
url = "{vendor}/elements"
body = '{{"name":"{{name}}","number":"{{number}}","representative":"{{representative}}","phone":"{{phone}}"}}'
matches = {{ at = "/result/same", equals = "1" }}
each = {{ phone = {{ at = "/result/phone", equals = "true" }} }}

[[registry]]
kind = "http"
name = "slow"
timeout_seconds = 1
company = {{ url = "{vendor}/slow/{{number}}", fields = {{ name = "/name" }} }}

[[registry]]
kind = "http"
name = "text"
company = {{ url = "{vendor}/text/{{number}}", fields = {{ name = "/name" }} }}

[[registry]]
kind = "http"
name = "nowhere"
company = {{ url = "http://127.0.0.1:1/{{number}}", fields = {{ name = "/name" }} }}
"#
    );
    std::fs::write(folder.join("registries.toml"), toml).unwrap();
    Registries::read(&folder.join("registries.toml"), |name| (name == "VENDOR_KEY").then(|| "secret".to_owned())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_answers_in_its_own_words() {
    let folder = tempfile::tempdir().unwrap();
    let (address, heard) = vendor().await;
    let registries = configured(folder.path(), &address);
    assert_eq!(registries.names(), ["companies", "vendor", "slow", "text", "nowhere"]);
    let vendor = registries.named("vendor").unwrap();
    let fields = async |number: &str| vendor.company(number).await.map(|company| company.map(|company| company.fields));
    let pair = |field: &str, value: &str| (field.to_owned(), value.to_owned());
    let found = fields(CODE).await.unwrap().unwrap();
    assert_eq!(found, [pair("capital", "500"), pair("name", "华东轴承有限公司"), pair("status", "存续")]);
    assert_eq!(heard.lock().unwrap()[0], ("Bearer secret".to_owned(), json!(CODE)));
    assert_eq!(fields("a/b ?&").await.unwrap().unwrap(), [pair("name", "odd")], "what is asked is one segment of the path");
    assert_eq!(fields("other").await.unwrap(), None);
    assert_eq!(fields("gone").await.unwrap(), None);
    for (number, expected) in [("large", "more than"), ("broken", "status 500"), ("moved", "status 302")] {
        let error = fields(number).await.unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("secret"), "{error}");
    }
    for (name, expected) in [("slow", ""), ("text", "no JSON"), ("nowhere", "")] {
        let error = registries.named(name).unwrap().company("1").await.unwrap_err();
        assert!(matches!(&error, LookUpError::Failed { .. }) && error.to_string().contains(expected), "{error}");
    }
    let elements = |phone: &str| Elements {
        name: "a\"b\\".to_owned(),
        number: CODE.to_owned(),
        representative: "王芳".to_owned(),
        phone: phone.to_owned(),
    };
    assert!(vendor.four_elements(&elements("13800000000")).await.unwrap().matches);
    assert_eq!(heard.lock().unwrap().last().unwrap().1["name"], "a\"b\\", "what is asked stays in its string");
    let verdict = vendor.four_elements(&elements("1")).await.unwrap();
    assert_eq!((verdict.matches, verdict.differing), (false, vec!["phone".to_owned()]));
    let error = registries.named("text").unwrap().four_elements(&elements("1")).await.unwrap_err();
    assert!(matches!(error, LookUpError::NotOffered(_)));
}

#[test]
fn a_wrong_configuration_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    for (toml, expected) in [
        ("[[registry]]\nkind = \"file\"\nname = \"a\"", "missing field `path`"),
        ("[[registry]]\nkind = \"file\"\nname = \"a\"\npath = \"a.csv\"\ncolour = 1", "unknown field"),
        ("[[registry]]\nkind = \"ftp\"\nname = \"a\"", "unknown variant"),
        (
            "[[registry]]\nkind = \"file\"\nname = \"a\"\npath = \"a\"\n[[registry]]\nkind = \"file\"\nname = \"a\"\npath = \"a\"",
            "two are called `a`",
        ),
        ("[[registry]]\nkind = \"http\"\nname = \"a\"\nheaders = { Authorization = \"Bearer ${NO}\" }", "no variable `NO`"),
        ("[[registry]]\nkind = \"http\"\nname = \"a\"\ncompany = { url = \"file:///etc/passwd\", fields = {} }", "http or https"),
    ] {
        let file = folder.path().join("registries.toml");
        std::fs::write(&file, toml).unwrap();
        let error = Registries::read(&file, |_| None).err().expect("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// What a register says becomes evidence with its source and time; whom one asks about is not kept.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_becomes_evidence() {
    db::testing::each(HISTORY, async |db| {
        let folder = tempfile::tempdir().unwrap();
        let (address, _) = vendor().await;
        let site = Site::asking(db, Rates::default(), configured(folder.path(), &address)).await;
        site.town.member("acme").await;
        let key = &site.key(Role::RiskOfficer, None).await;
        let operator = &site.key(Role::MembershipOperator, None).await;
        assert_eq!(site.get("/v1/registries", key).await.is(StatusCode::OK).body["items"][1], "vendor");
        let opened = site.post("/v1/members/acme/verifications", operator, json!({ "level": "basic" })).await.is(StatusCode::CREATED);
        let place = opened.header("location").to_owned();
        let look_up = async |registry: &str, number: &str| {
            site.post(&format!("{place}/look-up"), key, json!({ "registry": registry, "number": number })).await
        };
        let evidence = |answer: &super::Answer| -> Vec<String> {
            let one = |item: &Value| {
                let text = |name: &str| item[name].as_str().unwrap().to_owned();
                format!("{}={} {}", text("field"), text("value"), text("source"))
            };
            answer.body["evidence"].as_array().unwrap().iter().map(one).collect()
        };
        let known = look_up("companies", "9135 0100 M000 100Y43").await.is(StatusCode::CREATED);
        assert_eq!(
            evidence(&known),
            ["number=91350100m000100y43 registry:companies", "name=华东轴承有限公司 registry:companies", "status=存续 registry:companies"]
        );
        assert_eq!(known.body["evidence"][0]["observed_at"], "2026-07-01T04:00:00Z");
        let unknown = look_up("vendor", "1").await.is(StatusCode::CREATED);
        assert_eq!(evidence(&unknown)[3], "number=unknown to the register registry:vendor");
        look_up("vendor", "broken").await.refused(StatusCode::BAD_GATEWAY, "look-up-failed");
        look_up("gsxt", "1").await.refused(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        for (registry, phone, expected) in [
            ("companies", "138-0000-0000", "four-elements=match registry:companies"),
            ("vendor", "13900000000", "four-elements=no match: phone registry:vendor"),
        ] {
            let asked = json!({ "registry": registry, "name": "華东轴承有限公司".replace('華', "华"), "number": CODE, "representative": "王芳", "phone": phone });
            let answer = site.post(&format!("{place}/four-elements"), key, asked).await.is(StatusCode::CREATED);
            assert_eq!(evidence(&answer).last().unwrap(), expected);
        }
        for table in ["verification_evidence WHERE value", "verification_step WHERE note", "audit WHERE after"] {
            assert_eq!(site.town.number(&format!("SELECT COUNT(*) FROM {table} LIKE '%王芳%'")).await, 0, "{table}");
        }
        let owner = &site.key(Role::Owner, Some("acme")).await;
        let asked = json!({ "registry": "companies", "number": CODE });
        site.post(&format!("{place}/look-up"), owner, asked).await.refused(StatusCode::FORBIDDEN, "forbidden");
    })
    .await;
}
