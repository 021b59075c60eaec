//! Traces for operators (OpenTelemetry): a span for each request, each webhook sent and each job, sent to a collector by OTLP where one is configured.
//!
//! Without a collector nobody takes the spans, and then none is made. A span tells the operation, the route as it is declared, the status and the
//! request's id: no path, no query, no address, no browser and nothing of a body, so that no person and no enterprise can be told from it.
//! Where a request comes with a `traceparent` (W3C Trace Context) its span belongs to that trace, and webhooks carry one on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Status, TraceContextExt, TracerProvider};
use opentelemetry_http::{HeaderExtractor, HeaderInjector, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::field::Empty;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

/// What spans are told apart by. They are of the lowest level, so that the log does not repeat them.
const SPANS: &str = "hansa::spans";
/// How long a message to the collector may take.
const TIME_MAX: Duration = Duration::from_secs(10);
/// How long is waited for the last spans when the process ends.
const END_MAX: Duration = Duration::from_secs(5);

/// Where spans go.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends spans to a collector: at `endpoint` with `/v1/traces`, or where the standard variables `OTEL_EXPORTER_OTLP_*` say. Sampling, the name of the
    /// service and what it is made of follow the standard variables too. What is sent goes through a runtime that outlives this.
    ///
    /// # Errors
    /// When the address is none.
    pub fn to(endpoint: Option<&str>, runtime: Handle) -> Result<Traces, String> {
        let client = crate::http::outgoing::client().timeout(TIME_MAX).build().map_err(|error| error.to_string())?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Carrier { client, runtime, failing: AtomicBool::new(false) })
            .with_protocol(Protocol::HttpBinary);
        let exporter = match endpoint {
            Some(endpoint) => exporter.with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/'))),
            None => exporter,
        };
        let exporter = exporter.build().map_err(|error| error.to_string())?;
        let about = || Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let named = about().build().get(&"service.name".into()).is_some_and(|name| !name.as_str().starts_with("unknown_service"));
        let resource = if named { about() } else { about().with_service_name("hansa") }.build();
        Ok(Traces(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
    }

    /// What takes the spans.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync>(&self) -> impl Layer<S> + use<S> {
        let layer = tracing_opentelemetry::layer().with_tracer(self.0.tracer("hansa"));
        let plain = layer.with_location(false).with_threads(false).with_tracked_inactivity(false).with_level(false).with_target(false);
        plain.with_filter(Targets::new().with_target(SPANS, tracing::Level::TRACE))
    }

    /// Sends what is left. To be called from outside of the runtime, while it is there.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(END_MAX) {
            tracing::warn!(%error, "the last spans did not reach the collector");
        }
    }
}

/// Carries messages to the collector with our own client, on our own runtime: the thread that gathers spans has none.
#[derive(Debug)]
struct Carrier {
    client: reqwest::Client,
    runtime: Handle,
    /// The last message did not arrive: said once, and once when they arrive again.
    failing: AtomicBool,
}

impl Carrier {
    fn tell(&self, failed: Option<&dyn std::fmt::Display>) {
        match (failed, self.failing.swap(failed.is_some(), Ordering::Relaxed)) {
            (Some(error), false) => tracing::warn!(%error, "spans do not reach the collector; they are dropped until they do"),
            (None, true) => tracing::warn!("spans reach the collector again"),
            _ => {}
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Carrier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request.try_into()?).await?;
            let mut told = Response::builder().status(answer.status());
            if let Some(headers) = told.headers_mut() {
                headers.clone_from(answer.headers());
            }
            Ok::<_, HttpError>(told.body(answer.bytes().await?)?)
        });
        let sent = sent.await.map_err(HttpError::from).flatten();
        match &sent {
            Ok(answer) if answer.status().is_success() => self.tell(None),
            Ok(answer) => self.tell(Some(&answer.status())),
            Err(error) => self.tell(Some(error)),
        }
        sent
    }
}

/// The span of a request that came; it belongs to the caller's trace where the headers name one.
pub fn request(method: &Method, headers: &HeaderMap, id: &str) -> Span {
    // Methods are words of the caller's: only known ones are told (OpenTelemetry's conventions for HTTP).
    let method = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS]
        .iter()
        .find(|known| *known == method)
        .map_or("_OTHER", Method::as_str);
    let span = tracing::trace_span!(
        target: SPANS, "request", otel.name = method, otel.kind = "server", http.request.method = method, http.route = Empty,
        http.response.status_code = Empty, error.type = Empty, hansa.operation = Empty, hansa.request_id = id
    );
    if !span.is_disabled() {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
        // There is a layer: the span is not disabled.
        let _ = span.set_parent(parent);
    }
    span
}

/// Tells the span of the request in hand which operation it called.
pub fn calls(method: &Method, route: &str, operation: Option<&str>) {
    let span = Span::current();
    if !span.is_disabled() {
        // It has begun: its first name is given by then.
        span.context().span().update_name(format!("{method} {route}"));
        span.record("http.route", route);
        if let Some(operation) = operation {
            span.record("hansa.operation", operation);
        }
    }
}

/// Tells the span of a request what was answered.
pub fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("error.type", status.as_str());
        failed(span);
    }
}

/// The span of a message to an endpoint.
pub fn webhook(id: &str, kind: &str) -> Span {
    tracing::trace_span!(
        target: SPANS, "webhook", otel.name = "POST webhook", otel.kind = "client", http.request.method = "POST",
        http.response.status_code = Empty, error.type = Empty, hansa.webhook = id, hansa.event = kind
    )
}

/// Tells the span of a message what came of it.
pub fn sent(span: &Span, status: Option<StatusCode>) {
    match status {
        Some(status) => span.record("http.response.status_code", i64::from(status.as_u16())),
        None => span.record("error.type", "no answer"),
    };
    if !status.is_some_and(|status| status.is_success()) {
        failed(span);
    }
}

/// The headers with which whoever is called next belongs to the trace of a span; none where there is no trace.
pub fn carried(span: &Span) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if !span.is_disabled() {
        TraceContextPropagator::new().inject_context(&span.context(), &mut HeaderInjector(&mut headers));
    }
    headers
}

/// The span of a job.
pub fn job(kind: &str, id: &str) -> Span {
    tracing::trace_span!(target: SPANS, "job", otel.name = format!("job {kind}"), hansa.job = id, hansa.job.kind = kind)
}

/// Tells a span that what it is about failed. Why is in the log: it may name people.
pub fn failed(span: &Span) {
    if !span.is_disabled() {
        span.set_status(Status::error(""));
    }
}
