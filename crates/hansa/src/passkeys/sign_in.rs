//! Signing in with a passkey, without a name: verifying an assertion (WebAuthn level 3, 7.2).
//!
//! Whoever is refused is told the same for whatever reason. What a passkey that is known here was refused for stands in the audit.

use axum::http::{HeaderMap, HeaderValue};
use sea_orm::{ConnectionTrait, DbErr};
use webauthn_rs::prelude::{AuthenticationResult, DiscoverableAuthentication, PublicKeyCredential};
use webauthn_rs_proto::PublicKeyCredentialRequestOptions;

use super::relying_party::why;
use super::{Passkey, store, told};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::Site;
use crate::http::problem::{Code, Failed, Problem};
use crate::people::{self, Person};
use crate::sign_in::ceremony::{self, Kind};
use crate::sign_in::{self, Entered, Proof};

/// Begins to sign in: what the browser is to ask its authenticators for, and the cookie that it is to bring back.
pub(super) async fn begin(site: &Site) -> Result<(PublicKeyCredentialRequestOptions, HeaderValue), Problem> {
    let (app, party) = (&site.app, site.relying_party()?);
    let (options, expected) = party.0.start_discoverable_authentication().map_err(|error| {
        tracing::error!(%error, "signing in with a passkey could not be begun");
        Problem::new(Code::Internal)
    })?;
    let expected = &expected;
    let cookie = app.db.write(|tx| async move { ceremony::begin(&tx, app, Kind::PasskeySignIn, None, expected).await }).await?;
    Ok((options.public_key, cookie))
}

/// Why a transaction was rolled back.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Failed(#[from] Failed),
    #[error("{0}")]
    Refused(&'static str),
}

impl From<DbErr> for Stopped {
    fn from(error: DbErr) -> Stopped {
        Stopped::Failed(error.into())
    }
}

/// Lets in whose passkey it is that answers. One answer ends what was begun, whether it holds or not.
pub(super) async fn finish(site: &Site, by: &By, headers: &HeaderMap, answer: &PublicKeyCredential) -> Result<(Person, Entered), Problem> {
    let (app, party) = (&site.app, site.relying_party()?);
    let known = whose(app, answer).await?;
    let device = known.as_ref().and_then(|(_, person)| sign_in::known_device(app, headers, &person.id));
    site.attempt(&format!("passkey:{}", device.map_or_else(|| store::mark(&app.vault, &answer.raw_id), str::to_owned)))?;
    let begun = app.db.write(|tx| async move { ceremony::take(&tx, app, Kind::PasskeySignIn, headers, |_| true).await });
    let begun: DiscoverableAuthentication = begun.await?.ok_or_else(|| Problem::new(Code::SignInEnded))?;
    let Some((passkey, person)) = &known else {
        tracing::info!("a passkey that nobody has here was shown");
        return Err(Problem::new(Code::PasskeyRefused));
    };
    // The device says for whom it answers, too; that both are one is for us to see (7.2, step 6).
    if answer.get_user_unique_id() != Some(passkey.handle.as_bytes()) {
        return Err(refused(app, by, passkey, person, "user handle").await);
    }
    let said = match party.0.finish_discoverable_authentication_v2(answer, begun, &passkey.credential) {
        Ok(said) if said.user_verified() => said,
        Ok(_) => return Err(refused(app, by, passkey, person, "user not verified").await),
        Err(error) => return Err(refused(app, by, passkey, person, why(&error)).await),
    };
    let said = &said;
    match app.db.write(|tx| async move { enter(&tx, app, by, headers, passkey, said).await }).await {
        Ok(entered) => Ok(entered),
        Err(Stopped::Failed(failed)) => Err(failed.into()),
        Err(Stopped::Refused(word)) => Err(refused(app, by, passkey, person, word).await),
    }
}

/// Whose passkey answers.
async fn whose(app: &App, answer: &PublicKeyCredential) -> Result<Option<(Passkey, Person)>, DbErr> {
    let Some(passkey) = store::by_credential(app.db.read(), &app.vault, &answer.raw_id).await? else { return Ok(None) };
    let person = people::by_id(app.db.read(), &app.vault, &passkey.person).await?;
    Ok(person.map(|person| (passkey, person)))
}

/// Begins the session, if the person may sign in, and the passkey is there and was not used since it was read.
async fn enter<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    by: &By,
    headers: &HeaderMap,
    passkey: &Passkey,
    said: &AuthenticationResult,
) -> Result<(Person, Entered), Stopped> {
    let person = sign_in::active(people::by_id(conn, &app.vault, &passkey.person).await?).ok_or(Stopped::Refused("disabled"))?;
    if !store::used(conn, passkey, said.counter(), said.backup_state(), app.now()).await? {
        return Err(Stopped::Refused("counter"));
    }
    let entered = sign_in::enter(conn, app, by, headers, &person, Proof { by: Some(&passkey.id), both: true }).await?;
    Ok((person, entered))
}

/// Writes a refusal into the audit; what the caller is told.
async fn refused(app: &App, by: &By, passkey: &Passkey, person: &Person, why: &'static str) -> Problem {
    tracing::warn!(passkey = passkey.id, why, "a passkey was refused");
    let entry = Entry { why: Some(why.to_owned()), ..told(person, "refuse_passkey", &passkey.id) };
    let row = &(by.clone(), entry);
    match app.db.write(|tx| async move { audit::append(&tx, vec![row.clone()], app.now()).await }).await {
        Ok(()) => Problem::new(Code::PasskeyRefused),
        Err(error) => error.into(),
    }
}
