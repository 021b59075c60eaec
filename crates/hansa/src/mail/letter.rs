//! What Hansa writes to people.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;

use crate::language::Language;
use crate::people::{Address, Person};

/// A letter to a person.
#[derive(Clone, Debug)]
pub enum Letter<'a> {
    /// A link to choose the first password.
    Invitation {
        /// The link.
        link: &'a str,
        /// How long it is good, in days.
        days: i64,
    },
    /// A link to choose another password.
    NewPassword {
        /// The link.
        link: &'a str,
        /// How long it is good, in minutes.
        minutes: i64,
    },
    /// A code to sign in with.
    Code {
        /// The code.
        code: &'a str,
        /// How long it is good, in minutes.
        minutes: i64,
    },
    /// The password was changed.
    PasswordChanged,
    /// The second factor was set up or taken away.
    SecondFactorChanged,
    /// An identity was linked.
    IdentityLinked {
        /// What the provider is called.
        provider: &'a str,
    },
    /// An identity was taken away.
    IdentityUnlinked {
        /// What the provider is called.
        provider: &'a str,
    },
    /// A passkey was added.
    PasskeyAdded {
        /// Its name.
        passkey: &'a str,
    },
    /// A passkey was taken away.
    PasskeyRemoved {
        /// Its name.
        passkey: &'a str,
    },
    /// A link to confirm that an enterprise signs up.
    SignUp {
        /// The enterprise's name.
        company: &'a str,
        /// The link.
        link: &'a str,
        /// How long it is good, in days.
        days: i64,
    },
    /// A code to confirm that an enterprise signs up.
    SignUpCode {
        /// The enterprise's name.
        company: &'a str,
        /// The code.
        code: &'a str,
        /// How long it is good, in minutes.
        minutes: i64,
    },
    /// What an enterprise showed was approved.
    Verified {
        /// The enterprise's name.
        company: &'a str,
    },
    /// It was not.
    VerificationRefused {
        /// The enterprise's name.
        company: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// The time of an approval is over.
    VerificationLapsed {
        /// The enterprise's name.
        company: &'a str,
    },
    /// Somebody signs up who can sign in already.
    KnownAlready {
        /// Where to sign in.
        link: &'a str,
    },
}

/// To whom a letter goes.
#[derive(Clone, Debug)]
pub struct To<'a> {
    /// The person, where it is known.
    pub person: Option<&'a str>,
    name: &'a str,
    pub(super) address: &'a Address,
    language: Option<&'a str>,
}

impl<'a> To<'a> {
    /// Somebody who is not known yet.
    pub fn stranger(name: &'a str, address: &'a Address, language: Option<&'a str>) -> To<'a> {
        To { person: None, name, address, language }
    }
}

impl<'a> From<&'a Person> for To<'a> {
    fn from(person: &'a Person) -> To<'a> {
        To { person: Some(&person.id), name: &person.name, address: &person.address, language: person.language.as_deref() }
    }
}

impl Letter<'_> {
    /// What kind it is: the beginning of its texts' keys in `locales/*/mail.ftl`.
    pub fn kind(&self) -> &'static str {
        match self {
            Letter::Invitation { .. } => "mail-invitation",
            Letter::NewPassword { .. } => "mail-new-password",
            Letter::Code { .. } => "mail-code",
            Letter::PasswordChanged => "mail-password-changed",
            Letter::SecondFactorChanged => "mail-second-factor-changed",
            Letter::IdentityLinked { .. } => "mail-identity-linked",
            Letter::IdentityUnlinked { .. } => "mail-identity-unlinked",
            Letter::PasskeyAdded { .. } => "mail-passkey-added",
            Letter::PasskeyRemoved { .. } => "mail-passkey-removed",
            Letter::SignUp { .. } => "mail-sign-up",
            Letter::SignUpCode { .. } => "mail-sign-up-code",
            Letter::KnownAlready { .. } => "mail-known-already",
            Letter::Verified { .. } => "mail-verified",
            Letter::VerificationRefused { .. } => "mail-verification-refused",
            Letter::VerificationLapsed { .. } => "mail-verification-lapsed",
        }
    }

    /// In the language of whom it goes to.
    pub fn written(&self, to: &To<'_>) -> Written {
        let language = to.language.and_then(Language::tagged).unwrap_or_default();
        let mut arguments: HashMap<Cow<'static, str>, FluentValue> = HashMap::from([("name".into(), to.name.to_owned().into())]);
        match self {
            Letter::Invitation { link, days } => arguments.extend([("link".into(), (*link).into()), ("days".into(), (*days).into())]),
            Letter::NewPassword { link, minutes } => {
                arguments.extend([("link".into(), (*link).into()), ("minutes".into(), (*minutes).into())]);
            }
            Letter::SignUpCode { company, code, minutes } => arguments.extend([
                ("company".into(), (*company).into()),
                ("code".into(), (*code).into()),
                ("minutes".into(), (*minutes).into()),
            ]),
            Letter::Code { code, minutes } => arguments.extend([("code".into(), (*code).into()), ("minutes".into(), (*minutes).into())]),
            Letter::IdentityLinked { provider } | Letter::IdentityUnlinked { provider } => {
                arguments.extend([("provider".into(), (*provider).into())]);
            }
            Letter::PasskeyAdded { passkey } | Letter::PasskeyRemoved { passkey } => {
                arguments.extend([("passkey".into(), (*passkey).into())]);
            }
            Letter::SignUp { company, link, days } => {
                arguments.extend([("company".into(), (*company).into()), ("link".into(), (*link).into()), ("days".into(), (*days).into())]);
            }
            Letter::KnownAlready { link } => arguments.extend([("link".into(), (*link).into())]),
            Letter::VerificationRefused { company, reason } => {
                arguments.extend([("company".into(), (*company).into()), ("reason".into(), (*reason).into())]);
            }
            Letter::Verified { company } | Letter::VerificationLapsed { company } => {
                arguments.extend([("company".into(), (*company).into())]);
            }
            Letter::PasswordChanged | Letter::SecondFactorChanged => {}
        }
        let text = |part: &str| language.say(&format!("{}-{part}", self.kind()), &arguments);
        let action = match self {
            Letter::Invitation { .. } | Letter::NewPassword { .. } | Letter::SignUp { .. } | Letter::KnownAlready { .. } => {
                Some(text("action"))
            }
            _ => None,
        };
        let subject = text("subject");
        // What a short message has to say beyond what happened: a code, a link, a reason.
        let short = match self {
            Letter::Invitation { .. }
            | Letter::NewPassword { .. }
            | Letter::Code { .. }
            | Letter::SignUpCode { .. }
            | Letter::KnownAlready { .. }
            | Letter::VerificationRefused { .. } => text("short"),
            _ => subject.clone(),
        };
        let code = match self {
            Letter::Code { code, .. } | Letter::SignUpCode { code, .. } => Some((*code).to_owned()),
            _ => None,
        };
        Written { language: language.tag().to_owned(), subject, text: text("text"), action, short, code }
    }
}

