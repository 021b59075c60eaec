//! The second factor: one-time codes by time (TOTP, RFC 6238), and recovery codes for the day when the phone is lost.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{OnConflict, insert_rows};
use ledger::Instant;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};

use crate::app::App;
use crate::people::{self, Person};
use crate::privacy::{renewed, rewrite};
use crate::vault::Vault;

/// What the secret is sealed for.
const PURPOSE: &str = "totp";
/// Recovery codes that are made at once.
const RECOVERY_CODES: usize = 10;
/// Bytes of a secret (RFC 4226, 4, R6).
const SECRET: usize = 20;

/// A new secret: what an authenticator is told, as text and as an `otpauth` address, and sealed as it is kept.
pub(super) fn secret(app: &App, person: &Person) -> Option<(String, String, String)> {
    let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(app.clock.secret()).ok()?.try_into().ok()?;
    let text = Secret::from(bytes[..SECRET].to_vec()).to_base32();
    let url = authenticator(&text, person.address.as_str())?.to_url().ok()?;
    let sealed = app.vault.seal(PURPOSE, &text);
    Some((text, url, sealed))
}

/// The authenticator of a secret: six digits, every 30 seconds, one step late or early.
fn authenticator(secret: &str, email: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).with_account_name(email).with_issuer(Some("Hansa")).build().ok()
}

/// Whether a code is the person's, and was not used before; what is used is written down. A recovery code does, too, once.
///
/// # Errors
/// When the database fails, or the secret cannot be opened.
pub(super) async fn fits<C: ConnectionTrait>(conn: &C, app: &App, person: &Person, code: &str) -> Result<bool, DbErr> {
    if let Some(step) = step(app, person, code)? {
        let sql = "UPDATE person SET totp_step = $1 WHERE id = $2 AND (totp_step IS NULL OR totp_step < $1)";
        let values = [Value::from(step), person.id.clone().into()];
        let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
        return Ok(done.rows_affected() == 1);
    }
    let sql = "UPDATE recovery_code SET used_at = $1 WHERE person_id = $2 AND hash = $3 AND used_at IS NULL";
    let values = [Value::from(app.now().0), person.id.clone().into(), hash(&person.id, code).into()];
    let done = conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

/// The time step whose code this is.
fn step(app: &App, person: &Person, code: &str) -> Result<Option<i64>, DbErr> {
    let Some(sealed) = &person.totp else { return Ok(None) };
    let secret = app.vault.open(PURPOSE, sealed).map_err(|error| DbErr::Custom(error.to_string()))?;
    let seconds = u64::try_from(app.now().0 / 1_000_000).unwrap_or(0);
    let code: String = code.chars().filter(|one| !one.is_whitespace()).collect();
    let found = authenticator(&secret, person.address.as_str()).and_then(|totp| totp.check(&code, seconds));
    Ok(found.and_then(|step| i64::try_from(step).ok()))
}

/// Makes new recovery codes; the old ones end.
pub(super) async fn recovery_codes<C: ConnectionTrait>(conn: &C, app: &App, person: &str) -> Result<Vec<String>, DbErr> {
    forget(conn, person).await?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(&app.clock.secret())).collect();
    let rows = codes.iter().map(|code| vec![person.into(), hash(person, code).into()]);
    insert_rows(conn, "recovery_code", &["person_id", "hash"], rows, OnConflict::Fail).await?;
    Ok(codes)
}

/// Ends a person's recovery codes.
pub(super) async fn forget<C: ConnectionTrait>(conn: &C, person: &str) -> Result<(), DbErr> {
    let sql = "DELETE FROM recovery_code WHERE person_id = $1";
    conn.execute_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(person)])).await.map(drop)
}

/// How many recovery codes are left.
pub(super) async fn recovery_left<C: ConnectionTrait>(conn: &C, person: &str) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) AS n FROM recovery_code WHERE person_id = $1 AND used_at IS NULL";
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(person)])).await?;
    row.map_or(Ok(0), |row| row.try_get("", "n"))
}

/// 28 characters, 138 bits, in letters and digits that nobody takes for others. Those from before have fifteen.
fn recovery_code(secret: &str) -> String {
    const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let bytes = Sha256::digest(secret.as_bytes());
    let letters: Vec<char> = bytes.iter().take(28).map(|byte| char::from(LETTERS[usize::from(byte % 31)])).collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

fn hash(person: &str, code: &str) -> String {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{person}\n{code}").as_bytes()))
}

/// The second factor is in force from now on, or no more.
pub(super) async fn set<C: ConnectionTrait>(conn: &C, vault: &Vault, person: &Person, on: Option<Instant>) -> Result<(), DbErr> {
    let totp = person.totp.clone().filter(|_| on.is_some());
    people::update(conn, vault, &Person { second_factor_at: on, totp, totp_step: person.totp_step, ..person.clone() }).await
}

/// Seals the secrets of one-time codes under the newest key of the ring.
pub async fn bring_up<C: ConnectionTrait>(conn: &C, vault: &Vault) -> Result<(), DbErr> {
    let renew = |(id, sealed): (String, String)| Ok((id, renewed(vault, PURPOSE, &sealed)?));
    rewrite(conn, ("person", "totp"), async |rows| rows.into_iter().map(renew).collect()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_codes_are_plain_and_read_as_people_type_them() {
        let code = recovery_code("secret");
        assert_eq!((code.len(), code.matches('-').count()), (34, 6), "{code}");
        assert_eq!(hash("p", &code), hash("p", &code.to_uppercase().replace('-', " ")));
        assert_ne!(hash("p", &code), hash("q", &code));
    }
}
