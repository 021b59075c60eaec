//! Somebody at a browser: keeps cookies, and says where its requests come from.

use std::collections::BTreeMap;
use std::sync::Mutex;

use hansa::mail::{Post, deliver};
use hansa::people::{Address, NewPerson, create, password, put_password};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::post_office::PostOffice;
use super::{Answer, Site, sent};

/// A password that is not easy to guess.
pub const PASSWORD: &str = "correct heron bicycle";

/// The cookie of the session.
pub const SESSION: &str = "__Host-hansa";
/// The cookie of what was begun and not ended.
pub const CEREMONY: &str = "__Host-hansa-ceremony";

/// One browser, with its cookies.
pub struct Browser<'a> {
    site: &'a Site,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub fn new(site: &'a Site) -> Browser<'a> {
        Browser { site, cookies: Mutex::default() }
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.site.ask(method, path, "").header("sec-fetch-site", "same-origin");
        self.send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// Sends a request with the cookies, and keeps those that come back.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = sent(if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) }).await;
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            // What is to come along from a provider says so; nothing else does.
            let site = if name == CEREMONY { "; SameSite=Lax" } else { "; SameSite=Strict" };
            for part in ["; HttpOnly", "; Secure", site, "; Path=/"] {
                assert!(line.contains(part), "{line}");
            }
            assert!(name.starts_with("__Host-"), "{line}");
            let mut kept = self.cookies.lock().unwrap();
            if line.contains("Max-Age=0") {
                kept.remove(name)
            } else {
                kept.insert(name.to_owned(), value.to_owned())
            };
        }
        answer
    }

    /// A cookie that it has.
    pub fn kept(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Puts a cookie there, as whoever has the browser in hand can.
    pub fn keep(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// Another site leads here: the browser sends along what it may.
    pub async fn led(&self, path: &str, page: bool) -> Answer {
        let mut request = self.site.ask(Method::GET, path, "").header("sec-fetch-site", "cross-site");
        request = request.header("sec-fetch-mode", if page { "navigate" } else { "cors" });
        let kept = self.cookies.lock().unwrap().clone();
        self.cookies.lock().unwrap().retain(|name, _| name == CEREMONY);
        let answer = self.send(request).await;
        let now = self.cookies.lock().unwrap().clone();
        let stay = kept.into_iter().filter(|(name, _)| name != CEREMONY);
        *self.cookies.lock().unwrap() = stay.chain(now).collect();
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None).await
    }

    /// Takes something away after proving once more who it is, with a password.
    pub async fn remove(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, Some(json!({ "password": PASSWORD }))).await
    }

    /// Signs in with a password.
    pub async fn password(&self, email: &str, password: &str) -> Answer {
        self.post("/v1/sign-in/password", json!({ "email": email, "password": password })).await
    }
}

impl Site {
    /// Somebody with a password.
    pub async fn person(&self, id: &str, role: hansa::access::Role, member: Option<&str>) {
        let new = NewPerson {
            id: id.to_owned(),
            name: id.to_owned(),
            address: Address::email(&format!("{id}@example.com")).unwrap(),
            role,
            member: member.map(str::to_owned),
            contact: None,
            language: None,
        };
        let (new, hash, now) = (&new, &password::hash(PASSWORD.to_owned()).await, self.town.app.now());
        self.town
            .app
            .db
            .write(|tx| async move {
                create(&tx, &self.town.app.vault, new.clone(), now).await.map_err(|error| sea_orm::DbErr::Custom(error.to_string()))?;
                put_password(&tx, id, hash).await
            })
            .await
            .unwrap();
    }

    /// A browser on which somebody has signed in.
    pub async fn signed_in(&self, id: &str) -> Browser<'_> {
        let browser = Browser::new(self);
        browser.password(&format!("{id}@example.com"), PASSWORD).await.is(StatusCode::OK);
        browser
    }

    /// Sends what waits, through a real connection; the last letter to an address.
    pub async fn letter(&self, office: &PostOffice, to: &str) -> String {
        let post = Post::by(&office.url(), "Hansa <hansa@example.com>").unwrap();
        deliver(&self.town.app, &post).await.unwrap();
        office.last(to).unwrap_or_else(|| panic!("no letter to {to}"))
    }
}
