//! A person is erased: its key is destroyed, and what could bring the name back goes with it.

use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr};

use super::{keys, store};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::{identities, mail, members, passkeys, people, sign_in};

/// Whose keys were destroyed, by name, e.g. `contact:c-17`.
pub type Erased = Vec<String>;

/// Erases a contact, and whoever signs in as that contact, in the caller's transaction. Facts, points and the audit's chain stay.
///
/// # Errors
/// When the database fails.
pub async fn erase_contact<C: ConnectionTrait>(conn: &C, app: &App, member: &str, id: &str, by: &By, why: &str) -> Result<Erased, DbErr> {
    // Nobody writes the contact anew meanwhile.
    members::hold(conn, std::iter::once(member)).await?;
    let mut erased = Vec::new();
    for person in people::of_contact(conn, &app.vault, id).await? {
        gone(conn, &person.id, app.now()).await?;
        erased.push(keys::person(&person.id));
    }
    erased.push(keys::contact(id));
    destroyed(conn, app, erased, Some(member), by, why).await
}

/// Erases somebody who signs in, and the contact that it is, in the caller's transaction.
///
/// # Errors
/// When the database fails.
pub async fn erase_person<C: ConnectionTrait>(conn: &C, app: &App, person: &people::Person, by: &By, why: &str) -> Result<Erased, DbErr> {
    gone(conn, &person.id, app.now()).await?;
    let erased = std::iter::once(keys::person(&person.id)).chain(person.contact.as_deref().map(keys::contact)).collect();
    destroyed(conn, app, erased, person.member.as_deref(), by, why).await
}

/// Ends whatever a person could still do or be written to.
async fn gone<C: ConnectionTrait>(conn: &C, id: &str, now: Instant) -> Result<(), DbErr> {
    people::blank(conn, id, now).await?;
    sign_in::forget_person(conn, id).await?;
    identities::forget_person(conn, id).await?;
    passkeys::forget_person(conn, id).await?;
    people::forget_tickets(conn, id).await?;
    mail::forget_person(conn, id).await
}

async fn destroyed<C: ConnectionTrait>(
    conn: &C,
    app: &App,
    subjects: Vec<String>,
    member: Option<&str>,
    by: &By,
    why: &str,
) -> Result<Erased, DbErr> {
    let mut entries = Vec::new();
    for subject in &subjects {
        if store::destroy(conn, subject, app.now()).await? {
            let member = member.map(str::to_owned);
            let why = Some(why.to_owned());
            entries.push((by.clone(), Entry { action: "erase", member, subject: subject.clone(), before: None, after: None, why }));
        }
    }
    audit::append(conn, entries, app.now()).await?;
    Ok(subjects)
}
