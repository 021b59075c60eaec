//! Signing up: an enterprise becomes a member by one short form.
//!
//! The form alone makes nothing but a row that waits, sealed: the link in the mail, or the code in the short message, that follows proves the address.
//! Whoever has it and chooses a password makes the member with its first owner, and is signed in. What nobody confirms is forgotten after three days,
//! or with a code after ten minutes.

pub mod serve;
mod store;
mod view;

use program::Mode;
use program::fact::{Body, Fact, Kind};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::access::{Caller, Role};
use crate::app::App;
use crate::audit::{self, By};
use crate::facts;
use crate::http::problem::{Code, Failed, Problem};
use crate::members::{self, Member};
use crate::people::{self, Address, NewPerson, Person, PersonError};
use crate::registrations::view::NewRegistration;
use crate::registrations::{self, Number, Registration};
use crate::sign_in;

pub use store::{bring_up, forget_ended};

/// How long a form waits for its link to be followed, in days.
pub const DAYS: i64 = 3;
/// How long it waits for its code, in minutes.
pub const MINUTES: i64 = 10;
/// Who says that a member registered.
const SOURCE: &str = "sign-up";

/// A form that waits for its address to be confirmed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Form {
    /// The enterprise's name.
    pub company: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Province or state.
    pub region: Option<String>,
    /// GB/T 4754 or ISIC class.
    pub industry: Option<String>,
    /// How many people work there.
    pub employees: Option<i64>,
    /// Its registration number, as it was typed.
    pub registration: Option<NewRegistration>,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address, or
    pub email: Option<String>,
    /// the person's phone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// The mark of the code that was sent to the phone; none is right where somebody has the number already.
    #[serde(default)]
    pub code: Option<String>,
    /// The language of its mail.
    pub language: Option<String>,
}

impl Form {
    /// Where the person is reached.
    fn address(&self) -> Result<Address, Problem> {
        Address::of(self.email.as_deref(), self.phone.as_deref()).map_err(|(field, why)| Problem::field(field, why))
    }

    /// The registration number, checked.
    fn number(&self) -> Result<Option<Number>, Problem> {
        let number = self.registration.as_ref().map(NewRegistration::number).transpose();
        number.map_err(|(field, why)| Problem::field(format!("registration.{field}"), why))
    }

    fn member(&self, id: &str, now: ledger::Instant) -> Member {
        Member {
            id: id.to_owned(),
            name: self.company.trim().to_owned(),
            country: self.country.clone(),
            region: self.region.clone(),
            industry: self.industry.clone(),
            employees: self.employees,
            registered_at: Some(now),
            ..Member::default()
        }
    }

    fn registered(&self, member: &str, now: ledger::Instant) -> Option<Fact> {
        let kind = Kind::named("member.registered");
        let body = serde_json::json!({ "industry": self.industry, "region": self.region, "employees": self.employees });
        Some(Fact {
            id: format!("{SOURCE}:{member}").into(),
            member: member.into(),
            kind,
            occurred_at: now,
            recorded_at: now,
            source: SOURCE.into(),
            actor: None,
            corrects: None,
            body: Body::from_json(kind, &body.to_string()).ok()?,
        })
    }
}

/// Uses the ticket of a form up, and makes the member and its first owner, who has no password yet, in the caller's transaction. Whoever calls has
/// seen to it that the address is [proven](serve::proven).
///
/// # Errors
/// When the ticket is over, another member has the number, or somebody got the address meanwhile.
pub(crate) async fn join<C: ConnectionTrait>(conn: &C, app: &App, ticket: &str, by: &By) -> Result<Person, Failed> {
    let form = store::find(conn, app, ticket).await?.ok_or_else(|| Problem::new(Code::LinkEnded))?;
    if !store::spend(conn, ticket).await? {
        return Err(Problem::new(Code::LinkEnded).into());
    }
    make(conn, app, &form, by).await
}

/// Makes the member and its first owner, who has no password yet, in the caller's transaction.
///
/// # Errors
/// When another member has the number, or somebody got the address meanwhile.
async fn make<C: ConnectionTrait>(conn: &C, app: &App, form: &Form, by: &By) -> Result<Person, Failed> {
    let now = app.now();
    let member = form.member(&app.clock.id("mem"), now);
    if let Some((field, why)) = members::check(conn, &member).await? {
        return Err(Problem::field(field, why).into());
    }
    let numbers: Vec<Number> = form.number()?.into_iter().collect();
    registrations::serve::free(conn, &numbers, &member.id, &Caller::nobody(None)).await?;
    members::put(conn, std::slice::from_ref(&member), now).await?;
    let new = NewPerson {
        id: app.clock.id("per"),
        name: form.name.clone(),
        address: form.address()?,
        role: Role::Owner,
        member: Some(member.id.clone()),
        contact: None,
        language: form.language.clone(),
    };
    let person = people::create(conn, &app.vault, new, now).await.map_err(|error| match error {
        PersonError::Database(error) => Failed::Database(error),
        // Whoever has the address signs in.
        _ => Problem::new(Code::LinkEnded).into(),
    })?;
    let by = By { actor: sign_in::actor(&person), ..by.clone() };
    let entries = vec![
        (by.clone(), members::serve::changed("create_member", None, Some(&member))),
        (by.clone(), people::serve::told(conn, app, "confirm_sign_up", None, &person).await?),
    ];
    audit::append(conn, entries, now).await?;
    let made = |number| Registration { id: app.clock.id("reg"), member: member.id.clone(), number, created_at: now };
    registrations::serve::put_down(conn, &numbers.into_iter().map(made).collect::<Vec<_>>(), &by).await?;
    if let (Ok(timeline), Some(fact)) = (app.timeline(), form.registered(&member.id, now)) {
        for answer in facts::record(conn, &timeline, vec![fact], Mode::Live, now, None).await? {
            answer.map_err(|error| Problem::new(Code::Refused).saying(error.to_string()))?;
        }
    }
    Ok(person)
}
