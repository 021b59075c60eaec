//! What a password must not rest on: whoever knows the person, its enterprise and this site tries that first.

use sea_orm::DbErr;

use crate::http::Site;
use crate::members;
use crate::people::{Person, password};

/// Why a password of a person is refused; `None` when it is good.
///
/// # Errors
/// When the database fails.
pub(super) async fn weakness(site: &Site, person: &Person, password: &str) -> Result<Option<String>, DbErr> {
    let found = members::find(site.app.db.read(), person.member.as_deref().into_iter()).await?;
    let mut about = vec![person.name.as_str(), person.address.as_str(), site.public_host()];
    about.extend(found.values().map(|member| member.name.as_str()));
    Ok(password::weakness(password, &about))
}