/// A letter in words.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Written {
    /// Its language.
    pub language: String,
    /// Its subject.
    pub subject: String,
    /// What it says; paragraphs are apart by empty lines, and a link is a paragraph of its own.
    pub text: String,
    /// What its link is for, in a few words.
    pub action: Option<String>,
    /// The same in one sentence, as a short message.
    #[serde(default)]
    pub short: String,
    /// The code in it, for gateways that have texts of their own.
    #[serde(default)]
    pub code: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use ledger::Instant;

    /// Every letter has both parts in every language, with all that it tells and no mark around a link that would break it.
    #[test]
    fn every_letter_is_written_in_every_language() {
        for language in Language::ALL {
            let person = Person {
                id: "p".to_owned(),
                name: "王芳".to_owned(),
                address: Address::email("p@example.com").unwrap(),
                role: Role::Buyer,
                member: None,
                contact: None,
                language: Some(language.tag().to_owned()),
                password: None,
                totp: None,
                totp_step: None,
                second_factor_at: None,
                created_at: Instant(0),
                disabled_at: None,
                signed_in_at: None,
            };
            let letters = [
                (Letter::Invitation { link: "https://h/#1", days: 7 }, vec!["王芳", "https://h/#1\n", "7"]),
                (Letter::NewPassword { link: "https://h/#2", minutes: 60 }, vec!["王芳", "https://h/#2\n", "60"]),
                (Letter::Code { code: "123456", minutes: 10 }, vec!["王芳", "123456", "10"]),
                (Letter::PasswordChanged, vec!["王芳"]),
                (Letter::SecondFactorChanged, vec!["王芳"]),
                (Letter::IdentityLinked { provider: "Works" }, vec!["王芳", "Works"]),
                (Letter::IdentityUnlinked { provider: "Works" }, vec!["王芳", "Works"]),
                (Letter::PasskeyAdded { passkey: "Laptop" }, vec!["王芳", "Laptop"]),
                (Letter::PasskeyRemoved { passkey: "Laptop" }, vec!["王芳", "Laptop"]),
                (Letter::SignUp { company: "Acme", link: "https://h/#3", days: 3 }, vec!["王芳", "Acme", "https://h/#3\n", "3"]),
                (Letter::SignUpCode { company: "Acme", code: "123456", minutes: 10 }, vec!["王芳", "Acme", "123456", "10"]),
                (Letter::Verified { company: "Acme" }, vec!["王芳", "Acme"]),
                (Letter::VerificationRefused { company: "Acme", reason: "blurred" }, vec!["王芳", "Acme", "blurred"]),
                (Letter::VerificationLapsed { company: "Acme" }, vec!["王芳", "Acme"]),
                (Letter::KnownAlready { link: "https://h" }, vec!["王芳", "https://h\n"]),
            ];
            for (letter, parts) in letters {
                let Written { subject, text, action, short, .. } = letter.written(&To::from(&person));
                assert!(
                    !short.starts_with("mail-") && !short.contains('\n') && short.chars().count() <= 200,
                    "{}: {short}",
                    language.tag()
                );
                let carried = parts.iter().filter(|part| part.starts_with("https://") || **part == "123456" || **part == "blurred");
                // The link of a sign-up goes by mail alone: a phone gets a code.
                let carried = carried.filter(|_| !matches!(letter, Letter::SignUp { .. }));
                carried.for_each(|part| assert!(short.contains(part.trim()), "{part} in {}: {short}", language.tag()));
                assert_eq!(action.is_some(), text.contains("https://"));
                assert!(action.is_none_or(|action| !action.starts_with("mail-")));
                assert!(!subject.starts_with("mail-") && !subject.contains('\n') && !subject.is_empty(), "{}: {subject}", language.tag());
                for part in parts {
                    assert!(text.contains(part), "{} in {}: {text}", part, language.tag());
                }
            }
        }
    }
}
