//! A vendor's interface told by configuration: where to ask, with which headers, and where in its answer (JSON) what stands (RFC 6901).

use std::collections::BTreeMap;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Url, redirect};
use serde::Deserialize;
use serde_json::Value;

use super::outgoing;

/// Bytes of an answer at most.
const ANSWER_MAX: usize = 256 << 10;
/// Seconds a question may take, where nothing is said, and at most: a request to Hansa has 30.
const TIMEOUT: u64 = 10;
const TIMEOUT_MAX: u64 = 25;

/// How a vendor is reached.
#[derive(Deserialize)]
pub(crate) struct Reached {
    pub name: String,
    timeout_seconds: Option<u64>,
    /// Values may name variables of the environment: `Bearer ${VENDOR_KEY}`.
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// A request; `{number}` and the like stand for what is asked, escaped for where they stand.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Asking {
    #[serde(default = "get")]
    method: String,
    url: String,
    /// JSON.
    body: Option<String>,
}

/// A place in an answer and what stands there when it is so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pub at: String,
    pub equals: String,
}

fn get() -> String {
    "GET".to_owned()
}

/// A vendor that can be asked.
#[derive(Clone)]
pub(crate) struct Vendor {
    pub name: String,
    client: Client,
}

impl Reached {
    /// The vendor, if all the requests that will be sent to it can be. `environment` gives the variables that headers name.
    pub fn open<'a>(
        self,
        requests: impl IntoIterator<Item = &'a Asking>,
        environment: &impl Fn(&str) -> Option<String>,
    ) -> Result<Vendor, String> {
        let named = |why: String| format!("`{}`: {why}", self.name);
        let mut headers = HeaderMap::new();
        for (name, text) in &self.headers {
            let header = HeaderName::try_from(name.as_str()).map_err(|error| named(format!("header `{name}`: {error}")))?;
            let text = filled_in(text, environment).map_err(|variable| named(format!("header `{name}`: no variable `{variable}`")))?;
            let mut value = HeaderValue::try_from(text).map_err(|error| named(format!("header `{name}`: {error}")))?;
            value.set_sensitive(true);
            headers.insert(header, value);
        }
        for request in requests {
            Method::from_bytes(request.method.as_bytes()).map_err(|error| named(error.to_string()))?;
            let url = Url::parse(&request.url.replace(['{', '}'], "")).map_err(|error| named(format!("url: {error}")))?;
            if !["http", "https"].contains(&url.scheme()) {
                return Err(named("url: http or https".to_owned()));
            }
        }
        let timeout = Duration::from_secs(self.timeout_seconds.unwrap_or(TIMEOUT).clamp(1, TIMEOUT_MAX));
        let client = outgoing::client().timeout(timeout).default_headers(headers).redirect(redirect::Policy::none()).build();
        let client = client.map_err(|error| named(error.to_string()))?;
        Ok(Vendor { name: self.name, client })
    }
}

/// A text with the variables it names; the first that there is not is the error.
fn filled_in(text: &str, environment: &impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut parts = text.split("${");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (variable, rest) = part.split_once('}').ok_or_else(|| part.to_owned())?;
        filled.push_str(&environment(variable).ok_or_else(|| variable.to_owned())?);
        filled.push_str(rest);
    }
    Ok(filled)
}

impl Vendor {
    /// What the vendor answers; `None` where it knows of nothing (404).
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn ask(&self, request: &Asking, values: &[(&str, &str)]) -> Result<Option<Vec<u8>>, String> {
        let put = |text: &str, escape: fn(&str) -> String| {
            values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &escape(value)))
        };
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
        let mut asked = self.client.request(method, put(&request.url, in_url));
        if let Some(body) = &request.body {
            asked = asked.header(CONTENT_TYPE, "application/json").body(put(body, in_json));
        }
        // The address may hold what was asked for: it is told to nobody.
        let mut answer = asked.send().await.map_err(|error| error.without_url().to_string())?;
        let status = answer.status();
        if status == reqwest::StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !status.is_success() {
            return Err(format!("it answered with status {}", status.as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| error.without_url().to_string())? {
            if bytes.len() + chunk.len() > ANSWER_MAX {
                return Err(format!("its answer has more than {ANSWER_MAX} bytes"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Some(bytes))
    }
}

/// An answer as JSON.
///
/// # Errors
/// When it is none.
pub(crate) fn json(answer: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(answer).map_err(|error| format!("its answer is no JSON: {error}"))
}

impl Expected {
    /// Whether it is so.
    pub fn holds(&self, answer: &Value) -> bool {
        answer.pointer(&self.at).and_then(shown).is_some_and(|found| found == self.equals)
    }
}

/// A single value as text; `None` for what is empty or none.
pub(crate) fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn in_url(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A text between the quotes of a JSON string.
fn in_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}
