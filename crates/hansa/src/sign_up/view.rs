//! Signing up on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Form;
use crate::registrations::view::NewRegistration;

/// Whether enterprises can sign up by themselves.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "open": true, "by": ["email", "phone"] }))]
pub struct SignUpView {
    /// Whether they can; else they are invited.
    pub open: bool,
    /// By what people can be reached who sign up: `email`, and `phone` where short messages are sent.
    pub by: Vec<&'static str>,
}

/// A form that waits.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "ticket": "Zm9yIHRoaXMgZGV2aWNlIGFsb25lLCBub3QgZm9yIHlvdXI", "minutes": 10 }))]
pub struct SignUpBegun {
    /// To be sent back together with the code out of the short message; good on this device alone. `null` where a link goes by mail.
    pub ticket: Option<String>,
    /// How long the link or the code is good, in minutes.
    pub minutes: i64,
}

/// The form.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "company": "华东轴承有限公司", "country": "CN", "registration": { "kind": "credit-code", "number": "91350100M000100Y43" },
    "name": "李伟", "email": "li.wei@example.com", "language": "zh-CN"
}))]
pub struct NewSignUp {
    /// The enterprise's registered name.
    #[schema(max_length = 200)]
    pub company: String,
    /// Its country (ISO 3166-1 alpha-2).
    #[schema(min_length = 2, max_length = 2)]
    pub country: Option<String>,
    /// Its province or state.
    #[schema(max_length = 100)]
    pub region: Option<String>,
    /// Its class by GB/T 4754 or ISIC.
    #[schema(max_length = 100)]
    pub industry: Option<String>,
    /// How many people work there.
    #[schema(minimum = 0)]
    pub employees: Option<i64>,
    /// Its registration number.
    pub registration: Option<NewRegistration>,
    /// The name of the person who signs up, who will be its first owner.
    #[schema(max_length = 100)]
    pub name: String,
    /// The person's e-mail address, to which a link goes, or
    #[schema(format = Email, max_length = 254)]
    pub email: Option<String>,
    /// the person's phone number (E.164), to which a code goes.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$")]
    pub phone: Option<String>,
    /// The language of its mail: `zh-CN`, `zh-TW` or `en`.
    #[schema(pattern = "^(zh-CN|zh-TW|en)$")]
    pub language: Option<String>,
}

impl From<NewSignUp> for Form {
    fn from(new: NewSignUp) -> Form {
        let NewSignUp { company, country, region, industry, employees, registration, name, email, phone, language } = new;
        Form { company, country, region, industry, employees, registration, name, email, phone, code: None, language }
    }
}

/// A link out of a mail, or a ticket with the code out of a short message, and the password that was chosen.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ticket": "ZnJvbSB0aGUgbGluayBpbiB0aGUgbWFpbCwgYWZ0ZXIgIw", "password": "correct heron bicycle" }))]
pub struct Confirmed {
    /// What stands after `#` in the link.
    #[schema(max_length = 100)]
    pub ticket: String,
    /// The password.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: String,
    /// The code, where a phone number is to be confirmed.
    #[schema(max_length = 40)]
    pub code: Option<String>,
}
