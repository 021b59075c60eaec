//! What a caller is told when something cannot be done: a problem document (RFC 9457).

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sea_orm::DbErr;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::KeyError;
use crate::app::{AppError, unreadable};
use crate::facts::FactError;
use crate::language::Language;
use crate::points::SpendError;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident => $text:literal, $status:ident;)*) => {
        /// What kind of problem it is. The names are stable: programs may rely on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[doc = $doc])* $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// As it is written.
            pub fn name(self) -> &'static str {
                match self { $(Code::$name => $text),* }
            }

            /// The status it comes with.
            pub fn status(self) -> StatusCode {
                match self { $(Code::$name => StatusCode::$status),* }
            }
        }
    };
}

codes! {
    /// Nobody is known by what was sent.
    Unauthenticated => "unauthenticated", UNAUTHORIZED;
    /// Address, password or code do not belong together.
    SignInRefused => "sign-in-refused", UNAUTHORIZED;
    /// A place in the stream of events that is not kept any more.
    PositionGone => "position-gone", GONE;
    /// What a browser began at a provider was ended, is too old, or was begun in another browser.
    SignInEnded => "sign-in-ended", GONE;
    /// An identity provider does not say who somebody is, or its word does not hold.
    IdentityRefused => "identity-refused", UNAUTHORIZED;
    /// Nobody here has the identity.
    IdentityUnlinked => "identity-unlinked", FORBIDDEN;
    /// Somebody else has the identity.
    IdentityTaken => "identity-taken", CONFLICT;
    /// An identity provider gave no answer.
    ProviderFailed => "provider-failed", BAD_GATEWAY;
    /// A passkey that nobody has here, or an answer of one that does not hold.
    PasskeyRefused => "passkey-refused", UNAUTHORIZED;
    /// The address of this site can have no passkeys.
    PasskeysUnavailable => "passkeys-unavailable", CONFLICT;
    /// A link out of a mail was used, or is too old.
    LinkEnded => "link-ended", GONE;
    /// Another site sent the request along with the session.
    CrossSite => "cross-site", FORBIDDEN;
    /// The caller's role or scopes do not allow it.
    Forbidden => "forbidden", FORBIDDEN;
    /// There is no such thing, or none that the caller may know of.
    NotFound => "not-found", NOT_FOUND;
    /// The member was merged into another, which the detail names.
    MemberMerged => "member-merged", GONE;
    /// The address knows other methods.
    MethodNotAllowed => "method-not-allowed", METHOD_NOT_ALLOWED;
    /// The body cannot be read; `field` says where.
    InvalidBody => "invalid-body", UNPROCESSABLE_ENTITY;
    /// A parameter of the query or the path cannot be read.
    InvalidQuery => "invalid-query", BAD_REQUEST;
    /// A field can be read and is not right.
    InvalidField => "invalid-field", UNPROCESSABLE_ENTITY;
    /// More bytes or entries than are taken.
    TooLarge => "too-large", PAYLOAD_TOO_LARGE;
    /// No JSON.
    UnsupportedMediaType => "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE;
    /// A change without `If-Match`.
    PreconditionRequired => "precondition-required", PRECONDITION_REQUIRED;
    /// A change of something that has changed since.
    PreconditionFailed => "precondition-failed", PRECONDITION_FAILED;
    /// The id is used for something else.
    IdTaken => "id-taken", CONFLICT;
    /// Another member has the registration number.
    NumberTaken => "number-taken", CONFLICT;
    /// A register of companies gave no answer.
    LookUpFailed => "look-up-failed", BAD_GATEWAY;
    /// The idempotency key came with another request.
    IdempotencyKeyReused => "idempotency-key-reused", UNPROCESSABLE_ENTITY;
    /// The same request is being handled.
    RequestInProgress => "request-in-progress", CONFLICT;
    /// More requests than are allowed.
    TooManyRequests => "too-many-requests", TOO_MANY_REQUESTS;
    /// Stopped because it took too long.
    Timeout => "timeout", SERVICE_UNAVAILABLE;
    /// The rules do not allow it.
    Refused => "refused", CONFLICT;
    /// The settings ask for a second person.
    ApprovalNeeded => "approval-needed", CONFLICT;
    /// Too little to spend.
    InsufficientBalance => "insufficient-balance", CONFLICT;
    /// A reward cannot be ordered by this member, or not now.
    NotOffered => "not-offered", CONFLICT;
    /// Fewer of a reward are left.
    SoldOut => "sold-out", CONFLICT;
    /// A member has as many of a reward as it may have.
    LimitReached => "limit-reached", CONFLICT;
    /// No program is in force.
    NoProgram => "no-program", CONFLICT;
    /// A program that was sent has mistakes.
    ProgramMistaken => "program-mistaken", UNPROCESSABLE_ENTITY;
    /// What is stored about one member cannot be read.
    Damaged => "damaged", INTERNAL_SERVER_ERROR;
    /// Our mistake, or the database's.
    Internal => "internal", INTERNAL_SERVER_ERROR;
}

/// A problem before it is put into the caller's language.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// More about this occurrence, in English; a sentence that `details.ftl` has is told in the caller's language.
    pub detail: Option<String>,
    /// The field or parameter it is about.
    pub field: Option<String>,
    /// Seconds after which it is worth trying again.
    pub retry_after: Option<u64>,
    /// The id of what took the place of what was asked for.
    pub instead: Option<String>,
}

