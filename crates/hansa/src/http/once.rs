//! A request that is sent twice is done once (draft-ietf-httpapi-idempotency-key-header).
//!
//! Whoever sends `Idempotency-Key` with a POST gets the first answer again for the same request, a refusal for another request under the same key,
//! and a refusal while the first is being handled. Keys are remembered for a day, for each caller. Ids that Hansa makes for such a request are drawn
//! from a seed that is remembered with the key ([`Ids`]): should the process end between doing it and keeping its answer, the next attempt finds done
//! what was done.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use super::Site;
use super::edge::RequestId;
use super::problem::{Code, Problem};
use crate::access::Caller;
use crate::app::App;
use crate::language::Language;
use crate::vault::Vault;

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

/// The headers that belong to an answer and are kept with it.
const HEADERS_KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Where the ids of what a request makes come from.
#[derive(Clone, Debug)]
pub struct Ids(String);

impl Ids {
    /// The id of what the request makes; with one `Idempotency-Key` always the same.
    pub fn id(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.0)
    }
}

impl FromRequestParts<Site> for Ids {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Ids, Problem> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| drawn(&site.app)))
    }
}

fn drawn(app: &App) -> Ids {
    Ids(app.clock.id("").trim_start_matches('_').to_owned())
}

/// What stands under a key.
enum Found {
    /// Nothing that was answered: the request is to be handled, with these ids.
    Free(Ids),
    /// A request that was claimed.
    Claimed {
        digest: String,
        /// Its answer, once there is one.
        answer: Option<Kept>,
    },
}

/// An answer as it is kept.
struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
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
    let key = key
        .to_str()
        .ok()
        .filter(|key| (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(|| Problem::parameter("Idempotency-Key", format!("1 to {KEY_MAX} visible characters without spaces")))?;
    let caller = request.extensions().get::<Caller>().map(Caller::name).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    let (mut parts, rest) = request.into_parts();
    let bytes = to_bytes(rest, BODY_MAX).await.map_err(|_| Problem::new(Code::TooLarge))?;
    let digest = digest(&site.app.vault, &parts.method, &parts.uri.to_string(), &bytes);
    let (language, id) = (parts.extensions.get::<Language>().copied().unwrap_or_default(), parts.extensions.get::<RequestId>().cloned());
    let now = site.app.now();
    let (caller, digest, fresh) = (&caller, &digest, &drawn(&site.app));
    match site.app.db.write(|tx| async move { claim(&tx, caller, key, digest, fresh, now).await }).await? {
        Found::Free(ids) => parts.extensions.insert(ids),
        Found::Claimed { digest: other, .. } if other != *digest => return Err(Problem::new(Code::IdempotencyKeyReused)),
        Found::Claimed { answer: None, .. } => return Err(Problem { retry_after: Some(1), ..Problem::new(Code::RequestInProgress) }),
        Found::Claimed { answer: Some(kept), .. } => return again(kept),
    };
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
    let (status, kept): (StatusCode, &[u8]) = if once { (StatusCode::CONFLICT, b"") } else { (head.status, &bytes) };
    let headers = &written(&head.headers);
    site.app.db.write(|tx| async move { keep(&tx, caller, key, status, headers, kept).await }).await?;
    Ok(Response::from_parts(head, Body::from(bytes)))
}

/// A problem is written now, so that it can be kept.
fn told(mut response: Response, language: Language, id: Option<&RequestId>) -> Response {
    match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem.written(language, id.map(|id| id.0.as_str())),
        None => response,
    }
}

fn again(kept: Kept) -> Result<Response, Problem> {
    if kept.status == StatusCode::CONFLICT && kept.body.is_empty() {
        return Err(Problem::new(Code::Refused).saying("this was done already; its answer showed a secret, which is shown once"));
    }
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() = kept.status;
    *response.headers_mut() = kept.headers;
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}

/// The headers to be kept, a line each.
fn written(headers: &HeaderMap) -> String {
    let line = |name: &HeaderName| headers.get(name).and_then(|value| Some(format!("{name}: {}\n", value.to_str().ok()?)));
    HEADERS_KEPT.iter().filter_map(line).collect()
}

fn read(lines: &str) -> HeaderMap {
    let parsed = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?))
    };
    lines.lines().filter_map(parsed).collect()
}

/// By what a request is known again. Bodies carry passwords and codes: nobody without the key ring can try them against it.
fn digest(vault: &Vault, method: &Method, uri: &str, bytes: &Bytes) -> String {
    vault.mark_of("request", &[method.as_str().as_bytes(), uri.as_bytes(), bytes])
}

/// Claims a key for a request that begins now, or tells what stands under it.
async fn claim<C: ConnectionTrait>(conn: &C, caller: &str, key: &str, digest: &str, fresh: &Ids, now: Instant) -> Result<Found, DbErr> {
    let run = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    conn.execute_raw(run("DELETE FROM request WHERE begun_at < $1", vec![(now.0 - KEPT_US).into()])).await?;
    let insert =
        "INSERT INTO request (caller, key, digest, seed, begun_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (caller, key) DO NOTHING";
    let values = vec![caller.into(), key.into(), digest.into(), fresh.0.clone().into(), now.0.into()];
    if conn.execute_raw(run(insert, values)).await?.rows_affected() > 0 {
        return Ok(Found::Free(fresh.clone()));
    }
    let select = "SELECT digest, seed, begun_at, status, headers, body FROM request WHERE caller = $1 AND key = $2";
    let row = conn.query_one_raw(run(select, vec![caller.into(), key.into()])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("a request that was just there".to_owned()))?;
    let (kept, begun_at): (String, i64) = (row.try_get("", "digest")?, row.try_get("", "begun_at")?);
    let status: Option<i64> = row.try_get("", "status")?;
    if let Some(status) = status.and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok()) {
        let headers = read(&row.try_get::<Option<String>>("", "headers")?.unwrap_or_default());
        return Ok(Found::Claimed { digest: kept, answer: Some(Kept { status, headers, body: row.try_get("", "body")? }) });
    }
    if kept != digest || now.0 - begun_at <= HANDLED_US {
        return Ok(Found::Claimed { digest: kept, answer: None });
    }
    // Whoever handled it has gone. What it did is found by its ids.
    let take = "UPDATE request SET begun_at = $3 WHERE caller = $1 AND key = $2";
    conn.execute_raw(run(take, vec![caller.into(), key.into(), now.0.into()])).await?;
    Ok(Found::Free(Ids(row.try_get("", "seed")?)))
}

async fn keep<C: ConnectionTrait>(conn: &C, caller: &str, key: &str, status: StatusCode, headers: &str, body: &[u8]) -> Result<(), DbErr> {
    let sql = "UPDATE request SET status = $3, headers = $4, body = $5 WHERE caller = $1 AND key = $2";
    let values: Vec<Value> =
        vec![caller.into(), key.into(), i64::from(status.as_u16()).into(), headers.into(), Value::Bytes(Some(body.to_vec()))];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}

async fn forget<C: ConnectionTrait>(conn: &C, caller: &str, key: &str) -> Result<(), DbErr> {
    let sql = "DELETE FROM request WHERE caller = $1 AND key = $2";
    let values: Vec<Value> = vec![caller.into(), key.into()];
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await.map(drop)
}
