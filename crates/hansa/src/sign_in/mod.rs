//! Signing in: a password, a code by mail, an identity elsewhere or a passkey, a second factor where one is set up, and the session that comes of it.
//!
//! Sessions are rows, so that they can be listed and ended; the browser has a cookie with a secret whose hash is kept. What a person may do is read
//! with every request: a role that changed counts at once, and a person that was disabled is out.

pub mod ceremony;
mod cookie;
mod factor;
pub mod own;
mod reauthenticate;
mod refused;
pub mod serve;
mod session;
pub(crate) mod view;
mod words;

pub(crate) use cookie::known_device;
pub use cookie::{SESSION, sent};
pub use factor::bring_up;
pub(crate) use reauthenticate::{Again, reauthenticate};
pub(crate) use serve::{Entered, Proof, about, active, cookies, digits, enter};
pub(crate) use session::actor;
pub use session::{Before, Session, brought, caller, end, end_all, find, forget_ended, forget_person, goes_on, of_person, seen};

pub use view::SignedIn;

use sea_orm::{ConnectionTrait, DbErr};

use crate::app::App;
use crate::mail::{self, Letter};
use crate::people::{self, Person, Purpose};

/// Invites a person: a link to choose a password goes to its address. Returns the link.
///
/// # Errors
/// When the database fails.
pub async fn invite<C: ConnectionTrait>(conn: &C, app: &App, person: &Person, public_url: &str) -> Result<String, DbErr> {
    let token = people::write(conn, Some(&person.id), Purpose::Invitation, None, app.clock).await?;
    let link = format!("{public_url}/welcome#{token}");
    let days = Purpose::Invitation.minutes() / (24 * 60);
    mail::post(conn, app, person, &Letter::Invitation { link: &link, days }).await?;
    Ok(link)
}
