//! One row as a member, a contact or a fact.

use std::borrow::Cow;
use std::sync::Arc;

use ledger::Instant;
use program::expr::Value;
use program::fact::catalogue::Field;
use program::fact::{Body, Fact, Kind, MAX_ID, minor_digits};
use rust_decimal::Decimal;

use super::bound::Bound;
use super::file::Mapping;
use super::target::{Expects, ImportKind, expected};
use super::value::{Place, Refusal};
use crate::contacts::Contact;
use crate::imports::read::Record;
use crate::members::Member;

/// Reads the fields of one row by the names of their targets.
pub(super) struct Fields<'a> {
    pub(super) kind: ImportKind,
    pub(super) bound: &'a mut Bound,
    pub(super) record: &'a Record,
}

impl<'a> Fields<'a> {
    pub(super) fn text(&self, name: &'static str) -> Result<Option<Cow<'a, str>>, Refusal> {
        let Some(at) = self.kind.target(name) else {
            return Ok(None);
        };
        self.bound.text(self.bound.target(at), name, self.kind.targets()[at].expects, self.record)
    }

    pub(super) fn owned(&self, name: &'static str) -> Result<Option<String>, Refusal> {
        Ok(self.text(name)?.map(Cow::into_owned))
    }

    pub(super) fn amount(&self, name: &'static str) -> Result<Option<Decimal>, Refusal> {
        let Some(at) = self.kind.target(name) else {
            return Ok(None);
        };
        self.bound.decimal(self.bound.target(at), name, self.record, self.kind.targets()[at].expects == Expects::Amount)
    }

    pub(super) fn instant(&mut self, name: &'static str) -> Result<Option<Instant>, Refusal> {
        let Some(at) = self.kind.target(name) else {
            return Ok(None);
        };
        self.bound.instant(Place::Target(at), name, self.record)
    }

    pub(super) fn fact_kind(&self, name: &'static str) -> Result<Option<Kind>, Refusal> {
        let Some(at) = self.kind.target(name) else {
            return Ok(None);
        };
        self.bound.fact_kind(self.bound.target(at), name, self.record)
    }

    /// The refusal of a row for the sake of a field.
    pub(super) fn refused(&self, field: &str, reason: String) -> Refusal {
        Refusal { column: self.bound.columns(self.kind, field), reason }
    }

    /// The value that `read` gave, or the refusal of a row without it.
    pub(super) fn needed<T>(&self, name: &'static str, read: Option<T>) -> Result<T, Refusal> {
        read.ok_or_else(|| self.bound.missing(name, self.kind.target(name).and_then(|at| self.bound.target(at)), self.record))
    }
}

pub(super) fn member(mapping: &Mapping, fields: &mut Fields<'_>) -> Result<Member, Refusal> {
    let currency = fields.owned("currency")?.or_else(|| mapping.currency.clone());
    let credit_limit_minor = match fields.amount("credit_limit")? {
        None => None,
        Some(amount) => {
            Some(minor(amount, currency.as_deref()).map_err(|why| fields.refused("credit_limit", format!("credit_limit: {why}")))?)
        }
    };
    let employees = match fields.kind.target("employees") {
        Some(at) => fields.bound.whole(fields.bound.target(at), "employees", fields.record, 0, 1_000_000_000)?,
        None => None,
    };
    Ok(Member {
        id: fields.needed("id", fields.owned("id")?)?,
        name: fields.needed("name", fields.owned("name")?)?,
        registration_number: fields.owned("registration_number")?,
        country: fields.owned("country")?,
        region: fields.owned("region")?,
        industry: fields.owned("industry")?,
        employees,
        parent: fields.owned("parent")?,
        account_manager: fields.owned("account_manager")?,
        currency: credit_limit_minor.and(currency),
        credit_limit_minor,
        registered_at: fields.instant("registered_at")?,
    })
}

fn minor(amount: Decimal, currency: Option<&str>) -> Result<i64, String> {
    let digits = currency.and_then(minor_digits).ok_or("its currency is not known")?;
    let scaled = amount.checked_mul(Decimal::from(10_i64.pow(digits))).ok_or_else(|| format!("`{amount}` is too large"))?;
    match Value::Dec(scaled).as_int() {
        Some(minor) if minor >= 0 => Ok(minor),
        _ => Err(format!("`{amount}` is not from nothing upwards with at most {digits} decimal places")),
    }
}

pub(super) fn contact(fields: &mut Fields<'_>) -> Result<Contact, Refusal> {
    let member = fields.needed("member", fields.owned("member")?)?;
    let name = fields.needed("name", fields.owned("name")?)?;
    let email = fields.owned("email")?;
    let id = match fields.owned("id")? {
        Some(id) => id,
        None => format!("{member}:{}", email.as_deref().unwrap_or(&name)),
    };
    if id.len() > MAX_ID {
        return Err(fields.refused("name", format!("the id made for this contact, `{id}`, is longer than {MAX_ID} bytes; give one")));
    }
    let (title, role, phone) = (fields.owned("title")?, fields.owned("role")?, fields.owned("phone")?);
    Ok(Contact { id, member, name, title, role, email, phone, erased: false })
}

pub(super) fn fact(mapping: &Mapping, recorded_at: Instant, fields: &mut Fields<'_>) -> Result<Fact, Refusal> {
    let kind = fields.needed("kind", fields.fact_kind("kind")?)?;
    let id = fields.needed("id", fields.text("id")?)?;
    let member = fields.needed("member", fields.text("member")?)?;
    let occurred_at = fields.instant("occurred_at")?;
    let occurred_at = fields.needed("occurred_at", occurred_at)?;
    let body = match fields.text("body")? {
        Some(json) => Body::from_json(kind, &json).map_err(|error| fields.refused("body", format!("body: {}", error.message)))?,
        None => body(mapping, kind, fields)?,
    };
    Ok(Fact {
        id: Arc::from(&*id),
        member: Arc::from(&*member),
        kind,
        occurred_at,
        recorded_at,
        source: Arc::from(fields.text("source")?.as_deref().unwrap_or(&mapping.source)),
        actor: fields.text("actor")?.map(|actor| Arc::from(&*actor)),
        corrects: fields.text("corrects")?.map(|id| Arc::from(&*id)),
        body,
    })
}

/// The body of a fact field by field. A row may leave empty what its kind does not have; a value there is refused.
fn body(mapping: &Mapping, kind: Kind, fields: &mut Fields<'_>) -> Result<Body, Refusal> {
    let mut values: Vec<(String, Value)> = Vec::new();
    for at in 0..fields.bound.body.len() {
        let name = fields.bound.body[at].0.clone();
        let field = kind.field(&name).map(|place| &kind.spec().fields[place]);
        let value = match field {
            Some(field) => body_value(field, at, fields)?,
            None => {
                let source = Some(&fields.bound.body[at].1);
                match fields.bound.text(source, &name, Expects::Json, fields.record)? {
                    Some(found) => {
                        return Err(fields.bound.unfit(
                            &fields.bound.body[at].1,
                            &name,
                            &found,
                            &format!("empty, and {} has no such field", kind.name()),
                        ));
                    }
                    None => None,
                }
            }
        };
        values.extend(value.map(|value| (name, value)));
    }
    let given = |name: &str| values.iter().any(|(field, _)| field == name);
    if let Some(currency) = &mapping.currency
        && kind.field("currency").is_some()
        && given("amount")
        && !given("currency")
    {
        values.push(("currency".to_owned(), Value::from(currency.as_str())));
    }
    let values: Vec<(&str, Value)> = values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    Body::build(kind, &values, Vec::new()).map_err(|error| fields.refused(error.field.as_deref().unwrap_or_default(), error.message))
}

fn body_value(field: &Field, at: usize, fields: &mut Fields<'_>) -> Result<Option<Value>, Refusal> {
    let Some(expects) = expected(field) else {
        return Ok(None);
    };
    if expects == Expects::Time {
        return Ok(fields.bound.instant(Place::Body(at), field.name, fields.record)?.map(Value::Time));
    }
    let (bound, record) = (&*fields.bound, fields.record);
    let source = Some(&bound.body[at].1);
    Ok(match expects {
        Expects::Whole(low, high) => bound.whole(source, field.name, record, low, high)?.map(Value::Int),
        Expects::Amount => bound.decimal(source, field.name, record, true)?.map(Value::Dec),
        Expects::Number => bound.decimal(source, field.name, record, false)?.map(Value::Dec),
        expects => bound.text(source, field.name, expects, record)?.map(|text| Value::from(&*text)),
    })
}
