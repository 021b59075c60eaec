//! What is asked of a provider, and whether its answer holds (OpenID Connect Core 1.0, 3.1; PKCE, RFC 7636).

use std::pin::Pin;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ledger::Instant;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKeySet,
    CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, TokenResponse,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Provider;
use crate::clock::Clock;
use crate::webhooks::Reach;

const SECOND_US: i64 = 1_000_000;
/// How long is believed what a provider said of itself, in microseconds: an hour.
const BELIEVED_US: i64 = 3_600 * SECOND_US;
/// How soon its keys are asked for again because of a key that is not known, in microseconds: a minute.
const ASKED_AGAIN_US: i64 = 60 * SECOND_US;
/// How far its clock may be ahead of ours, in microseconds.
const AHEAD_US: i64 = 60 * SECOND_US;
/// How old a token may be, in microseconds: as old as a ceremony.
const OLD_US: i64 = crate::sign_in::ceremony::MINUTES * 60 * SECOND_US;
/// Bytes of an answer at most.
const ANSWER_MAX: usize = 1 << 20;
/// Characters of what is shown of an identity, at most.
const LABEL_MAX: usize = 200;

/// What a provider last said of itself.
pub(super) struct Known {
    metadata: CoreProviderMetadata,
    keys: CoreJsonWebKeySet,
    at: Instant,
    again_at: Option<Instant>,
}

/// What is expected of an answer.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Expected {
    pub state: String,
    nonce: String,
    verifier: String,
}

/// What a provider said of somebody, and holds.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub issuer: String,
    pub subject: String,
    /// The address, where the provider has checked it.
    pub email: Option<String>,
    pub label: Option<String>,
}

/// Why it does not hold.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenIdError {
    /// The provider cannot be reached, or answers with something else than OpenID Connect.
    #[error("{0}")]
    Unreachable(String),
    /// It gave no token for the code.
    #[error("no token: {0}")]
    NoToken(String),
    /// The token does not hold: in one word, and in more.
    #[error("{0}: {1}")]
    Token(&'static str, String),
}

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Provider {
    /// Where the browser is to go, and what is expected of the answer.
    pub(super) async fn begin(&self, redirect: &str, clock: Clock) -> Result<(Url, Expected), OpenIdError> {
        let (metadata, _) = self.known(clock.now(), false).await?;
        let expected = Expected { state: clock.secret(), nonce: clock.secret(), verifier: clock.secret() };
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(expected.verifier.clone()));
        let (state, nonce) = (CsrfToken::new(expected.state.clone()), Nonce::new(expected.nonce.clone()));
        let client = self.client(metadata, redirect)?;
        let (url, ..) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .add_scopes(self.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        Ok((url, expected))
    }

    /// Whom a code stands for.
    pub(super) async fn finish(&self, redirect: &str, code: String, expected: &Expected, now: Instant) -> Result<Said, OpenIdError> {
        let (metadata, keys) = self.known(now, false).await?;
        let exchange = self
            .client(metadata, redirect)?
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| OpenIdError::Unreachable(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(expected.verifier.clone()))
            .request_async(&Http(self))
            .await;
        let answer = exchange.map_err(|error| match error {
            RequestTokenError::Request(error) => OpenIdError::Unreachable(error.0),
            RequestTokenError::ServerResponse(refusal) => OpenIdError::NoToken(refusal.to_string()),
            RequestTokenError::Parse(error, _) => OpenIdError::NoToken(error.to_string()),
            RequestTokenError::Other(why) => OpenIdError::NoToken(why),
        })?;
        let token = answer.id_token().ok_or_else(|| OpenIdError::Token("token", "there is no ID token".to_owned()))?;
        let nonce = Nonce::new(expected.nonce.clone());
        let claims = match token.claims(&self.verifier(keys, now), &nonce) {
            // Keys change: they are asked for again, once.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
            )) => {
                let (_, keys) = self.known(now, true).await?;
                token.claims(&self.verifier(keys, now), &nonce).map_err(refused)?
            }
            judged => judged.map_err(refused)?,
        };
        // Signed as the claims are; the library does not read it.
        begun(&token.to_string(), now)?;
        self.judged(claims, now)
    }

    /// What the library leaves to us: the authorized party, and when the token was issued.
    fn judged(&self, claims: &CoreIdTokenClaims, now: Instant) -> Result<Said, OpenIdError> {
        let wrong = |word, why: String| Err(OpenIdError::Token(word, why));
        // OpenID Connect Core 1.0, 3.1.3.7, 4 and 5. An audience beside us is refused before.
        if let Some(party) = claims.authorized_party().filter(|party| **party != self.client_id) {
            return wrong("azp", format!("it is for `{}`", party.as_str()));
        }
        let issued = claims.issue_time().timestamp_micros();
        if issued > now.0 + AHEAD_US || issued < now.0 - OLD_US {
            return wrong("iat", format!("issued at {}", claims.issue_time()));
        }
        let subject = claims.subject().as_str();
        if !(1..=255).contains(&subject.len()) {
            return wrong("sub", "no subject of 1 to 255 bytes".to_owned());
        }
        let email = claims.email().filter(|_| claims.email_verified() == Some(true)).map(|email| email.to_string());
        let name = || claims.preferred_username().map(|name| name.to_string());
        let label = claims.email().map(|email| email.to_string()).or_else(name);
        Ok(Said {
            issuer: claims.issuer().to_string(),
            subject: subject.to_owned(),
            email,
            label: label.map(|label| label.chars().filter(|one| !one.is_control()).take(LABEL_MAX).collect()),
        })
    }

    /// Whether an answer names its sender (RFC 9207), and another one than was asked.
    pub(super) fn is_foreign(&self, issuer: Option<&str>) -> bool {
        issuer.is_some_and(|issuer| issuer != self.issuer.as_str())
    }

    fn client(&self, metadata: CoreProviderMetadata, redirect: &str) -> Result<Client, OpenIdError> {
        let endpoints = [Some(metadata.authorization_endpoint().as_str()), metadata.token_endpoint().map(|one| one.as_str())];
        for endpoint in endpoints.into_iter().flatten() {
            self.reach.check(endpoint).map_err(|why| OpenIdError::Unreachable(format!("{endpoint}: {why}")))?;
        }
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|error| OpenIdError::Unreachable(error.to_string()))?;
        let methods = metadata.token_endpoint_auth_methods_supported();
        let basic = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let client = CoreClient::from_provider_metadata(metadata, self.client_id.clone(), self.client_secret.clone());
        let kind = if basic { AuthType::BasicAuth } else { AuthType::RequestBody };
        Ok(client.set_auth_type(kind).set_redirect_uri(redirect))
    }

    fn verifier(&self, keys: CoreJsonWebKeySet, now: Instant) -> CoreIdTokenVerifier<'static> {
        use CoreJwsSigningAlgorithm as Alg;
        let present = DateTime::<Utc>::from_timestamp_micros(now.0).unwrap_or_default();
        // Signed with the provider's own keys: no secret that we hold, and no `none`.
        let algorithms = [
            Alg::RsaSsaPkcs1V15Sha256,
            Alg::RsaSsaPkcs1V15Sha384,
            Alg::RsaSsaPkcs1V15Sha512,
            Alg::RsaSsaPssSha256,
            Alg::RsaSsaPssSha384,
            Alg::RsaSsaPssSha512,
            Alg::EcdsaP256Sha256,
            Alg::EcdsaP384Sha384,
            Alg::EdDsa,
        ];
        CoreIdTokenVerifier::new_public_client(self.client_id.clone(), self.issuer.clone(), keys)
            .set_allowed_algs(algorithms)
            .set_time_fn(move || present)
    }

    /// What the provider says of itself, and its keys; `again` asks for the keys once more, unless that was done just now.
    async fn known(&self, now: Instant, again: bool) -> Result<(CoreProviderMetadata, CoreJsonWebKeySet), OpenIdError> {
        let mut known = self.known.lock().await;
        let held = known.take().filter(|held| (0..BELIEVED_US).contains(&(now.0 - held.at.0)));
        let mut held = match held {
            Some(held) => held,
            None => {
                let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &Http(self)).await.map_err(unreachable)?;
                Known { keys: metadata.jwks().clone(), metadata, at: now, again_at: None }
            }
        };
        let late = held.again_at.is_none_or(|at| now.0 - at.0 >= ASKED_AGAIN_US);
        if again && late {
            held.again_at = Some(now);
            match CoreJsonWebKeySet::fetch_async(held.metadata.jwks_uri(), &Http(self)).await {
                Ok(keys) => held.keys = keys,
                Err(error) => tracing::warn!(provider = self.name, error = %unreachable(error), "keys could not be read again"),
            }
        }
        let told = (held.metadata.clone(), held.keys.clone());
        *known = Some(held);
        Ok(told)
    }
}

