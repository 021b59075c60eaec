//! Proving once more who it is, before something that opens the door for good: an open screen is not enough (NIST SP 800-63B-4, 5.2).

use serde::Deserialize;
use utoipa::ToSchema;

use super::factor;
use super::refused::unproven;
use crate::audit::By;
use crate::http::Site;
use crate::http::problem::{Failed, Problem};
use crate::people::{Person, password};

/// What somebody who is signed in proves once more who it is with.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Reauthentication, example = json!({ "password": "correct heron bicycle" }))]
pub struct Again {
    /// The password: asked for where there is one and no second factor.
    #[schema(format = Password, max_length = 128)]
    pub password: Option<String>,
    /// A code of the second factor, or a recovery code: asked for where there is a second factor.
    #[schema(format = Password, max_length = 40)]
    pub code: Option<String>,
}

/// Whether it is the person: by a code of the second factor where there is one, else by the password where there is one. Whoever has neither signed in
/// with what else there is, and cannot be asked for more.
///
/// # Errors
/// When it is not, or too often was not; the field says what was asked for.
pub(crate) async fn reauthenticate(site: &Site, by: &By, person: &Person, said: Again) -> Result<(), Problem> {
    if person.second_factor_at.is_none() && person.password.is_none() {
        return Ok(());
    }
    site.attempt(&format!("person:{}", person.id))?;
    if person.second_factor_at.is_some() {
        let code = said.code.ok_or_else(|| Problem::field("code", "a code of the second factor"))?;
        let (app, code) = (&site.app, &code);
        let fits = app.db.write(|tx| async move {
            let fits = factor::fits(&tx, app, person, code).await?;
            if fits { Ok(()) } else { Err(Failed::Told(no_code())) }
        });
        return match fits.await {
            Ok(()) => Ok(()),
            Err(Failed::Told(problem)) => Err(unproven(app, by, person, "second factor", problem).await),
            Err(failed) => Err(failed.into()),
        };
    }
    let password = said.password.ok_or_else(|| Problem::field("password", "your password"))?;
    if password::fits(password, person.password.clone()).await {
        return Ok(());
    }
    Err(unproven(&site.app, by, person, "password", Problem::field("password", "this is not your password")).await)
}

/// What somebody is told whose code is none.
pub(super) fn no_code() -> Problem {
    Problem::field("code", "this is not a code of the authenticator, or it was used before")
}
