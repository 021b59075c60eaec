//! `serve --otlp-endpoint`: spans reach a collector as protobuf over HTTP, belong to the caller's trace, and tell of nobody.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Told;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;
use serde_json::{Value, json};

use super::serving::Server;
use super::{Place, STANDARD};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";
const PATIENCE: Duration = Duration::from_secs(30);
/// Spans are sent as soon as they are there.
const SOON: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "100");

/// A collector, which is an endpoint of webhooks too.
#[derive(Clone, Default)]
struct Collector {
    spans: Arc<Mutex<Vec<Bytes>>>,
    webhooks: Arc<Mutex<Vec<HeaderMap>>>,
}

impl Collector {
    async fn open() -> (Collector, String) {
        let collector = Collector::default();
        let spans = async |State(collector): State<Collector>, headers: HeaderMap, body: Bytes| {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            collector.spans.lock().unwrap().push(body);
            ([("content-type", "application/x-protobuf")], Bytes::new())
        };
        let webhook = async |State(collector): State<Collector>, headers: HeaderMap| {
            collector.webhooks.lock().unwrap().push(headers);
            StatusCode::NO_CONTENT
        };
        let router = axum::Router::new().route("/v1/traces", axum::routing::post(spans)).route("/hook", axum::routing::post(webhook));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = router.with_state(collector.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, url)
    }

    fn messages(&self) -> Vec<ExportTraceServiceRequest> {
        self.spans.lock().unwrap().iter().map(|bytes| ExportTraceServiceRequest::decode(bytes.clone()).unwrap()).collect()
    }

