//! Signing in on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Session;
use crate::people::PersonView;
use crate::standing::view::instant;

/// A password to sign in with.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "li.wei@example.com", "password": "correct heron bicycle" }))]
pub struct ByPassword {
    /// The e-mail address, or
    #[schema(format = Email, max_length = 254)]
    pub email: Option<String>,
    /// the phone number (E.164).
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$")]
    pub phone: Option<String>,
    /// The password.
    #[schema(format = Password, max_length = 128)]
    pub password: String,
}

/// An address that a letter or a short message is to go to.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "li.wei@example.com" }))]
pub struct Recipient {
    /// The e-mail address, or
    #[schema(format = Email, max_length = 254)]
    pub email: Option<String>,
    /// the phone number (E.164).
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$")]
    pub phone: Option<String>,
}

/// A ticket, which goes with a code.
#[derive(Clone, Serialize, ToSchema)]
#[schema(example = json!({ "ticket": "Zm9yIHRoaXMgZGV2aWNlIGFsb25lLCBub3QgZm9yIHlvdXI" }))]
pub struct TicketView {
    /// To be sent back together with the code; good on this device alone.
    pub ticket: String,
}

/// A code with its ticket.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ticket": "Zm9yIHRoaXMgZGV2aWNlIGFsb25lLCBub3QgZm9yIHlvdXI", "code": "482913" }))]
pub struct CodeAnswer {
    /// The ticket.
    #[schema(max_length = 100)]
    pub ticket: String,
    /// The code: from the mail, from the authenticator, or a recovery code.
    #[schema(format = Password, max_length = 40)]
    pub code: String,
}

/// A link that was taken, and the password that was chosen.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ticket": "ZnJvbSB0aGUgbGluayBpbiB0aGUgbWFpbCwgYWZ0ZXIgIw", "password": "correct heron bicycle" }))]
pub struct ChosenPassword {
    /// What stands after `#` in the link.
    #[schema(max_length = 100)]
    pub ticket: String,
    /// The password.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: String,
}

/// How far signing in has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "state": "second-factor", "ticket": "Zm9yIHRoaXMgZGV2aWNlIGFsb25lLCBub3QgZm9yIHlvdXI" }))]
pub struct SignedIn {
    /// `signed-in`: the session's cookie is set. `second-factor`: a code is to be sent with the ticket. `linked`: whoever was signed in has another
    /// identity to sign in with.
    #[schema(pattern = "^(signed-in|second-factor|linked)$")]
    pub state: &'static str,
    /// The ticket for the second factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Who has signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonView>,
}

/// A session.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Its id, `ses_…`.
    pub id: String,
    /// Whether the request came with it.
    pub current: bool,
    /// When it began.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it was last used, to the minute.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub seen_at: Instant,
    /// When it ends at the latest.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Instant,
    /// From which network address it began.
    pub address: Option<String>,
    /// Which browser began it, as it says.
    pub agent: Option<String>,
}

impl SessionView {
    /// A session as its person sees it.
    pub fn of(session: Session, current: Option<&str>) -> SessionView {
        SessionView {
            current: current == Some(session.id.as_str()),
            id: session.id,
            created_at: session.created_at,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
            address: session.address,
            agent: session.agent,
        }
    }
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    /// The person.
    pub person: PersonView,
    /// The session.
    pub session: SessionView,
    /// How many recovery codes are left, where a second factor is set up.
    pub recovery_codes: i64,
}

/// Sessions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionsView {
    /// The latest first.
    pub items: Vec<SessionView>,
}

/// Another password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "old": "correct heron bicycle", "new": "quiet orange lighthouse" }))]
pub struct PasswordChange {
    /// The password as it is.
    #[schema(format = Password, max_length = 128)]
    pub old: String,
    /// The password as it is to be.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub new: String,
}

/// What an authenticator is to be told.
#[derive(Clone, Serialize, ToSchema)]
#[schema(example = json!({ "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "url": "otpauth://totp/Hansa:li.wei%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Hansa" }))]
pub struct Authenticator {
    /// The secret, base32.
    pub secret: String,
    /// The same as an address, to be shown as a QR code.
    pub url: String,
}

/// A code that proves that the authenticator works, or that it is still there.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "482913" }))]
pub struct Code {
    /// From the authenticator; to take the second factor away, a recovery code does, too.
    #[schema(format = Password, max_length = 40)]
    pub code: String,
}

/// Recovery codes, shown this once. Each replaces one code of the authenticator.
#[derive(Clone, Serialize, ToSchema)]
#[schema(example = json!({ "recovery_codes": ["k7m2-pxq9-ra3d-ntwh-8vbc-5jfz-6gse"] }))]
pub struct RecoveryCodes {
    /// To be kept where the phone is not.
    pub recovery_codes: Vec<String>,
}
