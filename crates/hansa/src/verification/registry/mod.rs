//! Registers of companies that are asked: what a number stands for there, and whether four elements belong together.
//!
//! A register is one of two: a file of known companies ([`file`]), which works without anybody else, or a vendor's service over HTTP ([`http`]), told by
//! configuration. What a register answers becomes evidence with its source and time; people decide.

pub mod file;
pub mod http;
pub mod serve;

use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Deserialize;

/// What a register says of a company: fields and their values, e.g. `name`, `status`. May name persons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// In the order of the register.
    pub fields: Vec<(String, String)>,
}

/// Four elements that are to belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elements {
    /// The company's name.
    pub name: String,
    /// Its registration number.
    pub number: String,
    /// The legal representative's name.
    pub representative: String,
    /// The telephone of the legal representative.
    pub phone: String,
}

/// Whether they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// All four belong together.
    pub matches: bool,
    /// Those that do not, where the register says so: `name`, `number`, `representative`, `phone`.
    pub differing: Vec<String>,
}

/// Why a register gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum LookUpError {
    /// It does not do this.
    #[error("register `{0}` does not offer this")]
    NotOffered(String),
    /// It could not be reached, or answered with something else than was agreed.
    #[error("register `{register}`: {why}")]
    Failed {
        /// Which.
        register: String,
        /// What happened.
        why: String,
    },
}

/// A register that can be asked.
pub trait Registry: Send + Sync {
    /// By which name it is asked for.
    fn name(&self) -> &str;

    /// What it says of a number; `None` where it knows nobody of it.
    fn company<'a>(&'a self, number: &'a str) -> BoxFuture<'a, Result<Option<Company>, LookUpError>>;

    /// Whether four elements belong together.
    fn four_elements<'a>(&'a self, elements: &'a Elements) -> BoxFuture<'a, Result<Verdict, LookUpError>>;
}

/// The registers of an installation. Cheap to clone.
#[derive(Clone, Default)]
pub struct Registries(Arc<Vec<Box<dyn Registry>>>);

/// Why the configuration of registers is not right.
#[derive(Debug, thiserror::Error)]
#[error("registers in {file}: {why}")]
pub struct RegistriesError {
    file: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Configured {
    #[serde(default)]
    registry: Vec<One>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum One {
    File(file::Configured),
    Http(Box<http::Configured>),
}

impl Registries {
    /// Those that a TOML file tells of. `environment` gives the variables that headers name; paths are relative to the file.
    ///
    /// # Errors
    /// When the file cannot be read or is not right.
    pub fn read(file: &Path, environment: impl Fn(&str) -> Option<String>) -> Result<Registries, RegistriesError> {
        let wrong = |why: String| RegistriesError { file: file.display().to_string(), why };
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        let configured: Configured = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut all: Vec<Box<dyn Registry>> = Vec::new();
        for one in configured.registry {
            let next: Box<dyn Registry> = match one {
                One::File(one) => Box::new(one.open(folder)),
                One::Http(one) => Box::new(one.open(&environment).map_err(wrong)?),
            };
            if all.iter().any(|known| known.name() == next.name()) {
                return Err(wrong(format!("two are called `{}`", next.name())));
            }
            all.push(next);
        }
        Ok(Registries(Arc::new(all)))
    }

    /// The one of a name.
    pub fn named(&self, name: &str) -> Option<&dyn Registry> {
        self.0.iter().find(|one| one.name() == name).map(AsRef::as_ref)
    }

    /// Their names.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|one| one.name()).collect()
    }
}
