//! Owners hear by mail what became of their case.

use sea_orm::{ConnectionTrait, DbErr};

use super::{Act, Case};
use crate::access::Role;
use crate::app::App;
use crate::mail::{self, Letter};
use crate::{members, people};

/// Writes to everybody who owns the enterprise, in the caller's transaction, when something was decided or has lapsed.
pub async fn tell<C: ConnectionTrait>(conn: &C, app: &App, case: &Case, act: Act) -> Result<(), DbErr> {
    let company = members::find(conn, std::iter::once(case.member.as_str())).await?.remove(&case.member).map(|found| found.name);
    let Some(company) = &company else { return Ok(()) };
    let letter = match act {
        Act::Approve => Letter::Verified { company },
        Act::Refuse => Letter::VerificationRefused { company, reason: case.reason.as_deref().unwrap_or_default() },
        Act::Expire => Letter::VerificationLapsed { company },
        _ => return Ok(()),
    };
    for person in people::of_member(conn, &app.vault, &case.member).await? {
        if person.role == Role::Owner && person.disabled_at.is_none() && !person.erased() {
            mail::post(conn, app, &person, &letter).await?;
        }
    }
    Ok(())
}