/// A problem document (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:hansa:problem:invalid-field", "title": "A field is not right.", "status": 422, "code": "invalid-field",
    "detail": "1 to 100 characters", "field": "name", "request": "req_0198c1f2a7f07d6e8f1f2a3b4c5d6e7f"
}))]
pub struct ProblemView {
    /// A name of the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// What is wrong, in the caller's language.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The kind of problem, for programs.
    code: &'static str,
    /// More about this occurrence, in the caller's language where we have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The language of `detail` (BCP 47), where it is not that of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail_language: Option<&'static str>,
    /// The field or parameter it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The id of what took the place of what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
    /// The id of the request, as in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
}

impl Problem {
    /// A problem of a kind, with nothing more to say.
    pub fn new(code: Code) -> Problem {
        Problem { code, detail: None, field: None, retry_after: None, instead: None }
    }

    /// What more there is to say.
    #[must_use]
    pub fn saying(self, detail: impl Into<String>) -> Problem {
        Problem { detail: Some(detail.into()), ..self }
    }

    /// The field that is not right, and what would be.
    pub fn field(field: impl Into<String>, why: impl Into<String>) -> Problem {
        Problem { field: Some(field.into()), ..Problem::new(Code::InvalidField).saying(why) }
    }

    /// The parameter that is not right, and what would be.
    pub fn parameter(name: impl Into<String>, why: impl Into<String>) -> Problem {
        Problem { field: Some(name.into()), ..Problem::new(Code::InvalidQuery).saying(why) }
    }

    /// As the caller gets it.
    pub fn written(&self, language: Language, request: Option<&str>) -> Response {
        let (detail, detail_language) = language.tell_any(self.detail.clone());
        let view = ProblemView {
            kind: format!("urn:hansa:problem:{}", self.code.name()),
            title: language.text(&format!("problem-{}", self.code.name())).unwrap_or_else(|| self.code.name().to_owned()),
            status: self.code.status().as_u16(),
            code: self.code.name(),
            detail,
            detail_language,
            field: self.field.clone(),
            instead: self.instead.clone(),
            request: request.map(str::to_owned),
        };
        let body = serde_json::to_vec(&view).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.code.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        if self.code == Code::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        // For the log.
        response.extensions_mut().insert(self.code);
        response
    }
}

/// Put into the caller's language at the edge, which knows the request.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Why a transaction of a handler was rolled back. The database's own errors stay what they are until it has ended, because some are tried again.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// What the caller is told.
    #[error("{}", .0.code.name())]
    Told(Problem),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Failed {
        Failed::Told(problem)
    }
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Problem {
        match failed {
            Failed::Told(problem) => problem,
            Failed::Database(error) => error.into(),
        }
    }
}

impl From<SpendError> for Failed {
    fn from(error: SpendError) -> Failed {
        match error {
            SpendError::Database(error) | SpendError::App(AppError::Database(error)) => Failed::Database(error),
            error => Failed::Told(error.into()),
        }
    }
}

/// Where an operation knows the field, its sentence begins with it: ``field `name`: …``.
fn about_a_field(why: &str) -> Option<(&str, &str)> {
    why.strip_prefix("field `").and_then(|rest| rest.split_once("`: "))
}

/// What is stored cannot be read: what exactly is for the log, where `hansa verify` is at hand.
fn damaged(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "what is stored cannot be read");
    Problem::new(Code::Damaged)
}

impl From<DbErr> for Problem {
    fn from(error: DbErr) -> Problem {
        if unreadable(&error) {
            return damaged(&error);
        }
        tracing::error!(%error, "the database failed");
        Problem::new(Code::Internal)
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Problem {
        match error {
            AppError::Database(error) => error.into(),
            AppError::NoProgram => Problem::new(Code::NoProgram),
            AppError::UnknownMember(_) => Problem::new(Code::NotFound),
            AppError::Refused(why) => match about_a_field(&why) {
                Some((field, why)) => Problem::field(field, why),
                None => Problem::new(Code::Refused).saying(why),
            },
            AppError::Damaged { .. } => damaged(&error),
            AppError::Open(_)
            | AppError::Program { .. }
            | AppError::Vault(_)
            | AppError::Privacy(_)
            | AppError::Files(_)
            | AppError::Source(_)
            | AppError::Writer(_) => {
                tracing::error!(%error, "a request failed");
                Problem::new(Code::Internal)
            }
        }
    }
}

impl From<FactError> for Problem {
    fn from(error: FactError) -> Problem {
        let code = match &error {
            FactError::IdTaken(_) => Code::IdTaken,
            FactError::Refused(program::Refusal::Ledger(ledger::Refusal::Insufficient { .. })) => Code::InsufficientBalance,
            FactError::Refused(_) => Code::Refused,
            _ => Code::InvalidField,
        };
        let why = error.to_string();
        match about_a_field(&why) {
            Some((field, said)) => Problem { field: Some(field.to_owned()), ..Problem::new(code).saying(said) },
            None => Problem::new(code).saying(why),
        }
    }
}

impl From<SpendError> for Problem {
    fn from(error: SpendError) -> Problem {
        match error {
            SpendError::Database(error) => error.into(),
            SpendError::App(error) => error.into(),
            // Here the member stands in the path.
            SpendError::Refused(FactError::UnknownMember(_)) => Problem::new(Code::NotFound),
            SpendError::Refused(error) => error.into(),
            SpendError::Beyond { .. } => Problem::new(Code::InsufficientBalance).saying(error.to_string()),
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Problem {
        match error {
            KeyError::Database(error) => error.into(),
            KeyError::Field { field, why } => Problem::field(field, why),
            KeyError::Unknown(_) => Problem::new(Code::NotFound),
            KeyError::Ended(_) => Problem::new(Code::Refused).saying(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_speaks_every_language() {
        for code in Code::ALL {
            for language in Language::ALL {
                assert!(language.text(&format!("problem-{}", code.name())).is_some(), "{} in {}", code.name(), language.tag());
            }
        }
    }
}
