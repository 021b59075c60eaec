//! Who was not let in, in the audit.
//!
//! Whoever is refused is told the same for whatever reason, and one row is written whether anybody has the address or not: neither the answer nor its
//! time tells who has an account. How many rows strangers can write is limited by where they call from.

use super::serve::{about, not_you};
use crate::app::App;
use crate::audit::{self, By, Entry};
use crate::http::problem::Problem;
use crate::people::{Address, Person};

/// Who was not let in.
pub(super) enum Whom<'a> {
    /// Somebody who is known.
    Person(&'a Person),
    /// Whoever has an address that nobody has here: it stands in the audit by its mark, which tells whether it is the same, and not what it is.
    Address(&'a Address),
    /// Whoever has a ticket that is nobody's, or over.
    Ticket,
}

/// Writes down that somebody was not let in; what the caller is told.
pub(super) async fn refuse(app: &App, by: &By, whom: Whom<'_>, why: &'static str) -> Problem {
    let nobody = |subject| Entry { action: "refuse_sign_in", member: None, subject, before: None, after: None, why: None };
    let entry = match whom {
        Whom::Person(person) => about(person, "refuse_sign_in"),
        Whom::Address(address) => nobody(format!("address:{}", app.vault.mark("refused address", address.as_str()))),
        Whom::Ticket => nobody("ticket:unknown".to_owned()),
    };
    written(app, by, Entry { why: Some(why.to_owned()), ..entry }, not_you()).await
}

/// Writes down that somebody who is signed in did not prove once more who it is; what the caller is told.
pub(super) async fn unproven(app: &App, by: &By, person: &Person, why: &'static str, told: Problem) -> Problem {
    written(app, by, Entry { why: Some(why.to_owned()), ..about(person, "refuse_proof") }, told).await
}

/// In a transaction of its own: what was refused was rolled back.
async fn written(app: &App, by: &By, entry: Entry, told: Problem) -> Problem {
    let row = &(by.clone(), entry);
    match app.db.write(|tx| async move { audit::append(&tx, vec![row.clone()], app.now()).await }).await {
        Ok(()) => told,
        Err(error) => error.into(),
    }
}
