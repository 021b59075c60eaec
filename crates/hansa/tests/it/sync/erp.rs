//! Another system: orders behind HTTP, given page by page in one of several ways.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What it holds, and what it was asked.
#[derive(Clone, Default)]
pub struct Erp {
    pub items: Arc<Mutex<Vec<Value>>>,
    /// The queries it was asked, in their order.
    pub asked: Arc<Mutex<Vec<String>>>,
    /// How it answers next, before it answers as asked.
    pub trouble: Arc<Mutex<Vec<StatusCode>>>,
    /// How long each answer takes, in milliseconds.
    pub slow: Arc<Mutex<u64>>,
}

/// Who may ask.
pub const AUTHORIZED: [&str; 2] = ["Bearer let me in", "Basic aGFuc2E6cGFzc3dvcmQ="];
pub const VARIABLES: [(&str, &str); 2] = [("TOKEN", "let me in"), ("LOGIN", "hansa:password")];
pub const PAGE: usize = 3;

impl Erp {
    pub async fn open() -> (Erp, String) {
        let erp = Erp::default();
        let ways = ["/cursor", "/offset", "/pages", "/link", "/elsewhere"];
        let router = ways.into_iter().fold(axum::Router::new(), |router, way| {
            let answer = move |State(erp): State<Erp>, headers: HeaderMap, RawQuery(query): RawQuery| async move {
                erp.answer(way, &headers, query).await
            };
            router.route(way, axum::routing::get(answer))
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = router.with_state(erp.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (erp, url)
    }

    /// An order that was last changed at an instant of 1 July 2026.
    pub fn order(&self, number: usize, changed: &str) {
        let order = json!({
            "no": format!("SO-{number}"), "customer": { "id": format!("C{}", number % 3), "name": "华东轴承" }, "done_at": "2026-06-01T08:00:00Z",
            "total": 1_000.25, "updated_at": format!("2026-07-01T{changed}Z")
        });
        self.items.lock().unwrap().push(order);
    }

    pub fn orders(&self, count: usize) {
        (1..=count).for_each(|number| self.order(number, &format!("{:02}:{:02}:00", number / 60, number % 60)));
    }

    pub fn queries(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    async fn answer(self, way: &'static str, headers: &HeaderMap, query: Option<String>) -> Response {
        let query = query.unwrap_or_default();
        self.asked.lock().unwrap().push(query.clone());
        let slow = *self.slow.lock().unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(slow)).await;
        if let Some(status) = self.trouble.lock().unwrap().pop() {
            return (status, [("retry-after", "0")], "not now").into_response();
        }
        if !headers.get("authorization").is_some_and(|value| AUTHORIZED.contains(&value.to_str().unwrap())) {
            return (StatusCode::UNAUTHORIZED, "who are you?").into_response();
        }
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let number = |name: &str| value(name).map_or(0, |value| value.parse::<usize>().unwrap());
        let size = value("size").map_or(PAGE, |size| size.parse().unwrap());
        let since = value("since").unwrap_or_default();
        let items: Vec<Value> =
            self.items.lock().unwrap().iter().filter(|item| item["updated_at"].as_str().unwrap() >= since.as_str()).cloned().collect();
        let start = match way {
            "/offset" => number("from"),
            "/pages" => (number("page") - 1) * size,
            _ => value("at").map_or(0, |at| at.trim_start_matches("page-").parse().unwrap()),
        };
        let page: Vec<Value> = items.iter().skip(start).take(size).cloned().collect();
        let more = start + size < items.len();
        match way {
            "/cursor" => Json(json!({ "data": { "list": page }, "next": more.then(|| format!("page-{}", start + size)) })).into_response(),
            "/link" | "/elsewhere" => {
                let mut response = Json(page).into_response();
                if more {
                    let host = if way == "/link" { "" } else { "http://127.0.0.2:9" };
                    let link = format!("<{host}{way}?at={}&since={since}>; rel=\"next\"", start + size);
                    response.headers_mut().insert("link", HeaderValue::from_str(&link).unwrap());
                }
                response
            }
            _ => Json(json!({ "rows": page })).into_response(),
        }
    }
}
