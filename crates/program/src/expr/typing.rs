//! The rules of types: what compares with what, and how constants adapt to what they stand beside.

use chrono_tz::Tz;
use sqlparser::ast::Expr as Ast;
use sqlparser::tokenizer::Location;

use super::error::ExprError;
use super::node::Node;
use super::parse::position;
use super::{Type, Value, time};

/// A compiled part with its type (`None`: NULL, which fits all) and the text it came from, for messages.
#[derive(Debug)]
pub(super) struct Typed<'a> {
    pub(super) node: Node,
    pub(super) ty: Option<Type>,
    pub(super) ast: &'a Ast,
}

impl<'a> Typed<'a> {
    pub(super) fn at(&self, otherwise: Location) -> Location {
        position(self.ast).unwrap_or(otherwise)
    }

    /// "`region` is text", cut short if the part is long.
    fn described(&self) -> String {
        format!("`{}` is {}", short(self.ast), self.ty.map_or("null", Type::noun))
    }

    /// Refuses anything but one of the wanted types.
    pub(super) fn expect(&self, wanted: &[Type], what: &str, at: Location) -> Result<(), ExprError> {
        match self.ty {
            Some(ty) if !wanted.contains(&ty) => {
                let noun = wanted.first().map_or("a value", |ty| ty.noun());
                Err(ExprError::new(self.at(at), format!("{what} must be {noun}, but {}", self.described())))
            }
            _ => Ok(()),
        }
    }

    /// A constant takes the type it stands beside: text becomes a time, a whole number a decimal and back. Other parts stay.
    pub(super) fn adapt(&mut self, ty: Type, zone: Tz, at: Location) -> Result<(), ExprError> {
        let Node::Const(value) = &mut self.node else {
            return Ok(());
        };
        match (ty, &*value) {
            (Type::Time, Value::Text(text)) => match time::parse(text, zone) {
                Some(instant) => *value = Value::Time(instant),
                None => return Err(bad_time(text, position(self.ast).unwrap_or(at))),
            },
            (Type::Decimal, Value::Int(_)) => *value = std::mem::take(value).fit(Type::Decimal),
            (Type::Int, Value::Dec(_)) if value.as_int().is_some() => *value = std::mem::take(value).fit(Type::Int),
            _ => return Ok(()),
        }
        self.ty = Some(ty);
        Ok(())
    }
}

impl Type {
    /// As messages call it.
    pub fn noun(self) -> &'static str {
        match self {
            Type::Bool => "true or false",
            Type::Int | Type::Decimal => "a number",
            Type::Text => "text",
            Type::Time => "a time",
        }
    }

    /// Whether it is a number, whole or decimal.
    pub fn is_number(self) -> bool {
        matches!(self, Type::Int | Type::Decimal)
    }

    fn compares_with(self, other: Type) -> bool {
        self == other || (self.is_number() && other.is_number())
    }
}

pub(super) const NUMBERS: &[Type] = &[Type::Int, Type::Decimal];

/// Makes two sides comparable or says why they are not.
pub(super) fn comparable(left: &mut Typed<'_>, right: &mut Typed<'_>, zone: Tz, at: Location) -> Result<(), ExprError> {
    if let Some(ty) = left.ty {
        right.adapt(ty, zone, at)?;
    }
    if let Some(ty) = right.ty {
        left.adapt(ty, zone, at)?;
    }
    match (left.ty, right.ty) {
        (Some(a), Some(b)) if !a.compares_with(b) => {
            // The constant is plain to see; the column's type is what surprises.
            let subject: &Typed<'_> = if matches!(left.node, Node::Const(_)) { right } else { left };
            let message = format!("cannot compare {} with {}: {}", a.noun(), b.noun(), subject.described());
            Err(ExprError::new(subject.at(at), message))
        }
        _ => Ok(()),
    }
}

/// The one type of several alternatives (`CASE`, `coalesce`, `least`, `IN`), to which their constants adapt.
pub(super) fn unify(parts: &mut [&mut Typed<'_>], what: &str, zone: Tz, at: Location) -> Result<Option<Type>, ExprError> {
    if parts.iter().any(|part| part.ty == Some(Type::Time)) {
        for part in parts.iter_mut() {
            part.adapt(Type::Time, zone, at)?;
        }
    }
    let mut unified: Option<Type> = None;
    let mut first: Option<usize> = None;
    for (index, part) in parts.iter().enumerate() {
        let Some(ty) = part.ty else { continue };
        match (unified, first) {
            (Some(so_far), Some(first)) if !so_far.compares_with(ty) => {
                let message = format!("{what} must be of one type: {}, {}", parts[first].described(), part.described());
                return Err(ExprError::new(part.at(at), message));
            }
            (Some(Type::Decimal), _) => {}
            _ => {
                unified = Some(ty);
                first = first.or(Some(index));
            }
        }
    }
    if unified == Some(Type::Decimal) {
        for part in parts.iter_mut() {
            part.adapt(Type::Decimal, zone, at)?;
        }
    }
    Ok(unified)
}

pub(super) fn bad_time(text: &str, at: Location) -> ExprError {
    ExprError::new(at, format!("`{text}` is not a date or time")).help("write '2026-01-31' or '2026-01-31 08:30:00'")
}

/// The text of a part, at most [`SHORT_CHARS`] characters of it. Only for parts whose depth has been checked.
fn short(ast: &Ast) -> String {
    let text = ast.to_string();
    if text.chars().count() <= SHORT_CHARS {
        return text;
    }
    text.chars().take(SHORT_CHARS).chain(std::iter::once('…')).collect()
}

const SHORT_CHARS: usize = 40;
