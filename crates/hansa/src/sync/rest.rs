//! A source over HTTP: JSON, page by page.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, StatusCode, Url, redirect};
use serde::Deserialize;

use super::file::secret;
use super::position::{Position, earlier, further, text};
use super::spool::{Page, Row};
use crate::http::outgoing;

mod json;
mod link;

/// Bytes of a page at most.
const PAGE_MAX: usize = 64 << 20;
/// How long a page may take.
const TIME_MAX: Duration = Duration::from_secs(60);
/// How often a page is asked for that the source cannot give now.
const ATTEMPTS_MAX: u32 = 5;
/// The longest wait that a source may ask for.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// What is told of an answer that is not as expected, in characters.
const TOLD_MAX: usize = 200;

/// How it is configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Configured {
    url: Url,
    /// Where the items are in a page (JSON Pointer, RFC 6901); the whole page when empty.
    #[serde(default)]
    items: String,
    /// A list in every item each of whose entries is a row.
    each: Option<String>,
    bearer_env: Option<String>,
    /// The variable that holds `user:password`.
    basic_env: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The column by which the source is read on, and the parameter that takes it.
    position: Option<String>,
    since: Option<String>,
    cursor: Option<Cursor>,
    offset: Option<Offset>,
    #[serde(default)]
    link: bool,
    /// What every request carries, made of the above.
    #[serde(skip)]
    carried: HeaderMap,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cursor {
    parameter: String,
    /// Where a page says what the next one is (JSON Pointer); nothing, null or empty on the last.
    next: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Offset {
    parameter: String,
    limit: u64,
    limit_parameter: Option<String>,
    /// Whether pages are counted, from 1, and not items, from 0.
    #[serde(default)]
    pages: bool,
}

impl Configured {
    pub(super) fn checked(mut self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Configured, String> {
        if !matches!(self.url.scheme(), "http" | "https") || !self.url.username().is_empty() || self.url.password().is_some() {
            return Err("rest.url: an address that begins with https:// or http://, without user and password".to_owned());
        }
        if [self.cursor.is_some(), self.offset.is_some(), self.link].iter().filter(|way| **way).count() > 1 {
            return Err("rest: one of [rest.cursor], [rest.offset] and link".to_owned());
        }
        if self.offset.as_ref().is_some_and(|offset| offset.limit == 0) {
            return Err("rest.offset.limit: how many items a full page has, 1 or more".to_owned());
        }
        if self.position.is_some() != self.since.is_some() {
            return Err("rest: `position` (the column) and `since` (the parameter that takes it) go together".to_owned());
        }
        for (name, value) in &self.headers {
            let header = HeaderName::try_from(name.as_str()).map_err(|error| format!("rest.headers.{name}: {error}"))?;
            self.carried.insert(header, HeaderValue::try_from(value).map_err(|error| format!("rest.headers.{name}: {error}"))?);
        }
        let authorization = match (&self.bearer_env, &self.basic_env) {
            (None, None) => None,
            (Some(variable), None) => Some(format!("Bearer {}", secret(environment, "rest.bearer_env", variable)?)),
            (None, Some(variable)) => {
                let login = secret(environment, "rest.basic_env", variable)?;
                if !login.contains(':') {
                    return Err(format!("rest.basic_env: `{variable}` holds user:password"));
                }
                Some(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(login)))
            }
            (Some(_), Some(_)) => return Err("rest: bearer_env or basic_env, not both".to_owned()),
        };
        if let Some(authorization) = authorization {
            let mut value =
                HeaderValue::try_from(authorization).map_err(|_| "rest: the secret has signs that no header takes".to_owned())?;
            value.set_sensitive(true);
            self.carried.insert(AUTHORIZATION, value);
        }
        Ok(self)
    }

    /// Where it is, for people: an address may hold secrets in its query.
    pub(super) fn place(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.to_string()
    }
}

/// The source, being read.
pub(super) struct Rest {
    configured: Configured,
    client: Client,
    position: Position,
    overlap: u32,
    /// How many items, or pages, came before, where that is counted.
    passed: u64,
    /// It goes on with a page that an earlier run had come to.
    resumed: bool,
    over: bool,
}

impl Rest {
    pub(super) fn at(configured: Configured, position: Position, overlap: u32) -> Result<Rest, String> {
        let client = outgoing::client().timeout(TIME_MAX).redirect(redirect::Policy::none());
        let client = client.user_agent(concat!("Hansa/", env!("CARGO_PKG_VERSION"))).build().map_err(|error| error.to_string())?;
        let passed = u64::from(configured.offset.as_ref().is_some_and(|offset| offset.pages));
        let resumed = position.page.is_some();
        Ok(Rest { configured, client, position, overlap, passed, resumed, over: false })
    }

    /// The next page; `None` behind the last.
    pub(super) async fn next(&mut self) -> Result<Option<Page>, String> {
        if self.over {
            return Ok(None);
        }
        let resumed = std::mem::take(&mut self.resumed);
        let (headers, body) = match self.fetched(self.address()?).await {
            Ok(page) => page,
            // Pages do not live for ever: the run begins anew, and what was written is recognised.
            Err(Failed::Refused(status, _)) if resumed && status.is_client_error() && status != StatusCode::UNAUTHORIZED => {
                self.position = Position { since: self.position.since.clone(), ..Position::default() };
                self.fetched(self.address()?).await.map_err(Failed::told)?
            }
            Err(failed) => return Err(failed.told()),
        };
        let items = json::items(&body, &self.configured.items)?;
        let count = items.len() as u64;
        let mut rows: Vec<Vec<Row>> = Vec::with_capacity(items.len());
        for item in items {
            let (item, own) = json::rows(item, self.configured.each.as_deref())?;
            if let Some(column) = &self.configured.position {
                let value = own.get(column).ok_or_else(|| format!("an item has no `{column}`, by which the source is read on"))?;
                self.position.seen = Some(further(self.position.seen.take(), value.as_str().into()));
            }
            rows.push(item);
        }
        let next = self.following(&headers, &body, count)?;
        if next.is_some() && next == self.position.page {
            return Err("the source says that a page comes after itself".to_owned());
        }
        self.over = next.is_none();
        if self.over {
            let Position { since, seen, .. } = std::mem::take(&mut self.position);
            self.position.since = match seen {
                Some(seen) => vec![further(since.into_iter().next(), seen)],
                None => since,
            };
        } else {
            self.position.page = next;
        }
        // Counted pages shift when something is put in: such a run is begun anew.
        let position = match (&self.configured.offset, self.over) {
            (Some(_), false) => Position { since: self.position.since.clone(), ..Position::default() },
            _ => self.position.clone(),
        };
        Ok(Some(Page { items: rows, position, last: self.over }))
    }

    /// Where the next page is.
    fn address(&self) -> Result<Url, String> {
        let configured = &self.configured;
        if configured.link
            && let Some(page) = &self.position.page
        {
            return page.parse().map_err(|_| format!("`{page}` is no address of a page"));
        }
        let mut url = configured.url.clone();
        if let (Some(parameter), Some(since)) = (&configured.since, self.position.since.first()) {
            let since = text(since);
            let since = match self.overlap {
                0 => since,
                seconds => earlier(&since, seconds).ok_or_else(|| format!("overlap_seconds: `{since}` is no time to go back from"))?,
            };
            url.query_pairs_mut().append_pair(parameter, &since);
        }
        if let (Some(cursor), Some(page)) = (&configured.cursor, &self.position.page) {
            url.query_pairs_mut().append_pair(&cursor.parameter, page);
        }
        if let Some(offset) = &configured.offset {
            url.query_pairs_mut().append_pair(&offset.parameter, &self.passed.to_string());
            if let Some(parameter) = &offset.limit_parameter {
                url.query_pairs_mut().append_pair(parameter, &offset.limit.to_string());
            }
        }
        Ok(url)
    }

    /// What names the page after this one.
    fn following(&mut self, headers: &HeaderMap, body: &str, count: u64) -> Result<Option<String>, String> {
        if let Some(cursor) = &self.configured.cursor {
            return json::text_at(body, &cursor.next);
        }
        if let Some(offset) = &self.configured.offset {
            if count < offset.limit {
                return Ok(None);
            }
            self.passed += if offset.pages { 1 } else { count };
            return Ok(Some(self.passed.to_string()));
        }
        if self.configured.link { link::next(headers, &self.configured.url) } else { Ok(None) }
    }

    async fn fetched(&self, url: Url) -> Result<(HeaderMap, String), Failed> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (failed, wait) = match self.asked(url.clone()).await {
                Err(Failed::Busy(why, wait)) => (why, wait),
                done => return done,
            };
            if attempt >= ATTEMPTS_MAX {
                return Err(Failed::Busy(failed, None));
            }
            tokio::time::sleep(wait.unwrap_or(Duration::from_secs(1 << (attempt - 1))).min(WAIT_MAX)).await;
        }
    }

    async fn asked(&self, url: Url) -> Result<(HeaderMap, String), Failed> {
        let request = self.client.get(url).headers(self.configured.carried.clone()).header("accept", "application/json");
        let mut answer = request.send().await.map_err(|error| Failed::Busy(innermost(&error), None))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| Failed::Busy(innermost(&error), None))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > PAGE_MAX {
                return Err(Failed::Wrong(format!("a page has at most {PAGE_MAX} bytes: ask for fewer items at once")));
            }
        }
        if status.is_success() {
            let body = String::from_utf8(bytes).map_err(|_| Failed::Wrong("the page is not UTF-8".to_owned()))?;
            return Ok((headers, body));
        }
        let told: String = String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control()).take(TOLD_MAX).collect();
        let why = format!("it answers {status}: {told}");
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            let wait = headers.get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok()).map(Duration::from_secs);
            return Err(Failed::Busy(why, wait));
        }
        Err(Failed::Refused(status, why))
    }
}

/// Why there is no page.
enum Failed {
    /// Not now: no connection, too many requests, or trouble over there.
    Busy(String, Option<Duration>),
    /// Not this.
    Refused(StatusCode, String),
    /// It is not as it should be.
    Wrong(String),
}

impl Failed {
    fn told(self) -> String {
        match self {
            Failed::Busy(why, _) | Failed::Refused(_, why) | Failed::Wrong(why) => why,
        }
    }
}

/// The innermost cause: that is what says something, and it names no address with its query.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
