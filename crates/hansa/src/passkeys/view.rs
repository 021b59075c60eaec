//! Passkeys on the wire. What goes to and comes from `navigator.credentials` is as WebAuthn writes it in JSON (level 3, 5.1.8 to 5.1.10 and 5.2).

use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Passkey;
use crate::standing::view::{instant, maybe_instant};

/// What a browser is to ask its authenticator for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PasskeyOptions, example = json!({
    "public_key": { "challenge": "dGhpcyBpcyBmb3IgdGhpcyBicm93c2VyIGFsb25lISE", "rpId": "hansa.example", "userVerification": "required" }
}))]
pub struct OptionsView {
    /// As `PublicKeyCredential.parseCreationOptionsFromJSON`, or `parseRequestOptionsFromJSON`, reads it. Good for ten minutes and once, in this browser.
    #[schema(value_type = Object)]
    pub public_key: serde_json::Value,
}

/// A passkey to sign in with.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "credential": { "id": "eHl6", "rawId": "eHl6", "type": "public-key", "response": {}, "clientExtensionResults": {} } }))]
pub struct ByPasskey {
    /// What `navigator.credentials.get` answered, as `toJSON()` writes it.
    #[schema(value_type = Object)]
    pub credential: serde_json::Value,
}

/// A passkey to be added.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Laptop", "credential": { "id": "eHl6", "rawId": "eHl6", "type": "public-key", "response": {}, "clientExtensionResults": {} }
}))]
pub struct NewPasskey {
    /// What it is to be called.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
    /// What `navigator.credentials.create` answered, as `toJSON()` writes it.
    #[schema(value_type = Object)]
    pub credential: serde_json::Value,
}

/// A change of a passkey.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Laptop" }))]
pub struct PasskeyChange {
    /// What it is to be called.
    #[schema(min_length = 1, max_length = 60)]
    pub name: String,
}

/// A passkey, with which its person signs in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Passkey, example = json!({
    "id": "psk_0198c1f2a7f07d6e8f1f2a3b4c5d6e7f", "name": "Laptop", "backed_up": true, "added_at": "2026-03-01T00:00:00.000000Z", "used_at": null
}))]
pub struct PasskeyView {
    /// Its id, `psk_…`.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whether its device keeps a copy elsewhere, as it last said: one that does not is lost with the device.
    pub backed_up: bool,
    /// Since when.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Instant,
    /// When somebody last signed in with it.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<Instant>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> PasskeyView {
        PasskeyView {
            id: passkey.id,
            name: passkey.name,
            backed_up: passkey.backed_up,
            added_at: passkey.added_at,
            used_at: passkey.used_at,
        }
    }
}

/// Passkeys.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Passkeys)]
pub struct PasskeysView {
    /// The oldest first.
    pub items: Vec<PasskeyView>,
}
