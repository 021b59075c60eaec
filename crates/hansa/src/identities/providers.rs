//! Which identity providers there are, out of a file of configuration.

use std::path::Path;
use std::sync::Arc;

use openidconnect::{ClientId, ClientSecret, IssuerUrl};
use serde::Deserialize;

use super::openid::Known;
use crate::webhooks::Reach;

/// The most providers.
const PROVIDERS_MAX: usize = 20;

/// An identity provider.
pub struct Provider {
    /// By which name it is asked for; it stands in the address to which the provider sends people back.
    pub name: String,
    /// What people read on the button.
    pub title: String,
    /// Whether its word about an address links whoever has that address.
    pub trust_email: bool,
    /// Whether it counts as both factors.
    pub second_factor: bool,
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    pub(super) client_secret: Option<ClientSecret>,
    pub(super) scopes: Vec<String>,
    pub(super) reach: Reach,
    pub(super) client: reqwest::Client,
    /// What it last said of itself.
    pub(super) known: tokio::sync::Mutex<Option<Known>>,
}

/// The identity providers of an installation. Cheap to clone.
#[derive(Clone, Default)]
pub struct Providers(Arc<Vec<Provider>>);

/// Why the configuration of providers is not right.
#[derive(Debug, thiserror::Error)]
#[error("identity providers in {file}: {why}")]
pub struct ProvidersError {
    file: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Configured {
    #[serde(default)]
    provider: Vec<One>,
}

/// How one is configured.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    name: String,
    title: Option<String>,
    issuer: String,
    client_id: String,
    /// The variable of the environment that holds the secret.
    client_secret_env: Option<String>,
    /// The file that holds it, relative to the configuration.
    client_secret_file: Option<String>,
    #[serde(default = "scopes")]
    scopes: Vec<String>,
    #[serde(default)]
    trust_email: bool,
    #[serde(default)]
    second_factor: bool,
    /// Whether it may be inside the own network, and by HTTP.
    #[serde(default)]
    inside: bool,
}

fn scopes() -> Vec<String> {
    vec!["email".to_owned(), "profile".to_owned()]
}

impl Providers {
    /// Those that a TOML file tells of. `environment` gives the variables that hold secrets.
    ///
    /// # Errors
    /// When the file cannot be read or is not right.
    pub fn read(file: &Path, environment: impl Fn(&str) -> Option<String>) -> Result<Providers, ProvidersError> {
        let wrong = |why: String| ProvidersError { file: file.display().to_string(), why };
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        let configured: Configured = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if configured.provider.len() > PROVIDERS_MAX {
            return Err(wrong(format!("{PROVIDERS_MAX} at most")));
        }
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut all: Vec<Provider> = Vec::new();
        for one in configured.provider {
            let name = one.name.clone();
            let next = one.open(folder, &environment).map_err(|why| wrong(format!("`{name}`: {why}")))?;
            if all.iter().any(|known| known.name == next.name) {
                return Err(wrong(format!("two are called `{name}`")));
            }
            all.push(next);
        }
        Ok(Providers(Arc::new(all)))
    }

    /// The one of a name.
    pub fn named(&self, name: &str) -> Option<&Provider> {
        self.0.iter().find(|one| one.name == name)
    }

    /// All, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }
}

impl One {
    fn open(self, folder: &Path, environment: &impl Fn(&str) -> Option<String>) -> Result<Provider, String> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=40).contains(&self.name.len()) || !self.name.bytes().all(plain) {
            return Err("name: 1 to 40 lower-case letters, digits and hyphens".to_owned());
        }
        let reach = if self.inside { Reach::Anybody } else { Reach::Public };
        reach.check(&self.issuer).map_err(|_| {
            "issuer: an address that begins with https:// and is reached from everywhere; one inside the network needs `inside = true`"
                .to_owned()
        })?;
        let client_secret = match (self.client_secret_env, self.client_secret_file) {
            (Some(_), Some(_)) => return Err("client_secret_env or client_secret_file, not both".to_owned()),
            (Some(variable), None) => Some(environment(&variable).ok_or_else(|| format!("client_secret_env: no variable `{variable}`"))?),
            (None, Some(file)) => {
                Some(std::fs::read_to_string(folder.join(&file)).map_err(|error| format!("client_secret_file {file}: {error}"))?)
            }
            (None, None) => None,
        };
        let client_secret = client_secret.map(|secret| secret.trim().to_owned());
        if client_secret.as_deref().is_some_and(str::is_empty) {
            return Err("the client's secret is empty".to_owned());
        }
        Ok(Provider {
            title: self.title.unwrap_or_else(|| self.name.clone()),
            name: self.name,
            trust_email: self.trust_email,
            second_factor: self.second_factor,
            issuer: IssuerUrl::new(self.issuer).map_err(|error| format!("issuer: {error}"))?,
            client_id: ClientId::new(self.client_id),
            client_secret: client_secret.map(ClientSecret::new),
            scopes: self.scopes,
            client: reach.client()?,
            reach,
            known: tokio::sync::Mutex::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[provider]]\nname = \"works\"\nissuer = \"https://id.example.com/realms/works\"\nclient_id = \"hansa\"\n";

    fn read(text: &str) -> Result<Providers, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("providers.toml");
        std::fs::write(&file, text).unwrap();
        std::fs::write(folder.path().join("secret"), "in a file\n").unwrap();
        let environment = |name: &str| (name == "SECRET").then(|| "in the environment".to_owned());
        Providers::read(&file, environment).map_err(|error| error.to_string())
    }

    #[test]
    fn a_secret_stands_in_the_environment_or_in_a_file() {
        for (line, secret) in [
            ("client_secret_env = \"SECRET\"", Some("in the environment")),
            ("client_secret_file = \"secret\"", Some("in a file")),
            ("", None),
        ] {
            let providers = read(&format!("{GOOD}{line}")).unwrap();
            let one = providers.named("works").unwrap();
            assert_eq!(one.client_secret.as_ref().map(|secret| secret.secret().as_str()), secret);
            assert_eq!((one.title.as_str(), one.trust_email, one.second_factor), ("works", false, false));
        }
    }

    #[test]
    fn what_is_not_right_is_told() {
        for (text, why) in [
            (format!("{GOOD}{GOOD}"), "two are called `works`"),
            (format!("{GOOD}client_secret_env = \"NONE\""), "no variable `NONE`"),
            (format!("{GOOD}client_secret_file = \"none\""), "client_secret_file none"),
            (format!("{GOOD}client_secret_env = \"SECRET\"\nclient_secret_file = \"secret\""), "not both"),
            (format!("{GOOD}client_secret = \"plain\""), "unknown field"),
            (GOOD.replace("\"works\"", "\"Works!\""), "lower-case"),
            (GOOD.replace("https://id", "http://id"), "https://"),
            (GOOD.replace("https://id.example.com", "https://127.0.0.1"), "inside = true"),
        ] {
            let said = read(&text).err().unwrap_or_default();
            assert!(said.contains(why), "{text}\n{said}");
        }
        assert!(read(&format!("{}inside = true", GOOD.replace("https://id.example.com", "http://10.0.0.1"))).is_ok());
    }
}
