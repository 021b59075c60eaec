//! `key`: who may call over HTTP.

use clap::Subcommand;
use ledger::Instant;
use serde_json::json;

use super::place::{line, print_json};
use super::rules::shown;
use super::{Ending, Place};
use crate::access::{KeyError, KeyView, Made, NewKey, Role, SCOPES, create, key_entry, list, revoke, rotate};
use crate::app::{App, AppError};
use crate::audit::{self, By};

const DAY_US: i64 = 86_400_000_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a key; its secret is shown this once
    Create {
        /// What it is for
        name: String,
        /// Whose operations it may call, e.g. administrator, membership-operator, analyst, owner, buyer
        #[arg(long)]
        role: Role,
        /// The member it acts for, with a role of enterprises
        #[arg(long)]
        member: Option<String>,
        /// A group of operations, e.g. facts:write; may be repeated; all of them when left out
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<String>,
        /// How many days it lives
        #[arg(long, default_value_t = 365)]
        days: u32,
    },
    /// Give a key a new secret, shown this once
    Rotate {
        /// Its id
        key: String,
        /// How many hours the old secret works on
        #[arg(long, default_value_t = 24)]
        overlap: u32,
    },
    /// End a key at once
    Revoke {
        /// Its id
        key: String,
    },
    /// List keys
    List,
}

impl Keys {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let app = if matches!(self, Keys::List) { place.look().await? } else { place.open().await? };
        let now = app.now();
        match self {
            Keys::Create { name, role, member, scopes, days } => {
                let scopes = if scopes.is_empty() { SCOPES.iter().map(|scope| (*scope).to_owned()).collect() } else { scopes };
                let expires_at = Instant(now.0.saturating_add(i64::from(days) * DAY_US));
                show(place, &make_key(&app, &NewKey { name, role, member, scopes, expires_at }).await?);
            }
            Keys::Rotate { key, overlap } => show(place, &change(&app, &Change::Rotate(key, i64::from(overlap) * DAY_US / 24)).await?),
            Keys::Revoke { key } => {
                let ended = change(&app, &Change::Revoke(key)).await?;
                if place.json { print_json(&json!(KeyView::from(ended.key))) } else { line(&format!("Key {} is ended.", ended.key.id)) }
            }
            Keys::List => listed(place, list(app.db.read()).await?.into_iter().map(KeyView::from).collect()),
        }
        Ok(Ending::Done)
    }
}

/// Makes a key, and tells the audit.
pub(super) async fn make_key(app: &App, new: &NewKey) -> Result<Made, AppError> {
    change(app, &Change::Create(new.clone())).await
}

async fn change(app: &App, asked: &Change) -> Result<Made, AppError> {
    let (clock, now) = (app.clock, app.now());
    app.db
        .write(|tx| async move {
            let (action, made) = match asked.clone() {
                Change::Create(new) => ("create_key", create(&tx, new, clock).await.map_err(refused)?),
                Change::Rotate(id, overlap_us) => ("rotate_key", rotate(&tx, &id, overlap_us, clock).await.map_err(refused)?),
                Change::Revoke(id) => ("revoke_key", Made { key: revoke(&tx, &id, now).await.map_err(refused)?, secret: String::new() }),
            };
            audit::append(&tx, vec![(By::machine(None), key_entry(action, &made))], now).await?;
            Ok::<_, AppError>(made)
        })
        .await
}

#[derive(Clone)]
enum Change {
    Create(NewKey),
    Rotate(String, i64),
    Revoke(String),
}

fn show(place: &Place, made: &Made) {
    if place.json {
        print_json(&json!({ "key": KeyView::from(made.key.clone()), "secret": made.secret }));
        return;
    }
    line(&format!("Key {} ({}, {}) works until {}.", made.key.id, made.key.name, made.key.role, shown(made.key.expires_at)));
    line("Its secret is shown this once; send it as `Authorization: Bearer …`:");
    line(&made.secret);
}

fn listed(place: &Place, keys: Vec<KeyView>) {
    if place.json {
        print_json(&json!(keys));
        return;
    }
    for key in keys {
        let state = key.revoked_at.map_or_else(|| format!("until {}", shown(key.expires_at)), |at| format!("revoked {}", shown(at)));
        let of = key.member.map_or_else(String::new, |member| format!(" of {member}"));
        line(&format!("{}  {}  {}{of}  {state}  {}", key.id, key.name, key.role, key.scopes.join(" ")));
    }
}

fn refused(error: KeyError) -> AppError {
    match error {
        KeyError::Database(error) => error.into(),
        refused => AppError::Refused(refused.to_string()),
    }
}
