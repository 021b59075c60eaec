//! What operators watch: readiness and measurements in Prometheus' format.

use std::sync::OnceLock;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use super::Site;

/// The operation that a request called, for counting.
#[derive(Clone, Debug)]
pub struct Operation(pub String);

const REQUESTS: &str = "hansa_http_requests_total";
const SECONDS: &str = "hansa_http_request_seconds";
/// Upper ends of the buckets of the duration, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The recorder of this process; `None` when another library had installed one first.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BUCKETS).ok()?;
            builder.install_recorder().inspect_err(|error| tracing::error!(%error, "nothing is measured")).ok()
        })
        .as_ref()
}

/// Counts one answer.
pub(super) fn count(operation: Option<&Operation>, status: StatusCode, took: Duration) {
    if recorder().is_none() {
        return;
    }
    // Whatever is no operation is one word, so that strangers cannot make names.
    let operation = operation.map_or_else(|| "none".to_owned(), |operation| operation.0.clone());
    metrics::counter!(REQUESTS, "operation" => operation.clone(), "status" => status.as_str().to_owned()).increment(1);
    metrics::histogram!(SECONDS, "operation" => operation).record(took.as_secs_f64());
}

/// Everything measured so far.
pub(super) async fn metrics() -> Response {
    match recorder() {
        Some(recorder) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], recorder.render()).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Whether the database answers. Why it does not is for the log: anybody may ask.
pub(super) async fn ready(State(site): State<Site>) -> Response {
    let read = site.app.db.read();
    match read.query_one_raw(Statement::from_string(read.get_database_backend(), "SELECT 1")).await {
        Ok(_) => Json(json!({ "status": "ready" })).into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "failing" }))).into_response()
        }
    }
}
