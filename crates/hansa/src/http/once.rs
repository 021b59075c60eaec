//! A request that is sent twice is done once (draft-ietf-httpapi-idempotency-key-header).
//!
//! Whoever sends `Idempotency-Key` with a POST gets the first answer again for the same request, a refusal for another request under the same key,
//! and a refusal while the first is being handled. Keys are remembered for a day, for each caller.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use sha2::{Digest, Sha256};

use super::edge::RequestId;
use super::language::Language;
use super::problem::{Code, Problem};
use super::{Site, body};
use crate::access::Caller;

const HEADER: &str = "idempotency-key";
/// The longest key.
const KEY_MAX: usize = 255;
/// Bytes of a body that are read for comparing; larger ones are refused by every operation.
const BODY_MAX: usize = 16 << 20;
/// How long an answer is kept, in microseconds: a day.
const KEPT_US: i64 = 86_400_000_000;
/// How long a request may be handled before another attempt takes its place, in microseconds: a minute, twice the time-out.
const HANDLED_US: i64 = 60_000_000;

/// Marks an answer that must not be kept, because it shows a secret once.
#[derive(Clone, Copy, Debug)]
pub struct ShownOnce;

/// An answer as it is kept.
struct Kept {
    digest: String,
    begun_at: Instant,
    answer: Option<(StatusCode, String, Vec<u8>)>,
}

/// Does a POST with a key once.
pub async fn once(State(site): State<Site>, request: Request, next: Next) -> Response {
    let key = request.headers().get(HEADER).cloned();
    match key.filter(|_| request.method() == Method::POST) {
        Some(key) => by_key(&site, key, request, next).await.unwrap_or_else(IntoResponse::into_response),
        None => next.run(request).await,
    }
}

async fn by_key(site: &Site, key: HeaderValue, request: Request, next: Next) -> Result<Response, Problem> {
    let key = key.to_str().ok().filter(|key| (1..=KEY_MAX).contains(&key.len())).ok_or_else(|| Problem {
        field: Some("Idempotency-Key".to_owned()),
        ..Problem::new(Code::InvalidQuery).saying(format!("1 to {KEY_MAX} visible characters"))
    })?;
    let caller = request.extensions().get::<Caller>().map(Caller::name).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    let (parts, rest) = request.into_parts();
    let bytes = to_bytes(rest, BODY_MAX).await.map_err(|_| Problem::new(Code::TooLarge))?;
    let digest = digest(&parts.method, &parts.uri.to_string(), &bytes);
    let (language, id) = (parts.extensions.get::<Language>().copied().unwrap_or_default(), parts.extensions.get::<RequestId>().cloned());
    let now = site.app.now();
    let (caller, digest) = (&caller, &digest);
    let claimed = site.app.db.write(|tx| async move { claim(&tx, caller, key, digest, now).await }).await?;
    if let Some(kept) = claimed {
        return again(kept, digest);
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let response = told(response, language, id.as_ref());
    // A failure of ours is no answer: the next attempt is a first one.
    if response.status().is_server_error() {
        site.app.db.write(|tx| async move { forget(&tx, caller, key).await }).await?;
        return Ok(response);
    }
    let once = response.extensions().get::<ShownOnce>().is_some();
    let (head, rest) = response.into_parts();
    let bytes = to_bytes(rest, usize::MAX).await.map_err(|_| Problem::new(Code::Internal))?;
    let kept: &[u8] = if once { b"" } else { &bytes };
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let status = if once { StatusCode::CONFLICT } else { head.status };
    site.app.db.write(|tx| async move { keep(&tx, caller, key, status, kind, kept).await }).await?;
    Ok(Response::from_parts(head, Body::from(bytes)))
}

/// A problem is written now, so that it can be kept.
fn told(mut response: Response, language: Language, id: Option<&RequestId>) -> Response {
    match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem.written(language, id.map(|id| id.0.as_str())),
        None => response,
    }
}

fn again(kept: Kept, digest: &str) -> Result<Response, Problem> {
    if kept.digest != digest {
        return Err(Problem::new(Code::IdempotencyKeyReused));
    }
    match kept.answer {
        None => Err(Problem { retry_after: Some(1), ..Problem::new(Code::RequestInProgress) }),
        Some((StatusCode::CONFLICT, _, body)) if body.is_empty() => {
            Err(Problem::new(Code::Refused).saying("this was done already; its answer showed a secret, which is shown once"))
        }
        Some((status, kind, body)) => {
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = status;
            if let Ok(kind) = HeaderValue::from_str(&kind) {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
            Ok(response)
        }
    }
}

fn digest(method: &Method, uri: &str, bytes: &Bytes) -> String {
    let mut hasher = Sha256::new();
    hasher.update(method.as_str());
    hasher.update([0]);
    hasher.update(uri);
    hasher.update([0]);
    hasher.update(bytes);
    body::hex(&hasher.finalize())
}

/// Claims a key for a request that begins now; what is kept under it when it is claimed already.
async fn claim<C: ConnectionTrait>(conn: &C, caller: &str, key: &str, digest: &str, now: Instant) -> Result<Option<Kept>, DbErr> {
    let run = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    conn.execute_raw(run("DELETE FROM request WHERE begun_at < $1", vec![(now.0 - KEPT_US).into()])).await?;
    let insert = "INSERT INTO request (caller, key, digest, begun_at) VALUES ($1, $2, $3, $4) ON CONFLICT (caller, key) DO NOTHING";
    let values = vec![caller.into(), key.into(), digest.into(), now.0.into()];
    if conn.execute_raw(run(insert, values)).await?.rows_affected() > 0 {
        return Ok(None);
    }
    let select = "SELECT digest, begun_at, status, headers, body FROM request WHERE caller = $1 AND key = $2";
    let Some(row) = conn.query_one_raw(run(select, vec![caller.into(), key.into()])).await? else { return Ok(None) };
    let status: Option<i64> = row.try_get("", "status")?;
    let status = status.and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    let answer = match status {
        Some(status) => Some((status, row.try_get::<Option<String>>("", "headers")?.unwrap_or_default(), row.try_get("", "body")?)),
        None => None,
    };
    let kept = Kept { digest: row.try_get("", "digest")?, begun_at: Instant(row.try_get("", "begun_at")?), answer };
    if kept.answer.is_none() && kept.digest == digest && now.0 - kept.begun_at.0 > HANDLED_US {
        // Whoever handled it has gone; operations that were done are found done by their ids.
        conn.execute_raw(run(
            "UPDATE request SET begun_at = $3 WHERE caller = $1 AND key = $2",
            vec![caller.into(), key.into(), now.0.into()],
        ))
        .await?;
        return Ok(None);
    }
    Ok(Some(kept))
}

async fn keep<C: ConnectionTrait>(conn: &C, caller: &str, key: &str, status: StatusCode, kind: &str, body: &[u8]) -> Result<(), DbErr> {
    let sql = "UPDATE request SET status = $3, headers = $4, body = $5 WHERE caller = $1 AND key = $2";
    let values: Vec<Value> =
        vec![caller.into(), key.into(), i64::from(status.as_u16()).into(), kind.into(), Value::Bytes(Some(body.to_vec()))];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

async fn forget<C: ConnectionTrait>(conn: &C, caller: &str, key: &str) -> Result<(), DbErr> {
    let sql = "DELETE FROM request WHERE caller = $1 AND key = $2";
    let values: Vec<Value> = vec![caller.into(), key.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}