    fn all(&self) -> Vec<Span> {
        let resources = self.messages().into_iter().flat_map(|message| message.resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }

    /// The first span that this holds for.
    async fn until(&self, holds: impl Fn(&Span) -> bool) -> Span {
        let found = async {
            loop {
                if let Some(span) = self.all().into_iter().find(|span| holds(span)) {
                    return span;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("{:#?}", self.all()))
    }
}

fn told(attributes: &[KeyValue], name: &str) -> Value {
    let value = attributes.iter().find(|attribute| attribute.key == name).and_then(|attribute| attribute.value.clone());
    match value {
        Some(AnyValue { value: Some(Told::StringValue(text)) }) => json!(text),
        Some(AnyValue { value: Some(Told::IntValue(number)) }) => json!(number),
        other => json!(other.map(|other| format!("{other:?}"))),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A place with a program; the secret of an administrator's key.
fn prepared() -> (Place, String) {
    let place = Place::sqlite();
    place.run(&["program", "apply", STANDARD]).ends(0);
    let key = place.json(&["key", "create", "load", "--role", "administrator"])["secret"].as_str().unwrap().to_owned();
    (place, key)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn spans_of_requests_and_webhooks_reach_a_collector_and_tell_of_nobody() {
    let (place, key) = tokio::task::spawn_blocking(prepared).await.unwrap();
    let (collector, url) = Collector::open().await;
    let server = Server::with(&place, &["serve", "--webhooks-inside", "--otlp-endpoint", &url], &[SOON]);
    let client = hansa::http::outgoing::client().user_agent("AdasOwnBrowser/1.0").build().unwrap();
    let post = |path: &str, id: &str, body: Value| {
        let asked = client.post(format!("http://{}{path}", server.address)).bearer_auth(&key).header("x-request-id", id);
        asked.header("traceparent", format!("00-{TRACE}-{PARENT}-01")).json(&body).send()
    };
    let hook = json!({ "name": "ERP", "url": format!("{url}/hook"), "kinds": ["fact.order.completed"] });
    assert_eq!(post("/v1/webhooks", "t-hook", hook).await.unwrap().status(), 201);
    let member = json!({ "id": "华东轴承", "name": "Ada Lovelace GmbH" });
    assert_eq!(post("/v1/members", "t-member", member).await.unwrap().status(), 201);
    let order = json!({ "id": "secret-order", "member": "华东轴承", "kind": "order.completed", "occurred_at": "2026-07-01T02:00:00Z",
        "body": { "order": "secret-order", "amount": 100, "currency": "CNY" } });
    assert_eq!(post("/v1/facts", "t-fact", json!({ "facts": [order] })).await.unwrap().status(), 200);
    let sign_in = json!({ "email": "ada.lovelace@example.com", "password": "correct heron bicycle" });
    assert_eq!(post("/v1/sign-in/password", "t-sign-in", sign_in).await.unwrap().status(), 401);
    let nowhere = format!("http://{}/v1/members/华东轴承/standing?note=ada.lovelace@example.com", server.address);
    let plain = client.get(nowhere).bearer_auth(&key).header("x-request-id", "t-standing").send().await.unwrap();
    assert!(plain.status().is_client_error() || plain.status().is_success());

    let of = |id: &'static str| move |span: &Span| told(&span.attributes, "hansa.request_id") == id;
    let made = collector.until(of("t-member")).await;
    assert_eq!((made.name.as_str(), made.kind()), ("POST /v1/members", SpanKind::Server));
    assert_eq!((hex(&made.trace_id), hex(&made.parent_span_id)), (TRACE.to_owned(), PARENT.to_owned()), "it belongs to the caller's trace");
    for (name, value) in [
        ("http.route", json!("/v1/members")),
        ("http.request.method", json!("POST")),
        ("http.response.status_code", json!(201)),
        ("hansa.operation", json!("create_member")),
    ] {
        assert_eq!(told(&made.attributes, name), value, "{name}: {made:#?}");
    }
    assert!(made.end_time_unix_nano > made.start_time_unix_nano);
    let refused = collector.until(of("t-sign-in")).await;
    assert_eq!(told(&refused.attributes, "http.response.status_code"), json!(401));
    let standing = collector.until(of("t-standing")).await;
    assert_eq!(told(&standing.attributes, "http.route"), json!("/v1/members/{member}/standing"));
    assert!(standing.parent_span_id.is_empty(), "without a caller's trace it begins one");

    let sent = collector.until(|span| span.name == "POST webhook").await;
    assert_eq!((sent.kind(), told(&sent.attributes, "http.response.status_code")), (SpanKind::Client, json!(204)));
    let carried = collector.webhooks.lock().unwrap()[0]["traceparent"].to_str().unwrap().to_owned();
    assert_eq!(carried, format!("00-{}-{}-01", hex(&sent.trace_id), hex(&sent.span_id)), "whoever gets it can belong to our trace");

    assert_eq!(tokio::task::spawn_blocking(|| server.interrupted()).await.unwrap(), Some(0));
    let message = collector.messages().remove(0);
    let about = &message.resource_spans[0].resource.as_ref().unwrap().attributes;
    assert_eq!(told(about, "service.name"), "hansa");
    assert_eq!(told(about, "service.version"), env!("CARGO_PKG_VERSION"));
    let everything = format!("{:?}", collector.messages());
    for personal in ["华东", "%E5", "Lovelace", "ada.", "AdasOwnBrowser", "127.0.0.1", "secret-order", "heron", &key] {
        assert!(!everything.contains(personal), "`{personal}` was told");
    }
}

/// The standard variables are followed, the last spans are sent at the end, and without a collector, or switched off, nothing is sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_standard_variables_say_whether_and_where_spans_go() {
    let (place, key) = tokio::task::spawn_blocking(prepared).await.unwrap();
    let (collector, url) = Collector::open().await;
    let to = ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str());
    let ask = async |variables: Vec<(&str, &str)>| {
        let server = Server::with(&place, &["serve"], &variables);
        let asked = hansa::http::outgoing::client().build().unwrap().get(format!("http://{}/v1/members", server.address));
        assert_eq!(asked.bearer_auth(&key).send().await.unwrap().status(), 200);
        assert_eq!(tokio::task::spawn_blocking(|| server.interrupted()).await.unwrap(), Some(0));
    };
    for off in [vec![], vec![to, ("OTEL_SDK_DISABLED", "true")], vec![to, ("OTEL_TRACES_EXPORTER", "none")]] {
        ask(off).await;
        assert_eq!(collector.all().len(), 0);
    }
    // Nothing is due for an hour: what comes was sent at the end.
    ask(vec![to, ("OTEL_BSP_SCHEDULE_DELAY", "3600000"), ("OTEL_SERVICE_NAME", "hansa-east")]).await;
    let span = collector.until(|span| told(&span.attributes, "http.route") == "/v1/members").await;
    assert_eq!(told(&span.attributes, "http.response.status_code"), json!(200));
    let named = collector.messages().remove(0).resource_spans.remove(0).resource.unwrap();
    assert_eq!(told(&named.attributes, "service.name"), "hansa-east");
}

/// A collector that is not there holds up nobody, and is named once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_collector_that_is_not_there_holds_up_nobody() {
    let (place, key) = tokio::task::spawn_blocking(prepared).await.unwrap();
    let nowhere = ["serve", "--listen", "127.0.0.1:0", "--otlp-endpoint", "http://127.0.0.1:9"];
    let log = std::fs::File::create(place.data().join("log")).unwrap();
    let server = Server::started(super::command(&place.args(&nowhere)).envs([SOON]).stderr(log));
    let client = hansa::http::outgoing::client().build().unwrap();
    for _ in 0..3 {
        let asked = client.get(format!("http://{}/v1/members", server.address)).bearer_auth(&key).send().await.unwrap();
        assert_eq!(asked.status(), 200);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(tokio::task::spawn_blocking(|| server.interrupted()).await.unwrap(), Some(0));
    let said = std::fs::read_to_string(place.data().join("log")).unwrap();
    assert_eq!(said.matches("spans do not reach the collector").count(), 1, "{said}");
}

#[test]
fn a_collector_that_cannot_be_spoken_to_is_refused() {
    let place = Place::sqlite();
    let wrong = place.run(&["serve", "--listen", "127.0.0.1:0", "--otlp-endpoint", "collector:4317"]).ends(3);
    assert!(wrong.err.contains("--otlp-endpoint: an address such as http://localhost:4318"), "{}", wrong.err);
    let args = place.args(&["serve", "--listen", "127.0.0.1:0", "--otlp-endpoint", "http://127.0.0.1:9"]);
    let grpc = super::command(&args).env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc").output().unwrap();
    let said = String::from_utf8(grpc.stderr).unwrap();
    assert!(grpc.status.code() == Some(3) && said.contains("`http/protobuf` is what is spoken, not `grpc`"), "{said}");
}
