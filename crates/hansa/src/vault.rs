//! What the database must not tell by itself: texts sealed under a key that stands outside it.
//!
//! The key ring is a small file beside the data, readable by its owner alone: one key a line, each a number and 256 bits in base64url. The key with the
//! highest number seals; all of them open. Whoever has the database or a backup, and not the ring, reads nothing of what is sealed.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Generate, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use db::{Access, Db, OnConflict, insert_rows};
use hmac::{Hmac, Mac};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use sha2::Sha256;

use crate::app::AppError;
use crate::clock::Clock;

/// The length of a nonce of XChaCha20-Poly1305, in bytes.
const NONCE: usize = 24;

/// The installation's keys. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<BTreeMap<u32, [u8; 32]>>);

/// The setting that tells whether a ring belongs to a database.
const CHECK: &str = "vault";

/// The ring of a database in a file, which is made when the database has none yet. Beside a running writer nothing is made.
///
/// # Errors
/// When the file is missing although the database has a ring, or belongs to another database.
pub async fn of_database(db: &Db, file: &Path) -> Result<Vault, AppError> {
    let wrong = |why: &str| VaultError::File { file: file.display().to_string(), why: why.to_owned() };
    let kept = setting(db.read(), CHECK).await?;
    match (Vault::read(file)?, kept) {
        (Some(vault), Some(sealed)) => match vault.open(CHECK, &sealed) {
            Ok(_) => Ok(vault),
            Err(_) => Err(wrong("it belongs to another database").into()),
        },
        (None, Some(_)) => Err(wrong("it is missing, and this database has secrets sealed under it; name it with --key-file").into()),
        (found, None) if db.access() == Access::ReadOnly => Ok(found.unwrap_or_else(Vault::fresh)),
        (found, None) => {
            let vault = match found {
                Some(vault) => vault,
                None => Vault::create(file)?,
            };
            let sealing = &vault;
            db.write(|tx| async move { seal_check(&tx, sealing).await }).await?;
            Ok(vault)
        }
    }
}

/// Writes down which ring belongs to this database.
pub(crate) async fn seal_check<C: ConnectionTrait>(conn: &C, vault: &Vault) -> Result<(), DbErr> {
    set(conn, CHECK, &vault.seal(CHECK, "")).await
}

/// The value of a setting.
pub(crate) async fn setting<C: ConnectionTrait>(conn: &C, name: &str) -> Result<Option<String>, DbErr> {
    let sql = "SELECT value FROM setting WHERE name = $1";
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, [Value::from(name)])).await?;
    row.map(|row| row.try_get("", "value")).transpose()
}

/// Sets a setting.
pub(crate) async fn set<C: ConnectionTrait>(conn: &C, name: &str, value: &str) -> Result<(), DbErr> {
    let row = vec![name.into(), value.into()];
    insert_rows(conn, "setting", &["name", "value"], [row], OnConflict::Replace { keys: &["name"], columns: &["value"] }).await.map(drop)
}

/// Sets a setting that stands from then on; the value that stands, which another transaction may have set.
pub(crate) async fn set_once<C: ConnectionTrait>(conn: &C, name: &str, value: &str) -> Result<String, DbErr> {
    // Whoever comes second waits here until the first has committed, and then finds its row.
    insert_rows(conn, "setting", &["name", "value"], [vec![name.into(), value.into()]], OnConflict::Ignore { keys: &["name"] }).await?;
    Ok(setting(conn, name).await?.unwrap_or_else(|| value.to_owned()))
}

/// Why something could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The ring cannot be read or written.
    #[error("key ring {file}: {why}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// What is stored was sealed under a key that the ring does not have.
    #[error(
        "something stored was sealed under key {0}, which is not in the key ring: start Hansa with the ring that belongs to this database"
    )]
    KeyMissing(u32),
    /// What is stored was altered, or sealed for something else.
    #[error("something stored under a key was altered")]
    Altered,
}

