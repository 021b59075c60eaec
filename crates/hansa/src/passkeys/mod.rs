//! Passkeys: keys at people's devices with which they sign in (W3C Web Authentication, level 3).
//!
//! A passkey is discoverable (it signs in without a name) and verifies its user (it counts as both factors). It is added by whoever is signed in and
//! proves once more who it is, and told of by mail. What is known of it is sealed under the key of its person; it is found by a mark over the id of its
//! credential. Whether an answer of a passkey holds, `webauthn-rs` decides; whose it is, and what becomes of it, we do.

mod register;
mod relying_party;
pub mod serve;
mod sign_in;
mod store;
mod view;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr};
use webauthn_rs::prelude::{Credential, Uuid};

use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::mail::{self, Letter};
use crate::people::Person;

pub use relying_party::{RelyingParty, RelyingPartyError};
pub use store::{bring_up, forget_person, of_person};
pub use view::PasskeyView;

/// The most passkeys of one person.
const PASSKEYS_MAX: usize = 20;
/// The longest name of a passkey, in characters.
const NAME_MAX: usize = 60;

/// A key at somebody's device (a public key credential, WebAuthn level 3, 4), as its relying party knows it.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// `psk_…`.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// What its person calls it.
    pub name: String,
    /// By what the device knows the person: nothing that means anything elsewhere (WebAuthn level 3, 14.6.1).
    handle: Uuid,
    /// The credential: its id, its public key, its signature counter and its backup flags, as they are now.
    credential: Credential,
    /// Whether the device keeps a copy elsewhere (WebAuthn level 3, 6.1.3: BS).
    pub backed_up: bool,
    /// Since when.
    pub added_at: Instant,
    /// When somebody last signed in with it.
    pub used_at: Option<Instant>,
}

impl Passkey {
    /// The id of its credential, base64url.
    pub fn credential_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.credential.cred_id)
    }
}

/// Whether a text can be the name of a passkey; the name.
fn name(text: &str) -> Option<String> {
    let name = text.trim();
    let plain = (1..=NAME_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    plain.then(|| name.to_owned())
}

/// What the audit tells: which passkey, and not what it is called.
fn told(person: &Person, action: &'static str, passkey: &str) -> Entry {
    let shown = serde_json::json!({ "passkey": passkey }).to_string();
    let entry = crate::sign_in::about(person, action);
    if action == "remove_passkey" { Entry { before: Some(shown), ..entry } } else { Entry { after: Some(shown), ..entry } }
}

/// Gives a passkey of a person another name; the passkey, where there is one.
async fn rename<C: ConnectionTrait>(conn: &C, app: &App, by: &By, person: &Person, id: &str, name: &str) -> Result<Option<Passkey>, DbErr> {
    let found = store::of_person(conn, &app.vault, &person.id).await?.into_iter().find(|passkey| passkey.id == id);
    let Some(passkey) = found.map(|passkey| Passkey { name: name.to_owned(), ..passkey }) else { return Ok(None) };
    store::rename(conn, &app.vault, &passkey).await?;
    audit::append(conn, vec![(by.clone(), told(person, "rename_passkey", id))], app.now()).await?;
    Ok(Some(passkey))
}

/// Takes a passkey away from its person, who is told by mail; whether there was one.
async fn remove<C: ConnectionTrait>(conn: &C, app: &App, by: &By, person: &Person, id: &str) -> Result<bool, DbErr> {
    let found = store::of_person(conn, &app.vault, &person.id).await?.into_iter().find(|passkey| passkey.id == id);
    let Some(passkey) = found else { return Ok(false) };
    store::delete(conn, id).await?;
    mail::post(conn, app, person, &Letter::PasskeyRemoved { passkey: &passkey.name }).await?;
    audit::append(conn, vec![(by.clone(), told(person, "remove_passkey", id))], app.now()).await?;
    Ok(true)
}
