//! Passwords: hashed with Argon2id (RFC 9106), refused where they are easy to guess.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The shortest password (NIST SP 800-63B, 3.1.1.2, asks for 8; with 10 the estimator refuses less).
pub const LENGTH_MIN: usize = 10;
/// The shortest word of what belongs to a person that counts by itself.
const WORD_MIN: usize = 3;
/// The longest; what is longer costs more than it is worth.
pub const LENGTH_MAX: usize = 128;

/// Each hash takes 19 MiB and a core for some milliseconds: so many are made at once.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What a password is compared with when there is none, so that both take the same time.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| Argon2::default().hash_password(b"nobody's").map(|hash| hash.to_string()).unwrap_or_default());

/// Why a password is refused; `None` when it is good. Whatever belongs to the person, its enterprise or the site makes it easier to guess, word by word.
pub fn weakness(password: &str, about: &[&str]) -> Option<String> {
    let length = password.chars().count();
    if !(LENGTH_MIN..=LENGTH_MAX).contains(&length) {
        return Some(format!("{LENGTH_MIN} to {LENGTH_MAX} characters"));
    }
    let joined: Vec<String> = about.iter().map(|text| text.chars().filter(|one| one.is_alphanumeric()).collect()).collect();
    let words = about.iter().flat_map(|text| text.split(|one: char| !one.is_alphanumeric()));
    let words = words.filter(|word| word.chars().count() >= WORD_MIN);
    let about: Vec<&str> = words.chain(about.iter().copied()).chain(joined.iter().map(String::as_str)).chain(["hansa"]).collect();
    let judged = zxcvbn::zxcvbn(password, &about);
    if judged.score() >= zxcvbn::Score::Three {
        return None;
    }
    let why = judged.feedback().and_then(zxcvbn::feedback::Feedback::warning).map_or_else(String::new, |why| format!(": {why}"));
    Some(format!("too easy to guess{}; a few words that have nothing to do with each other are good", why.trim_end_matches('.')))
}

/// The hash of a password: Argon2id with 19 MiB, two passes, one lane (OWASP's and the crate's choice), as a PHC string.
pub async fn hash(password: String) -> String {
    let _turn = AT_ONCE.acquire().await;
    let hashed = tokio::task::spawn_blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()));
    hashed.await.ok().and_then(Result::ok).unwrap_or_else(|| unreachable!("Argon2 takes any password with its own parameters"))
}

/// Whether a password is the one that was hashed. Without a hash it takes as long, and the answer is no.
pub async fn fits(password: String, hash: Option<String>) -> bool {
    let _turn = AT_ONCE.acquire().await;
    let compared = tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODYS.clone());
        let same = PasswordHash::new(&text).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        known && same
    });
    compared.await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easy_to_guess_is_refused() {
        for (password, why) in [
            ("short", "10 to 128"),
            ("password1234", "too easy"),
            ("qwertyuiop12", "too easy"),
            ("1234567890", "too easy"),
            ("liweiliwei2026", "too easy"),
        ] {
            let said = weakness(password, &["liwei", "Li Wei"]);
            assert!(said.as_ref().is_some_and(|said| said.contains(why)), "{password}: {said:?}");
        }
        for (password, about) in [
            ("bearingsbearings1", "Huadong Bearings Ltd"),
            ("HuadongBearingsLtd", "Huadong Bearings Ltd"),
            ("loyaltyworkscom9", "loyalty.works.com"),
            ("华东轴承有限公司2026", "华东轴承有限公司"),
        ] {
            assert!(weakness(password, &[about]).is_some(), "{password}");
        }
        assert_eq!(weakness("correct heron bicycle", &["liwei"]), None);
        assert_eq!(weakness("海风轻轻吹过老茶馆的窗", &[]), None);
    }

    #[tokio::test]
    async fn a_password_fits_its_hash_alone() {
        let hash = hash("correct heron bicycle".to_owned()).await;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits("correct heron bicycle".to_owned(), Some(hash.clone())).await);
        assert!(!fits("correct heron bicycl".to_owned(), Some(hash)).await);
        assert!(!fits("nobody's".to_owned(), None).await);
    }
}
