//! A vendor's register over HTTP, told by configuration: where to ask, with which headers, and where in its answer (JSON) what stands (RFC 6901).

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Url, redirect};
use serde::Deserialize;
use serde_json::Value;

use super::{Company, Elements, LookUpError, Registry, Verdict};
use crate::http::outgoing;

/// Bytes of an answer at most.
const ANSWER_MAX: usize = 256 << 10;
/// Seconds a question may take, where nothing is said, and at most: a request to Hansa has 30.
const TIMEOUT: u64 = 10;
const TIMEOUT_MAX: u64 = 25;

/// How it is configured.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Configured {
    name: String,
    timeout_seconds: Option<u64>,
    /// Values may name variables of the environment: `Bearer ${VENDOR_KEY}`.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    company: Option<CompanyQuestion>,
    four_elements: Option<ElementsQuestion>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CompanyQuestion {
    #[serde(flatten)]
    request: Asking,
    /// Where the answer says whether there is such a company; without, one with any of the fields is one.
    found: Option<Expected>,
    /// Fields of the company and where they stand.
    fields: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ElementsQuestion {
    #[serde(flatten)]
    request: Asking,
    /// Where the answer says that all four belong together.
    matches: Expected,
    /// Where it says so of each: `name`, `number`, `representative`, `phone`.
    #[serde(default)]
    each: BTreeMap<String, Expected>,
}

/// A request; `{number}` and the like stand for what is asked, escaped for where they stand.
#[derive(Clone, Debug, Deserialize)]
struct Asking {
    #[serde(default = "get")]
    method: String,
    url: String,
    /// JSON.
    body: Option<String>,
}

/// A place in an answer and what stands there when it is so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    at: String,
    equals: String,
}

fn get() -> String {
    "GET".to_owned()
}

impl Configured {
    pub(super) fn open(self, environment: &impl Fn(&str) -> Option<String>) -> Result<HttpRegistry, String> {
        let named = |why: String| format!("`{}`: {why}", self.name);
        let mut headers = HeaderMap::new();
        for (name, text) in &self.headers {
            let header = HeaderName::try_from(name.as_str()).map_err(|error| named(format!("header `{name}`: {error}")))?;
            let text = filled_in(text, environment).map_err(|variable| named(format!("header `{name}`: no variable `{variable}`")))?;
            let mut value = HeaderValue::try_from(text).map_err(|error| named(format!("header `{name}`: {error}")))?;
            value.set_sensitive(true);
            headers.insert(header, value);
        }
        let requests = self.company.iter().map(|one| &one.request).chain(self.four_elements.iter().map(|one| &one.request));
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
        Ok(HttpRegistry { name: self.name, client, company: self.company, four_elements: self.four_elements })
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

/// The register.
pub struct HttpRegistry {
    name: String,
    client: Client,
    company: Option<CompanyQuestion>,
    four_elements: Option<ElementsQuestion>,
}

impl HttpRegistry {
    async fn ask(&self, request: &Asking, values: &[(&str, &str)]) -> Result<Value, LookUpError> {
        let failed = |why: String| LookUpError::Failed { register: self.name.clone(), why };
        let put = |text: &str, escape: fn(&str) -> String| {
            values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &escape(value)))
        };
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| failed(error.to_string()))?;
        let mut asked = self.client.request(method, put(&request.url, in_url));
        if let Some(body) = &request.body {
            asked = asked.header(CONTENT_TYPE, "application/json").body(put(body, in_json));
        }
        // The address may hold what was asked for: it is told to nobody.
        let mut answer = asked.send().await.map_err(|error| failed(error.without_url().to_string()))?;
        let status = answer.status();
        if status == reqwest::StatusCode::NOT_FOUND {
            return Ok(Value::Null);
        }
        if !status.is_success() {
            return Err(failed(format!("it answered with status {}", status.as_u16())));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(error.without_url().to_string()))? {
            if bytes.len() + chunk.len() > ANSWER_MAX {
                return Err(failed(format!("its answer has more than {ANSWER_MAX} bytes")));
            }
            bytes.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&bytes).map_err(|error| failed(format!("its answer is no JSON: {error}")))
    }

    fn not_offered(&self) -> LookUpError {
        LookUpError::NotOffered(self.name.clone())
    }
}

impl Registry for HttpRegistry {
    fn name(&self) -> &str {
        &self.name
    }

    fn company<'a>(&'a self, number: &'a str) -> BoxFuture<'a, Result<Option<Company>, LookUpError>> {
        async move {
            let question = self.company.as_ref().ok_or_else(|| self.not_offered())?;
            let answer = self.ask(&question.request, &[("number", number)]).await?;
            if question.found.as_ref().is_some_and(|found| !found.holds(&answer)) {
                return Ok(None);
            }
            let value = |(field, at): (&String, &String)| Some((field.clone(), shown(answer.pointer(at)?)?));
            let fields: Vec<(String, String)> = question.fields.iter().filter_map(value).collect();
            Ok((!fields.is_empty()).then_some(Company { fields }))
        }
        .boxed()
    }

    fn four_elements<'a>(&'a self, elements: &'a Elements) -> BoxFuture<'a, Result<Verdict, LookUpError>> {
        async move {
            let question = self.four_elements.as_ref().ok_or_else(|| self.not_offered())?;
            let Elements { name, number, representative, phone } = elements;
            let values = [("name", &**name), ("number", number), ("representative", representative), ("phone", phone)];
            let answer = self.ask(&question.request, &values).await?;
            if answer.pointer(&question.matches.at).is_none() {
                let why = format!("its answer says nothing at `{}`", question.matches.at);
                return Err(LookUpError::Failed { register: self.name.clone(), why });
            }
            let differing = question.each.iter().filter(|(_, expected)| !expected.holds(&answer)).map(|(name, _)| name.clone());
            let matches = question.matches.holds(&answer);
            Ok(Verdict { matches, differing: if matches { Vec::new() } else { differing.collect() } })
        }
        .boxed()
    }
}

impl Expected {
    fn holds(&self, answer: &Value) -> bool {
        answer.pointer(&self.at).and_then(shown).is_some_and(|found| found == self.equals)
    }
}

/// A single value as text; `None` for what is empty or none.
fn shown(value: &Value) -> Option<String> {
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
