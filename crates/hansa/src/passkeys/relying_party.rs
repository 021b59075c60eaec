//! The site that passkeys are made for: its domain (the RP ID, WebAuthn level 3, 4 and 5.1.2) and the one origin whose answers hold (13.4.9).

use std::time::Duration;

use url::Url;
use webauthn_rs::prelude::WebauthnError;
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::sign_in::ceremony;

/// What people read when their device asks them.
const NAME: &str = "Hansa";

/// The relying party of an installation.
pub struct RelyingParty(pub(super) Webauthn);

/// Why an address can have no passkeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelyingPartyError {
    /// It is none.
    #[error("passkeys need to know this site's address: serve it with --public-url https://hansa.example.com")]
    NoAddress,
    /// An IP address is no domain (WebAuthn level 3, 5.1.3, step 8).
    #[error(
        "passkeys need a name where this site has an IP address: serve it with --public-url https://hansa.example.com, or http://localhost:8080"
    )]
    NoName,
    /// Browsers offer passkeys over TLS, and on this machine alone without (Secure Contexts, 3.1).
    #[error("passkeys need https: serve this site with --public-url https://hansa.example.com")]
    Insecure,
}

impl RelyingParty {
    /// The relying party at the address at which people reach this site.
    ///
    /// # Errors
    /// When there can be none at this address.
    pub fn of(public_url: &str) -> Result<RelyingParty, RelyingPartyError> {
        let address = Url::parse(public_url).map_err(|_| RelyingPartyError::NoAddress)?;
        let domain = address.domain().ok_or(RelyingPartyError::NoName)?;
        let local = domain == "localhost" || domain.ends_with(".localhost");
        if address.scheme() != "https" && !(address.scheme() == "http" && local) {
            return Err(RelyingPartyError::Insecure);
        }
        let minutes = u64::try_from(ceremony::MINUTES).unwrap_or_default();
        let built = WebauthnBuilder::new(domain, &address)
            .and_then(|builder| builder.rp_name(NAME).timeout(Duration::from_secs(60 * minutes)).build());
        built.map(RelyingParty).map_err(|_| RelyingPartyError::NoAddress)
    }
}

/// What does not hold in an answer, in a few words.
pub(super) fn why(error: &WebauthnError) -> &'static str {
    match error {
        WebauthnError::MismatchedChallenge => "challenge",
        WebauthnError::InvalidRPOrigin | WebauthnError::CredentialCrossOrigin => "origin",
        WebauthnError::InvalidRPIDHash => "relying party",
        WebauthnError::UserNotPresent => "user not present",
        WebauthnError::UserNotVerified => "user not verified",
        WebauthnError::AuthenticationFailure => "signature",
        WebauthnError::CredentialPossibleCompromise => "counter",
        WebauthnError::CredentialBackupEligibilityInconsistent => "backup eligibility",
        _ => "answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relying_party_has_a_name_and_a_safe_way_to_it() {
        for address in [
            "https://hansa.example",
            "https://hansa.example:8443/",
            "http://localhost:8080",
            "http://hansa.localhost",
            "https://会员.example",
        ] {
            assert!(RelyingParty::of(address).is_ok(), "{address}");
        }
        for (address, why) in [
            ("http://127.0.0.1:8080", RelyingPartyError::NoName),
            ("https://[::1]", RelyingPartyError::NoName),
            ("https://2130706433", RelyingPartyError::NoName),
            ("http://hansa.example", RelyingPartyError::Insecure),
            ("http://localhost.example", RelyingPartyError::Insecure),
            ("ftp://localhost", RelyingPartyError::Insecure),
            ("hansa.example", RelyingPartyError::NoAddress),
            ("", RelyingPartyError::NoAddress),
        ] {
            assert_eq!(RelyingParty::of(address).err(), Some(why), "{address}");
        }
    }
}
