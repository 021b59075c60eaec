//! Identities and providers on the wire.

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Identity, Provider};
use crate::standing::view::{instant, maybe_instant};

/// An identity provider with which people sign in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = IdentityProvider, example = json!({ "name": "works", "title": "Example Works" }))]
pub struct ProviderView {
    /// Its name.
    pub name: String,
    /// What people read on the button.
    pub title: String,
}

impl From<&Provider> for ProviderView {
    fn from(provider: &Provider) -> ProviderView {
        ProviderView { name: provider.name.clone(), title: provider.title.clone() }
    }
}

/// Identity providers.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = IdentityProviders)]
pub struct ProvidersView {
    /// In the order of the configuration.
    pub items: Vec<ProviderView>,
}

/// With which provider somebody signs in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "provider": "works", "return_to": "/members" }))]
pub struct ByProvider {
    /// Its name.
    #[schema(max_length = 40)]
    pub provider: String,
    /// The page of this site to come back to: a path. The first page when left out.
    #[schema(max_length = 300)]
    pub return_to: Option<String>,
    /// What stands after `#` in the link of an invitation: the identity is linked, and no password needs to be chosen.
    #[schema(max_length = 100)]
    pub invitation: Option<String>,
    /// What stands after `#` in the link of a sign-up, or its ticket: the enterprise is made with whoever it is as its first owner, and no password needs
    /// to be chosen.
    #[schema(max_length = 100)]
    pub sign_up: Option<String>,
    /// The code out of the short message, where somebody signs up by phone.
    #[schema(max_length = 40)]
    pub code: Option<String>,
}

/// With which provider an identity is linked.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "provider": "works", "return_to": "/account", "password": "correct heron bicycle" }))]
pub struct NewIdentity {
    /// Its name.
    #[schema(max_length = 40)]
    pub provider: String,
    /// The page of this site to come back to: a path. The first page when left out.
    #[schema(max_length = 300)]
    pub return_to: Option<String>,
    /// The password: asked for where there is one and no second factor.
    #[schema(format = Password, max_length = 128)]
    pub password: Option<String>,
    /// A code of the second factor, or a recovery code: asked for where there is a second factor.
    #[schema(format = Password, max_length = 40)]
    pub code: Option<String>,
}

/// Where the browser is to go.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = ProviderAddress, example = json!({ "address": "https://id.example.com/authorize?client_id=hansa&response_type=code&state=dGhpcw" }))]
pub struct AddressView {
    /// An address of the provider. From there the browser comes back to this site within ten minutes.
    pub address: String,
}

/// What a provider sends along when a browser comes back.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ComingBack {
    /// Stands for somebody.
    pub code: Option<String>,
    /// What was sent along to the provider.
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Which provider answers (RFC 9207).
    pub iss: Option<String>,
}

/// By whom a provider knows a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Identity, example = json!({
    "id": "idn_0198c1f2a7f07d6e8f1f2a3b4c5d6e7f", "provider": "works", "title": "Example Works", "label": "li.wei@example.com",
    "linked_at": "2026-03-01T00:00:00.000000Z", "used_at": null
}))]
pub struct IdentityView {
    /// Its id, `idn_…`.
    pub id: String,
    /// The provider's name.
    pub provider: String,
    /// What people read on the button; the name where the provider is not there any more.
    pub title: String,
    /// What the provider says to show, e.g. an address.
    pub label: Option<String>,
    /// Since when.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub linked_at: Instant,
    /// When somebody last signed in with it.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<Instant>,
}

impl IdentityView {
    /// An identity as its person sees it.
    pub fn of(identity: Identity, provider: Option<&Provider>) -> IdentityView {
        IdentityView {
            title: provider.map_or_else(|| identity.provider.clone(), |provider| provider.title.clone()),
            id: identity.id,
            provider: identity.provider,
            label: identity.label,
            linked_at: identity.linked_at,
            used_at: identity.used_at,
        }
    }
}

/// Identities.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Identities)]
pub struct IdentitiesView {
    /// The oldest first.
    pub items: Vec<IdentityView>,
}
