//! Signatures of messages (Standard Webhooks 1.0.0).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ledger::Instant;
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// A secret out of 32 bytes.
pub fn secret(bytes: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// The value of `webhook-signature`: one signature for each secret, `v1,` and the HMAC-SHA-256 of `id.timestamp.body` in base64.
pub fn signatures(secrets: &[String], id: &str, at: Instant, body: &str) -> String {
    let signed = |secret: &String| {
        let key = STANDARD.decode(secret.trim_start_matches(PREFIX)).ok()?;
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{}.{body}", seconds(at)).as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    };
    secrets.iter().filter_map(signed).collect::<Vec<_>>().join(" ")
}

/// The value of `webhook-timestamp`: seconds since 1970.
pub fn seconds(at: Instant) -> i64 {
    at.0.div_euclid(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_published_example_is_signed_alike() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let signed = signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", Instant(1_614_265_330_000_000), r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
