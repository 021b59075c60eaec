//! A vendor's register over HTTP, told by configuration.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::Value;

use super::{Company, Elements, LookUpError, Registry, Verdict};
use crate::http::vendor::{Asking, Expected, Reached, Vendor, json, shown};

/// How it is configured.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Configured {
    #[serde(flatten)]
    reached: Reached,
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

impl Configured {
    pub(super) fn open(self, environment: &impl Fn(&str) -> Option<String>) -> Result<HttpRegistry, String> {
        let Configured { reached, company, four_elements } = self;
        let requests = company.iter().map(|one| &one.request).chain(four_elements.iter().map(|one| &one.request));
        let vendor = reached.open(requests, environment)?;
        Ok(HttpRegistry { vendor, company, four_elements })
    }
}

/// The register.
pub struct HttpRegistry {
    vendor: Vendor,
    company: Option<CompanyQuestion>,
    four_elements: Option<ElementsQuestion>,
}

impl HttpRegistry {
    async fn ask(&self, request: &Asking, values: &[(&str, &str)]) -> Result<Value, LookUpError> {
        let answer = self.vendor.ask(request, values).await;
        let answer = answer.and_then(|answer| answer.map_or(Ok(Value::Null), |answer| json(&answer)));
        answer.map_err(|why| LookUpError::Failed { register: self.vendor.name.clone(), why })
    }

    fn not_offered(&self) -> LookUpError {
        LookUpError::NotOffered(self.vendor.name.clone())
    }
}

impl Registry for HttpRegistry {
    fn name(&self) -> &str {
        &self.vendor.name
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
                return Err(LookUpError::Failed { register: self.vendor.name.clone(), why });
            }
            let differing = question.each.iter().filter(|(_, expected)| !expected.holds(&answer)).map(|(name, _)| name.clone());
            let matches = question.matches.holds(&answer);
            Ok(Verdict { matches, differing: if matches { Vec::new() } else { differing.collect() } })
        }
        .boxed()
    }
}
