//! People who sign in: the platform's own (staff) and those of enterprises.
//!
//! A person has one address, an e-mail address or a phone number, one role, and with a role of enterprises the enterprise it acts for. Whoever is invited gets a link that is good
//! once; a person that is disabled is out at once.

mod address;
pub mod password;
pub mod serve;
mod store;
mod ticket;
mod view;

use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr};

use crate::access::Role;
use crate::members;
use crate::vault::Vault;

pub use address::Address;
pub use store::{all, blank, bring_up, by_address, by_id, count, insert, of_contact, of_member, of_staff, put_password, update};
pub use ticket::{Purpose, Ticket, end, forget_ended, forget_tickets, redeem, spend, try_code, write};
pub use view::PersonView;

/// The longest name of a person.
const NAME_MAX: usize = 100;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `per_…`, or chosen: the name by which members' `account_manager` knows a staff member.
    pub id: String,
    /// How it is called.
    pub name: String,
    /// Where it is reached; nobody else has it.
    pub address: Address,
    /// Its role.
    pub role: Role,
    /// The enterprise it acts for; `None` for staff.
    pub member: Option<String>,
    /// The contact that it is, where it is one.
    pub contact: Option<String>,
    /// The language of its mail: `zh-CN`, `zh-TW` or `en`.
    pub language: Option<String>,
    /// The password, hashed (PHC string); none before an invitation is taken.
    pub password: Option<String>,
    /// The secret of its one-time codes, sealed; in force when `second_factor_at` says since when.
    pub totp: Option<String>,
    /// The last time step whose code was used: a code is good once.
    pub totp_step: Option<i64>,
    /// Since when a second factor is asked for.
    pub second_factor_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// Since when it may not sign in.
    pub disabled_at: Option<Instant>,
    /// When it last signed in.
    pub signed_in_at: Option<Instant>,
}

impl Person {
    /// Whether what names it was erased.
    pub fn erased(&self) -> bool {
        self.address.is_empty()
    }
}

/// A person to be made.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Chosen, or made by Hansa.
    pub id: String,
    /// How it is called.
    pub name: String,
    /// Where it is reached.
    pub address: Address,
    /// Its role.
    pub role: Role,
    /// The enterprise it acts for.
    pub member: Option<String>,
    /// The contact that it is.
    pub contact: Option<String>,
    /// The language of its mail.
    pub language: Option<String>,
}

/// Why something about a person could not be done.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// A field is not right.
    #[error("field `{field}`: {why}")]
    Field {
        /// The field.
        field: &'static str,
        /// What would be right.
        why: String,
    },
    /// There is no such person.
    #[error("there is no such person")]
    Unknown,
    /// It is not allowed as things are; the sentence says why.
    #[error("{0}")]
    Refused(&'static str),
}

/// Makes a person, without a password: an invitation follows.
///
/// # Errors
/// When a field is not right; nothing is made then.
pub async fn create<C: ConnectionTrait>(conn: &C, vault: &Vault, new: NewPerson, now: Instant) -> Result<Person, PersonError> {
    let person = Person {
        id: new.id,
        name: new.name.trim().to_owned(),
        address: new.address,
        role: new.role,
        member: new.member,
        contact: new.contact,
        language: new.language,
        password: None,
        totp: None,
        totp_step: None,
        second_factor_at: None,
        created_at: now,
        disabled_at: None,
        signed_in_at: None,
    };
    check(conn, &person).await?;
    if by_id(conn, vault, &person.id).await?.is_some() {
        return Err(field("id", "somebody has it already".to_owned()));
    }
    if by_address(conn, vault, &person.address).await?.is_some() {
        let which = if person.address.as_phone().is_some() { "phone" } else { "email" };
        return Err(field(which, "somebody has it already".to_owned()));
    }
    insert(conn, vault, &person).await?;
    Ok(person)
}

fn plain(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// Whether these can be a person's name and language.
///
/// # Errors
/// The field that cannot, and what would be right.
pub fn plausible(name: &str, language: Option<&str>) -> Result<(), (&'static str, String)> {
    if !plain(name, NAME_MAX) {
        return Err(("name", format!("1 to {NAME_MAX} characters")));
    }
    if language.is_some_and(|tag| crate::language::Language::tagged(tag).is_none()) {
        return Err(("language", "`zh-CN`, `zh-TW` or `en`".to_owned()));
    }
    Ok(())
}

/// Whether a person can be kept as it is.
async fn check<C: ConnectionTrait>(conn: &C, person: &Person) -> Result<(), PersonError> {
    if !plain(&person.id, 128) || person.id.contains('/') {
        return Err(field("id", "1 to 128 characters without `/`".to_owned()));
    }
    plausible(&person.name, person.language.as_deref()).map_err(|(name, why)| field(name, why))?;
    match &person.member {
        Some(_) if !person.role.of_company() => Err(field("role", "owner, buyer, finance or viewer".to_owned())),
        None if person.role.of_company() => Err(field("role", "a role of the platform's people".to_owned())),
        Some(member) if members::find(conn, std::iter::once(member.as_str())).await?.is_empty() => Err(PersonError::Unknown),
        Some(member) => match &person.contact {
            Some(contact) if !crate::contacts::belongs(conn, contact, member).await? => {
                Err(field("contact", format!("`{member}` has no contact `{contact}`")))
            }
            _ => Ok(()),
        },
        None => Ok(()),
    }
}

/// Changes a person. The last administrator who can sign in stays one.
///
/// # Errors
/// When a field is not right.
pub async fn change<C: ConnectionTrait>(conn: &C, vault: &Vault, before: &Person, after: &Person) -> Result<(), PersonError> {
    if before.erased() {
        return Err(PersonError::Refused("who was erased does not come back: invite somebody new"));
    }
    check(conn, after).await?;
    let leads = |person: &Person| person.role == Role::Administrator && person.disabled_at.is_none();
    if leads(before) && !leads(after) && store::others_lead(conn, &before.id).await? == 0 {
        return Err(PersonError::Refused("this is the last administrator: make another one first"));
    }
    Ok(update(conn, vault, after).await?)
}

fn field(field: &'static str, why: String) -> PersonError {
    PersonError::Field { field, why }
}
