//! What a member may look like.

use program::fact::{MAX_ID, minor_digits};
use sea_orm::{ConnectionTrait, DbErr};

use super::credit_code::CreditCode;
use super::list::lineage;
use super::{Member, find};

/// The longest name, in characters.
pub const NAME_MAX: usize = 300;
const TEXT_MAX: usize = 200;

/// A field that is not right, and what would be.
pub type Wrong = (&'static str, String);

/// Looks at every field of a member, and at its place in the company tree.
///
/// # Errors
/// When the database fails; the first field that is not right is the answer.
pub async fn check<C: ConnectionTrait>(conn: &C, member: &Member) -> Result<Option<Wrong>, DbErr> {
    if let Some(wrong) = fields(member) {
        return Ok(Some(wrong));
    }
    let Some(parent) = &member.parent else { return Ok(None) };
    if *parent == member.id {
        return Ok(Some(("parent", "a company is not its own parent".to_owned())));
    }
    if find(conn, std::iter::once(parent.as_str())).await?.is_empty() {
        return Ok(Some(("parent", format!("there is no member `{parent}`"))));
    }
    let above = lineage(conn, parent).await?;
    if above.parents.contains(&member.id) {
        return Ok(Some(("parent", format!("`{parent}` is a subsidiary of this member already"))));
    }
    Ok(None)
}

/// Whether ISO 3166-1 has a country of these two letters; Kosovo goes by its own, which the standard leaves to users.
pub fn is_country(code: &str) -> bool {
    code == "XK" || code.len() == 2 && code.parse::<iso_country::Country>().is_ok()
}

fn fields(member: &Member) -> Option<Wrong> {
    let bad = |text: &str, max: usize| text.trim().is_empty() || text.chars().count() > max || text.chars().any(char::is_control);
    if bad(&member.id, MAX_ID) || member.id.len() > MAX_ID || member.id.contains('/') {
        return Some(("id", format!("1 to {MAX_ID} bytes without control characters and `/`")));
    }
    if bad(&member.name, NAME_MAX) {
        return Some(("name", format!("1 to {NAME_MAX} characters")));
    }
    let texts = [
        ("registration_number", &member.registration_number),
        ("region", &member.region),
        ("industry", &member.industry),
        ("account_manager", &member.account_manager),
    ];
    if let Some((field, _)) = texts.into_iter().find(|(_, text)| text.as_deref().is_some_and(|text| bad(text, TEXT_MAX))) {
        return Some((field, format!("1 to {TEXT_MAX} characters, or null")));
    }
    if member.country.as_deref().is_some_and(|code| !is_country(code)) {
        return Some(("country", "the two capital letters of a country (ISO 3166-1 alpha-2), e.g. CN, or null".to_owned()));
    }
    if let (Some("CN"), Some(code)) = (member.country.as_deref(), &member.registration_number)
        && code.chars().count() == 18
        && let Err(error) = CreditCode::parse(code)
    {
        return Some(("registration_number", error.to_string()));
    }
    if member.employees.is_some_and(|employees| employees < 0) {
        return Some(("employees", "0 or more, or null".to_owned()));
    }
    if member.credit_limit_minor.is_some_and(|limit| limit < 0) {
        return Some(("credit_limit_minor", "0 or more, or null".to_owned()));
    }
    if member.currency.as_deref().is_some_and(|code| minor_digits(code).is_none()) {
        return Some(("currency", "an ISO 4217 code, or null".to_owned()));
    }
    if member.credit_limit_minor.is_some() && member.currency.is_none() {
        return Some(("currency", "a credit limit has a currency".to_owned()));
    }
    None
}
