//! Adding a passkey: registering a new credential (WebAuthn level 3, 7.1).

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::{Credential, PasskeyRegistration, RegisterPublicKeyCredential, Uuid};
use webauthn_rs_proto::{PublicKeyCredentialCreationOptions, ResidentKeyRequirement};

use super::relying_party::why;
use super::{PASSKEYS_MAX, Passkey, store, told};
use crate::access::Caller;
use crate::app::App;
use crate::audit::{self, By};
use crate::http::Site;
use crate::http::problem::{Code, Failed, Problem};
use crate::mail::{self, Letter};
use crate::people::Person;
use crate::privacy;
use crate::sign_in::ceremony::{self, Kind};

/// What a browser began, as it is kept until its authenticator has answered.
#[derive(Serialize, Deserialize)]
struct Registration {
    person: String,
    session: String,
    handle: Uuid,
    expected: PasskeyRegistration,
}

/// Begins to add a passkey: what the browser is to ask its authenticator for, and the cookie that it is to bring back.
pub(super) async fn begin(
    site: &Site,
    caller: &Caller,
    person: &Person,
) -> Result<(PublicKeyCredentialCreationOptions, HeaderValue), Problem> {
    let (app, party) = (&site.app, site.relying_party()?);
    let known = store::of_person(app.db.read(), &app.vault, &person.id).await?;
    room(known.len())?;
    let handle = known.first().map_or_else(|| handle(app), |passkey| Some(passkey.handle)).ok_or_else(|| Problem::new(Code::Internal))?;
    let there = known.into_iter().map(|passkey| passkey.credential.cred_id).collect();
    let begun = party.0.start_passkey_registration(handle, person.address.as_str(), &person.name, Some(there));
    let (mut options, expected) = begun.map_err(|error| {
        tracing::error!(%error, "a passkey could not be begun");
        Problem::new(Code::Internal)
    })?;
    // Signing in without a name needs a credential that the authenticator finds by itself (WebAuthn level 3, 5.4.4).
    if let Some(selection) = &mut options.public_key.authenticator_selection {
        selection.resident_key = Some(ResidentKeyRequirement::Required);
        selection.require_resident_key = true;
    }
    let (whose, session) = (person.id.clone(), caller.session.clone().unwrap_or_default());
    let (kind, content) = (Kind::PasskeyRegistration, &Registration { person: whose, session, handle, expected });
    let cookie = app.db.write(|tx| async move { ceremony::begin(&tx, app, kind, Some(&content.person), content).await }).await?;
    Ok((options.public_key, cookie))
}

/// Adds the passkey with which an authenticator answers.
pub(super) async fn finish(
    site: &Site,
    (caller, by): (&Caller, &By),
    headers: &HeaderMap,
    person: &Person,
    name: String,
    answer: &RegisterPublicKeyCredential,
) -> Result<Passkey, Problem> {
    let (app, party, session) = (&site.app, site.relying_party()?, caller.session.as_deref());
    let begun = app.db.write(|tx| async move {
        let own = |begun: &Registration| begun.person == person.id && Some(begun.session.as_str()) == session;
        ceremony::take(&tx, app, Kind::PasskeyRegistration, headers, own).await
    });
    let begun = begun.await?.ok_or_else(|| Problem::new(Code::SignInEnded))?;
    let made = party.0.finish_passkey_registration(answer, &begun.expected);
    let credential: Credential = made.map_err(|error| Problem::field("credential", format!("this does not hold: {}", why(&error))))?.into();
    // As far as the browser tells: credProps is not signed (WebAuthn level 3, 10.1.3).
    if answer.extensions.cred_props.as_ref().is_some_and(|props| props.rk == Some(false)) {
        return Err(Problem::field("credential", "this authenticator keeps no passkeys that sign in without a name"));
    }
    let passkey = &Passkey {
        id: app.clock.id("psk"),
        person: person.id.clone(),
        name,
        handle: begun.handle,
        backed_up: credential.backup_state,
        credential,
        added_at: app.now(),
        used_at: None,
    };
    app.db.write(|tx| async move { add(&tx, app, by, person, passkey).await }).await?;
    Ok(passkey.clone())
}

async fn add<C: ConnectionTrait>(conn: &C, app: &App, by: &By, person: &Person, passkey: &Passkey) -> Result<(), Failed> {
    room(store::of_person(conn, &app.vault, &person.id).await?.len())?;
    let subject = privacy::person(&person.id);
    let keys = privacy::keys_for(conn, &app.vault, std::slice::from_ref(&subject), app.now()).await?;
    if !store::insert(conn, &app.vault, &keys, passkey).await? {
        return Err(Failed::Told(Problem::field("credential", "this passkey is there already")));
    }
    mail::post(conn, app, person, &Letter::PasskeyAdded { passkey: &passkey.name }).await?;
    Ok(audit::append(conn, vec![(by.clone(), told(person, "add_passkey", &passkey.id))], app.now()).await?)
}

/// Whether a person may have one more.
fn room(known: usize) -> Result<(), Problem> {
    let more = known < PASSKEYS_MAX;
    if more { Ok(()) } else { Err(Problem::new(Code::Refused).saying(format!("{PASSKEYS_MAX} passkeys at most"))) }
}

/// By what a device is to know a person: 128 bits of chance, the same for all passkeys of that person.
fn handle(app: &App) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(app.clock.secret()).ok()?;
    Uuid::from_slice(bytes.get(..16)?).ok()
}
