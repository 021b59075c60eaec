//! A real identity provider: `tests/oidc/provider.js`, run by Node.js.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use db::Db;
use hansa::clock::Clock;
use hansa::identities::Providers;
use hansa::schema::HISTORY;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::Site;
use crate::town::Town;

/// Where a site of the tests says that it is.
const OURS: &str = "https://hansa.example";
/// How often a provider may lead a browser on.
const STEPS_MAX: usize = 10;
/// How long a provider may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The secret that the provider shares with us.
pub const SECRET: &str = "a secret of 32 characters or more";

/// A provider that runs.
pub struct Works {
    issuer: String,
    client: reqwest::Client,
    _running: Child,
}

/// Runs a test on both databases, each with a provider of its own: `works`; `works-mail`, whose word about addresses is trusted; `works-both`, which
/// counts as both factors. All three are the same one.
pub async fn each(body: impl AsyncFn(Site, Works)) {
    let Some(folder) = crate::node::ready("oidc", "provider.js", "signing in with an identity provider") else { return };
    db::testing::each(HISTORY, async |db: Db| {
        let works = Works::start(&folder).await;
        let town = Town::on(db).await;
        body(works.site(town).await, works).await;
    })
    .await;
}

impl Works {
    async fn start(folder: &Path) -> Works {
        let redirects = ["works", "works-mail", "works-both"].map(|name| format!("{OURS}/v1/sign-in/providers/{name}/callback"));
        let mut running = Command::new("node")
            .arg("provider.js")
            .args(redirects)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().expect("the provider says where it is");
        let said: Value = serde_json::from_str(&line).unwrap();
        // What it says later is listened to, so that it can go on.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let client = hansa::http::outgoing::client().redirect(redirect::Policy::none()).timeout(PATIENCE).build().unwrap();
        Works { issuer: said["issuer"].as_str().unwrap().to_owned(), client, _running: running }
    }

    /// A site that trusts it, whose clock is the machine's, as the provider's is.
    pub async fn site(&self, mut town: Town) -> Site {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("providers.toml");
        std::fs::write(&file, self.configuration()).unwrap();
        town.app.clock = Clock::System;
        town.app.providers = Providers::read(&file, |name| (name == "SECRET").then(|| SECRET.to_owned())).unwrap();
        Site::of(town, |_| ()).await
    }

    fn configuration(&self) -> String {
        let one = |name: &str, more: &str| {
            let secret = "client_secret_env = \"SECRET\"\ninside = true";
            format!(
                "[[provider]]\nname = \"{name}\"\ntitle = \"The Works\"\nissuer = \"{}\"\nclient_id = \"hansa\"\n{secret}\n{more}\n",
                self.issuer
            )
        };
        [one("works", ""), one("works-mail", "trust_email = true"), one("works-both", "second_factor = true")].join("\n")
    }

    /// Somebody whom the provider knows.
    pub async fn knows(&self, subject: &str, claims: Value) {
        self.control("person", json!({ "sub": subject, "claims": claims })).await;
    }

    /// What the provider says differently from now on; `null` for nothing.
    pub async fn changes(&self, change: Value) {
        self.control("change", json!({ "change": change })).await;
    }

    /// The provider signs with another key from now on.
    pub async fn rotates(&self, kid: &str) {
        self.control("rotate", json!({ "kid": kid })).await;
    }

    /// How often the provider was asked for its keys.
    pub async fn keys_asked(&self) -> i64 {
        self.control("asked", json!({})).await["keys"].as_i64().unwrap()
    }

    async fn control(&self, what: &str, said: Value) -> Value {
        self.client.post(format!("{}/test/{what}", self.issuer)).json(&said).send().await.unwrap().json().await.unwrap()
    }

    /// Somebody signs in at the provider; the path and query at which the browser comes back to us.
    pub async fn visit(&self, address: &str, person: &str) -> String {
        let (mut at, mut cookies) = (address.to_owned(), BTreeMap::new());
        for _ in 0..STEPS_MAX {
            let sent = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            let answer = self.client.get(&at).header("x-test-person", person).header(COOKIE, sent).send().await.unwrap();
            for line in answer.headers().get_all(SET_COOKIE) {
                let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                cookies.insert(name.to_owned(), value.to_owned());
            }
            let Some(next) = answer.headers().get(LOCATION).map(|next| next.to_str().unwrap().to_owned()) else {
                panic!("{at}: {} {}", answer.status(), answer.text().await.unwrap());
            };
            if let Some(back) = next.strip_prefix(OURS) {
                return back.to_owned();
            }
            at = if next.starts_with('/') { format!("{}{next}", self.issuer) } else { next };
        }
        panic!("the provider leads nowhere: {at}")
    }
}
