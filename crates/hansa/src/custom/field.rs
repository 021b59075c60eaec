//! A custom field: what it is called, what kind its values are, and how they are written.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger::Instant;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The most characters of a text.
pub const TEXT_MAX: usize = 500;

/// What values of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CustomFieldKind)]
pub enum Kind {
    /// 1 to 500 characters.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// A decimal number as a text, e.g. `"1250.50"`: at most 28 digits.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// A day, e.g. `"2026-03-18"`.
    Date,
    /// One of the field's choices, by its id.
    Choice,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] = [Kind::Text, Kind::Integer, Kind::Decimal, Kind::Boolean, Kind::Date, Kind::Choice];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Decimal => "decimal",
            Kind::Boolean => "boolean",
            Kind::Date => "date",
            Kind::Choice => "choice",
        }
    }
}

/// One of the values of a field of choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomFieldChoice)]
pub struct Choice {
    /// How it is stored and sent.
    #[schema(pattern = "^[a-z0-9][a-z0-9_-]{0,49}$")]
    pub id: String,
    /// Its name by language (`zh-CN`, `zh-TW`, `en`); its id where there is none.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

/// A custom field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// By which values are sent.
    pub id: String,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
    /// What its values are; it stays as it was made.
    pub kind: Kind,
    /// What there is to choose from; empty for other kinds.
    pub choices: Vec<Choice>,
    /// When it was made.
    pub created_at: Instant,
}

impl Field {
    /// A value that was sent, as it is stored: equal values are equal texts.
    ///
    /// # Errors
    /// What would be right.
    pub fn stored(&self, sent: &Value) -> Result<String, String> {
        match (self.kind, sent) {
            (Kind::Boolean, Value::Bool(truth)) => Ok(truth.to_string()),
            (Kind::Integer, Value::Number(number)) => {
                number.as_i64().map(|number| number.to_string()).ok_or_else(|| "a whole number of 64 bits".to_owned())
            }
            (Kind::Text | Kind::Decimal | Kind::Date | Kind::Choice, Value::String(text)) => self.read(text),
            (Kind::Text, _) => Err(format!("a text of 1 to {TEXT_MAX} characters")),
            (Kind::Integer, _) => Err("a whole number of 64 bits".to_owned()),
            (Kind::Decimal, _) => Err("a decimal number as a text, e.g. \"1250.50\"".to_owned()),
            (Kind::Boolean, _) => Err("true or false".to_owned()),
            (Kind::Date, _) => Err("a day as a text, e.g. \"2026-03-18\"".to_owned()),
            (Kind::Choice, _) => Err(self.choose()),
        }
    }

    /// A value as a text, e.g. out of a query, as it is stored.
    ///
    /// # Errors
    /// What would be right.
    pub fn read(&self, text: &str) -> Result<String, String> {
        match self.kind {
            Kind::Text => {
                let right = !text.trim().is_empty() && text.chars().count() <= TEXT_MAX && !text.contains('\0');
                right.then(|| text.to_owned()).ok_or_else(|| format!("1 to {TEXT_MAX} characters"))
            }
            Kind::Integer => text.parse::<i64>().map(|number| number.to_string()).map_err(|_| "a whole number of 64 bits".to_owned()),
            Kind::Decimal => {
                let number = Decimal::from_str_exact(text).map_err(|_| "a decimal number of at most 28 digits".to_owned())?;
                Ok(number.normalize().to_string())
            }
            Kind::Boolean => match text {
                "true" | "false" => Ok(text.to_owned()),
                _ => Err("true or false".to_owned()),
            },
            Kind::Date => {
                let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| day.to_string() == text);
                day.map(|_| text.to_owned()).ok_or_else(|| "a day, e.g. 2026-03-18".to_owned())
            }
            Kind::Choice => {
                let known = self.choices.iter().any(|choice| choice.id == text);
                known.then(|| text.to_owned()).ok_or_else(|| self.choose())
            }
        }
    }

    /// A stored value as it is shown.
    pub fn shown(&self, stored: &str) -> Value {
        match self.kind {
            Kind::Integer => stored.parse::<i64>().map_or_else(|_| stored.into(), Value::from),
            Kind::Boolean => Value::Bool(stored == "true"),
            Kind::Text | Kind::Decimal | Kind::Date | Kind::Choice => stored.into(),
        }
    }

    fn choose(&self) -> String {
        format!("one of {}", self.choices.iter().map(|choice| choice.id.as_str()).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_checked_by_their_kind_and_come_back_as_they_went_in() {
        let choices = ["a", "b"].map(|id| Choice { id: id.to_owned(), names: BTreeMap::new() }).to_vec();
        let field = |kind| Field { id: "f".to_owned(), names: BTreeMap::new(), kind, choices: choices.clone(), created_at: Instant(0) };
        for (kind, sent, stored) in [
            (Kind::Text, json!("重点客户"), Some("重点客户")),
            (Kind::Text, json!(" "), None),
            (Kind::Text, json!("字".repeat(501)), None),
            (Kind::Text, json!(5), None),
            (Kind::Integer, json!(-9_223_372_036_854_775_808_i64), Some("-9223372036854775808")),
            (Kind::Integer, json!(9_223_372_036_854_775_808_u64), None),
            (Kind::Integer, json!(1.5), None),
            (Kind::Integer, json!("5"), None),
            (Kind::Decimal, json!("1250.50"), Some("1250.5")),
            (Kind::Decimal, json!("-0.00"), Some("0")),
            (Kind::Decimal, json!("1e5"), None),
            (Kind::Decimal, json!(1.5), None),
            (Kind::Decimal, json!("12345678901234567890123456789.5"), None),
            (Kind::Boolean, json!(true), Some("true")),
            (Kind::Boolean, json!("true"), None),
            (Kind::Date, json!("2028-02-29"), Some("2028-02-29")),
            (Kind::Date, json!("2026-02-29"), None),
            (Kind::Date, json!("2026-2-9"), None),
            (Kind::Choice, json!("b"), Some("b")),
            (Kind::Choice, json!("c"), None),
        ] {
            let field = field(kind);
            let found = field.stored(&sent);
            assert_eq!(found.as_deref().ok(), stored, "{kind:?} {sent}");
            if let Ok(found) = found {
                assert_eq!(field.stored(&field.shown(&found)).unwrap(), found, "{kind:?} {sent}");
                assert_eq!(field.read(&found).unwrap(), found, "{kind:?} {sent}");
            }
        }
    }
}
