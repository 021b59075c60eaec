//! Somebody's device: an authenticator and a WebAuthn client in software (passkey-rs, which has no code in common with what verifies its answers).

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use passkey_authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey_client::{Client, DefaultClientData, WebauthnError};
use passkey_crypto::rust_crypto::RustCryptoBackend;
use passkey_crypto::{CryptoBackend, SecretKeyT};
use passkey_types::Passkey;
use passkey_types::ctap2::{Aaguid, Ctap2Error};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::Answer;
use super::browser::{Browser, PASSWORD};

/// The cookie of a ceremony with a passkey.
pub const CEREMONY: &str = "__Host-hansa-passkey";
/// Where a site of the tests says that it is.
pub const ORIGIN: &str = "https://hansa.example";
/// Flags of the authenticator data (WebAuthn level 3, 6.1): user present, user verified, backup eligible, backed up.
pub const UP: u8 = 1;
pub const UV: u8 = 1 << 2;
pub const BE: u8 = 1 << 3;
pub const BS: u8 = 1 << 4;

/// A device that has one passkey at most.
#[derive(Clone)]
pub struct Device {
    /// Its passkey, which whoever clones the device has, too.
    pub passkey: Option<Passkey>,
    /// Whether it counts signatures.
    pub counts: bool,
    /// Which page asks it.
    pub origin: &'static str,
}

/// Whoever has the device in hand: verified where that is asked for.
struct Hand;

#[async_trait]
impl UserValidationMethod for Hand {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(&self, hint: UiHint<'a, Passkey>, presence: bool, verification: bool) -> Result<UserCheck, Ctap2Error> {
        match hint {
            // The last word on one that is there already is with the hand.
            UiHint::InformExcludedCredentialFound(_) => Err(Ctap2Error::CredentialExcluded),
            _ => Ok(UserCheck { presence, verification }),
        }
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

impl Device {
    pub fn new() -> Device {
        Device { passkey: None, counts: false, origin: ORIGIN }
    }

    fn authenticator(&self) -> Authenticator<Option<Passkey>, Hand, RustCryptoBackend> {
        let mut made = Authenticator::new(Aaguid::new_empty(), self.passkey.clone(), Hand, RustCryptoBackend);
        made.set_make_credentials_with_signature_counter(self.counts);
        made
    }

    /// Makes a passkey: the answer, as `PublicKeyCredential.toJSON()` writes it.
    pub async fn create(&mut self, options: &Value) -> Result<Value, WebauthnError> {
        let request = serde_json::from_value(json!({ "publicKey": options })).unwrap();
        let mut client = Client::new(self.authenticator());
        let made = client.register(Url::parse(self.origin).unwrap(), request, DefaultClientData).await?;
        self.passkey.clone_from(client.authenticator().store());
        Ok(serde_json::to_value(made).unwrap())
    }

    /// Answers with its passkey.
    pub async fn get(&mut self, options: &Value) -> Value {
        let request = serde_json::from_value(json!({ "publicKey": options })).unwrap();
        let mut client = Client::new(self.authenticator());
        let said = client.authenticate(Url::parse(self.origin).unwrap(), request, DefaultClientData).await.unwrap();
        self.passkey.clone_from(client.authenticator().store());
        serde_json::to_value(said).unwrap()
    }

    /// The answer of a device that says otherwise in its authenticator data, and signs for it.
    pub fn says(&self, answer: &Value, otherwise: impl FnOnce(&mut Vec<u8>)) -> Value {
        let (mut answer, part) = (answer.clone(), |name: &str| bytes(&answer["response"][name]));
        let (mut data, client) = (part("authenticatorData"), part("clientDataJSON"));
        otherwise(&mut data);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let key = &self.passkey.as_ref().unwrap().key;
        let mut key = <RustCryptoBackend as CryptoBackend>::SecretKey::from_cose_key(key).unwrap();
        answer["response"]["authenticatorData"] = URL_SAFE_NO_PAD.encode(&data).into();
        answer["response"]["signature"] = URL_SAFE_NO_PAD.encode(key.sign(&signed)).into();
        answer
    }
}

/// Bytes in an answer, base64url.
pub fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

impl Browser<'_> {
    /// Begins to add a passkey; what to ask the device for.
    pub async fn passkey_options(&self) -> Value {
        let begun = self.post("/v1/session/passkeys/options", json!({ "password": PASSWORD })).await.is(StatusCode::OK);
        begun.body["public_key"].clone()
    }

    /// Adds a passkey of a device.
    pub async fn add_passkey(&self, device: &mut Device, name: &str) -> Answer {
        let made = device.create(&self.passkey_options().await).await.unwrap();
        self.post("/v1/session/passkeys", json!({ "name": name, "credential": made })).await
    }

    /// Begins to sign in with a passkey; what to ask the devices for.
    pub async fn door_options(&self) -> Value {
        let begun = self.post("/v1/sign-in/passkey/options", json!({})).await.is(StatusCode::OK);
        begun.body["public_key"].clone()
    }

    /// Signs in with what a device answered.
    pub async fn shows(&self, answer: &Value) -> Answer {
        self.post("/v1/sign-in/passkey", json!({ "credential": answer })).await
    }

    /// Signs in with a device.
    pub async fn by_passkey(&self, device: &mut Device) -> Answer {
        let answer = device.get(&self.door_options().await).await;
        self.shows(&answer).await
    }
}