impl Vault {
    /// A ring that nobody else has, for as long as the process lives.
    pub fn fresh() -> Vault {
        let key = URL_SAFE_NO_PAD.decode(Clock::System.secret()).ok().and_then(|bytes| bytes.try_into().ok());
        Vault(Arc::new(BTreeMap::from([(1, key.unwrap_or_else(|| unreachable!("a secret has 32 bytes")))])))
    }

    /// The ring in a file; `None` when there is no such file.
    ///
    /// # Errors
    /// When the file cannot be read, is readable by others, or is no ring.
    pub fn read(file: &Path) -> Result<Option<Vault>, VaultError> {
        let wrong = |why: String| VaultError::File { file: file.display().to_string(), why };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(error.to_string())),
        };
        let mode = std::fs::metadata(file).map_err(|error| wrong(error.to_string()))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(wrong("others may read it: `chmod 600` it".to_owned()));
        }
        let mut keys = BTreeMap::new();
        for (line, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            let key = text.split_once(' ').and_then(|(number, key)| {
                let key: [u8; 32] = URL_SAFE_NO_PAD.decode(key.trim()).ok()?.try_into().ok()?;
                Some((number.parse::<u32>().ok()?, key))
            });
            let (number, key) = key.ok_or_else(|| wrong(format!("line {}: a number, a space and 43 characters of base64url", line + 1)))?;
            keys.insert(number, key);
        }
        if keys.is_empty() { Err(wrong("it has no key".to_owned())) } else { Ok(Some(Vault(Arc::new(keys)))) }
    }

    /// The number of the key that seals.
    pub fn newest(&self) -> u32 {
        self.0.last_key_value().map_or(0, |(number, _)| *number)
    }

    /// The newest key as text, to be sealed in its turn.
    pub fn told(&self) -> String {
        self.0.last_key_value().map_or_else(String::new, |(_, key)| URL_SAFE_NO_PAD.encode(key))
    }

    /// The ring of one key that was told.
    pub fn of(told: &str) -> Option<Vault> {
        let key: [u8; 32] = URL_SAFE_NO_PAD.decode(told).ok()?.try_into().ok()?;
        Some(Vault(Arc::new(BTreeMap::from([(1, key)]))))
    }

    /// Adds a key to the ring in a file, under which everything is sealed from now on. The file is replaced whole.
    ///
    /// # Errors
    /// When there is no ring, or it cannot be written.
    pub fn add_key(file: &Path) -> Result<Vault, VaultError> {
        let wrong = |why: String| VaultError::File { file: file.display().to_string(), why };
        let mut keys = Vault::read(file)?.ok_or_else(|| wrong("it is not there".to_owned()))?.0.as_ref().clone();
        let fresh = Vault::fresh().0.values().next().copied();
        let number = keys.last_key_value().map_or(1, |(number, _)| number + 1);
        keys.insert(number, fresh.unwrap_or_else(|| unreachable!("a fresh ring has a key")));
        let vault = Vault(Arc::new(keys));
        let written = vault.write(file).map_err(|error| wrong(error.to_string()))?;
        written.persist(file).map_err(|error| wrong(error.error.to_string()))?;
        Ok(vault)
    }

    /// The ring as a file beside where it is to be.
    fn write(&self, file: &Path) -> std::io::Result<tempfile::NamedTempFile> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut written = tempfile::NamedTempFile::new_in(folder)?;
        for (number, key) in self.0.iter() {
            writeln!(written, "{number} {}", URL_SAFE_NO_PAD.encode(key))?;
        }
        written.as_file().sync_all()?;
        Ok(written)
    }

    /// Makes a ring with one key, in a file that is not there yet and appears whole.
    ///
    /// # Errors
    /// When the file cannot be written, or is there already.
    pub fn create(file: &Path) -> Result<Vault, VaultError> {
        let wrong = |error: std::io::Error| VaultError::File { file: file.display().to_string(), why: error.to_string() };
        let vault = Vault::fresh();
        vault.write(file).map_err(wrong)?.persist_noclobber(file).map_err(|error| wrong(error.error))?;
        Ok(vault)
    }

    /// Seals a text for one purpose: `key.nonce+text+tag`, XChaCha20-Poly1305, the purpose as associated data.
    pub fn seal(&self, purpose: &str, text: &str) -> String {
        let (number, key) = self.0.last_key_value().unwrap_or_else(|| unreachable!("a ring has a key"));
        let nonce = XNonce::generate();
        let payload = Payload { msg: text.as_bytes(), aad: purpose.as_bytes() };
        let sealed =
            XChaCha20Poly1305::new(key.into()).encrypt(&nonce, payload).unwrap_or_else(|_| unreachable!("a text that fits into memory"));
        format!("{number}.{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what was sealed for the same purpose.
    ///
    /// # Errors
    /// When it was altered, sealed for another purpose, or under a key that the ring does not have.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<String, VaultError> {
        let (number, text) = sealed.split_once('.').ok_or(VaultError::Altered)?;
        let number: u32 = number.parse().map_err(|_| VaultError::Altered)?;
        let key = self.0.get(&number).ok_or(VaultError::KeyMissing(number))?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| VaultError::Altered)?;
        let (nonce, rest) = bytes.split_at_checked(NONCE).ok_or(VaultError::Altered)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| VaultError::Altered)?;
        let opened = XChaCha20Poly1305::new(key.into()).decrypt(&nonce, Payload { msg: rest, aad: purpose.as_bytes() });
        String::from_utf8(opened.map_err(|_| VaultError::Altered)?).map_err(|_| VaultError::Altered)
    }

    /// A name for a text that nobody without the ring can make or test (HMAC-SHA-256 under the newest key, base64url).
    pub fn mark(&self, purpose: &str, text: &str) -> String {
        self.mark_of(purpose, &[text.as_bytes()])
    }

    /// The same for some bytes in their order.
    pub fn mark_of(&self, purpose: &str, parts: &[&[u8]]) -> String {
        let (_, key) = self.0.last_key_value().unwrap_or_else(|| unreachable!("a ring has a key"));
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("any length of key"));
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_alone() {
        let vault = Vault::fresh();
        let sealed = vault.seal("a", "秘密");
        assert_eq!(vault.open("a", &sealed).as_deref(), Ok("秘密"));
        assert_ne!(sealed, vault.seal("a", "秘密"), "never the same twice");
        assert_eq!(vault.open("b", &sealed), Err(VaultError::Altered));
        assert_eq!(vault.open("a", &sealed.replacen('1', "7", 1)), Err(VaultError::KeyMissing(7)));
        assert_eq!(Vault::fresh().open("a", &sealed), Err(VaultError::Altered));
        for end in 0..sealed.len() {
            assert_ne!(vault.open("a", &sealed[..end]).as_deref(), Ok("秘密"));
        }
        assert_ne!(vault.mark("a", "bc"), vault.mark("ab", "c"));
    }

    #[test]
    fn a_ring_is_a_file_of_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ring");
        assert!(Vault::read(&file).unwrap().is_none());
        let sealed = Vault::create(&file).unwrap().seal("a", "text");
        assert_eq!(Vault::read(&file).unwrap().unwrap().open("a", &sealed).as_deref(), Ok("text"));
        assert!(Vault::create(&file).is_err(), "no ring is written over");
        let rights = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        rights(0o644);
        let why = Vault::read(&file).map(|_| ()).unwrap_err().to_string();
        assert!(why.contains("others may read it"), "{why}");
        rights(0o600);
        std::fs::write(&file, "one key\n").unwrap();
        let why = Vault::read(&file).map(|_| ()).unwrap_err().to_string();
        assert!(why.contains("line 1"), "{why}");
    }
}