/// Whether a token counts already: `nbf` is no claim of OpenID Connect, and holds where it stands (RFC 7519, 4.1.5).
fn begun(token: &str, now: Instant) -> Result<(), OpenIdError> {
    let wrong = |why: &str| OpenIdError::Token("nbf", why.to_owned());
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims = claims.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let claims = claims.ok_or_else(|| wrong("its claims cannot be read"))?;
    let Some(begins) = claims.get("nbf").filter(|begins| !begins.is_null()) else { return Ok(()) };
    // A number of seconds, perhaps with a fraction, which is of no account here.
    let begins = begins.as_i64().or_else(|| begins.to_string().split_once('.')?.0.parse().ok()).ok_or_else(|| wrong("no number"))?;
    if begins.saturating_mul(SECOND_US) > now.0 + AHEAD_US { Err(wrong("not yet")) } else { Ok(()) }
}

fn unreachable(error: DiscoveryError<HttpError>) -> OpenIdError {
    OpenIdError::Unreachable(match error {
        DiscoveryError::Request(error) => error.0,
        error => error.to_string(),
    })
}

fn refused(error: ClaimsVerificationError) -> OpenIdError {
    let word = match &error {
        ClaimsVerificationError::Expired(_) => "exp",
        ClaimsVerificationError::InvalidAudience(_) => "aud",
        ClaimsVerificationError::InvalidIssuer(_) => "iss",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "token",
    };
    OpenIdError::Token(word, error.to_string())
}

/// Why a provider could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct HttpError(String);

/// The client of a provider: it reaches whom it may, follows nobody elsewhere, and reads so much.
struct Http<'a>(&'a Provider);

impl<'c> AsyncHttpClient<'c> for Http<'_> {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(asked(&self.0.client, self.0.reach, request))
    }
}

async fn asked(client: &reqwest::Client, reach: Reach, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let wrong = |error: reqwest::Error| HttpError(format!("{error:?}"));
    reach.check(&request.uri().to_string()).map_err(HttpError)?;
    let request = reqwest::Request::try_from(request).map_err(wrong)?;
    let mut answer = client.execute(request).await.map_err(wrong)?;
    let mut response = HttpResponse::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    while let Some(piece) = answer.chunk().await.map_err(wrong)? {
        response.body_mut().extend_from_slice(&piece);
        if response.body().len() > ANSWER_MAX {
            return Err(HttpError(format!("more than {ANSWER_MAX} bytes")));
        }
    }
    Ok(response)
}
