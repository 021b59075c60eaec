//! Short messages by a gateway over HTTP, told by configuration.

use std::path::Path;

use serde::Deserialize;

use super::letter::Written;
use super::send::Carrier;
use super::store::Channel;
use crate::http::vendor::{Asking, Expected, Reached, Vendor, json};

/// How it is configured. In the request `{phone}`, `{text}`, `{kind}`, `{code}` and `{language}` stand for what is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Configured {
    #[serde(flatten)]
    reached: Reached,
    #[serde(flatten)]
    request: Asking,
    /// Where the answer says that the message was taken; without, a status of 2xx says so.
    accepted: Option<Expected>,
}

/// The gateway.
#[derive(Clone)]
pub struct Texts {
    vendor: Vendor,
    request: Asking,
    accepted: Option<Expected>,
}

impl Texts {
    /// The gateway that a TOML file tells of. `environment` gives the variables that headers name.
    ///
    /// # Errors
    /// When the file cannot be read or is not right.
    pub fn read(file: &Path, environment: impl Fn(&str) -> Option<String>) -> Result<Texts, String> {
        let wrong = |why: String| format!("{}: {why}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        let Configured { reached, request, accepted } = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let vendor = reached.open([&request], &environment).map_err(wrong)?;
        Ok(Texts { vendor, request, accepted })
    }
}

impl Carrier for Texts {
    const CHANNEL: Channel = Channel::Texts;

    async fn send(&self, to: &str, kind: &str, letter: &Written) -> Result<(), String> {
        let values = [
            ("phone", to),
            ("text", &*letter.short),
            ("kind", kind.trim_start_matches("mail-")),
            ("code", letter.code.as_deref().unwrap_or_default()),
            ("language", &*letter.language),
        ];
        let answer = self.vendor.ask(&self.request, &values).await?.ok_or_else(|| "it answered with status 404".to_owned())?;
        match &self.accepted {
            Some(accepted) if !accepted.holds(&json(&answer)?) => {
                Err(format!("its answer does not say `{}` at `{}`", accepted.equals, accepted.at))
            }
            _ => Ok(()),
        }
    }
}
