//! Identities: by whom identity providers (OpenID Connect) know a person, who then signs in there and not here.
//!
//! Signing in is by the link of issuer and subject alone. A link is made by whoever is signed in, by whoever takes an invitation, and, where the
//! provider's word about addresses is trusted by configuration, for the person with the address that the provider has checked, as long as that person
//! has no identity there yet. Nobody is made by signing in. A provider counts as a second factor where it is configured so; else our own is asked for.

mod finish;
mod openid;
mod providers;
pub mod serve;
mod store;
mod view;

use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr};

use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::problem::{Code, Failed, Problem};
use crate::mail::{self, Letter};
use crate::people::{self, Person, Purpose};
use crate::{privacy, sign_in};

pub use providers::{Provider, Providers, ProvidersError};
pub use store::{bring_up, forget_person, of_person};
pub use view::IdentityView;

/// The most identities of one person.
const IDENTITIES_MAX: usize = 20;

/// By whom a provider knows a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `idn_…`.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// The provider, as it is configured.
    pub provider: String,
    /// What the provider calls itself.
    pub issuer: String,
    /// By what the provider knows the person.
    pub subject: String,
    /// What the provider says to show, e.g. an address.
    pub label: Option<String>,
    /// Since when.
    pub linked_at: Instant,
    /// When somebody last signed in with it.
    pub used_at: Option<Instant>,
}

/// Links an identity to a person, who is told by mail.
async fn link<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    person: &Person,
    (identity, title): (&Identity, &str),
) -> Result<(), Failed> {
    if store::of_person(conn, &app.vault, &person.id).await?.len() >= IDENTITIES_MAX {
        return Err(Failed::Told(Problem::new(Code::Refused).saying(format!("{IDENTITIES_MAX} identities at most"))));
    }
    let subject = privacy::person(&person.id);
    let keys = privacy::keys_for(conn, &app.vault, std::slice::from_ref(&subject), app.now()).await?;
    if !store::insert(conn, &app.vault, &keys, identity).await? {
        return Err(Failed::Told(Problem::new(Code::IdentityTaken)));
    }
    people::end(conn, &person.id, Purpose::Invitation, app.now()).await?;
    mail::post(conn, app, person, &Letter::IdentityLinked { provider: title }).await?;
    let by = By { actor: sign_in::actor(person), ..by.clone() };
    Ok(audit::append(conn, vec![(by, told(person, "link_identity", identity))], app.now()).await?)
}

/// What the audit tells: which identity of which provider, and not by what it is known there.
fn told(person: &Person, action: &'static str, identity: &Identity) -> Entry {
    let shown = serde_json::json!({ "identity": identity.id, "provider": identity.provider }).to_string();
    let entry = sign_in::about(person, action);
    if action == "unlink_identity" { Entry { before: Some(shown), ..entry } } else { Entry { after: Some(shown), ..entry } }
}

/// Takes an identity away from its person, who is told by mail; whether there was one.
async fn unlink<C: ConnectionTrait>(conn: &C, app: &App, by: &By, person: &Person, id: &str) -> Result<bool, DbErr> {
    let found = store::of_person(conn, &app.vault, &person.id).await?.into_iter().find(|identity| identity.id == id);
    let Some(identity) = found else { return Ok(false) };
    store::delete(conn, id).await?;
    let title = app.providers.named(&identity.provider).map_or(identity.provider.as_str(), |provider| provider.title.as_str());
    mail::post(conn, app, person, &Letter::IdentityUnlinked { provider: title }).await?;
    audit::append(conn, vec![(by.clone(), told(person, "unlink_identity", &identity))], app.now()).await?;
    Ok(true)
}
