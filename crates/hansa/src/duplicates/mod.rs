//! Likely duplicates: members that may be one company, by number and by name.
//!
//! A name is taken apart ([`name`](self)): half width, small letters, simplified characters, without legal form and region; what is left is a brand and a
//! trade. Under a few keys of it the members are found by an index, so that asking is as fast with a million members as with ten; those found are compared
//! and get a score and its reasons. One registration number in common is certain. A likely name is told and hinders nobody: who is who people decide.
//!
//! Keys follow from names and are written with them (`members::put`, `members::reset`). Members that were written before there were keys, or under
//! other rules for them, get theirs when somebody first asks ([`prepare`]).

mod name;
mod score;
pub mod serve;
mod store;
pub mod view;
mod words;

use sea_orm::{ConnectionTrait, DbErr};

use crate::access::Scope;
use crate::app::App;
use crate::members::{self, Member};
use crate::registrations::{self, Number};
use name::Name;

pub use score::{LIKELY, POSSIBLE, Reason, Score};
pub use store::{forget, keep};

/// How many are shown.
pub const SHOWN_MAX: usize = 20;
/// The rules by which keys are made; counted up when they change, so that all are made anew.
const RULES: &str = "1";
/// Members whose keys are made in one transaction.
const PAGE: u64 = 500;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The member that is not its own duplicate.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: Option<String>,
    /// Its numbers.
    pub numbers: Vec<Number>,
}

/// A member that may be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likely {
    /// The member.
    pub member: Member,
    /// How likely, and why.
    pub score: Score,
}

/// The members that may be the same, the likeliest first, of those that somebody sees.
pub async fn like<C: ConnectionTrait>(conn: &C, wanted: &Wanted, scope: &Scope) -> Result<Vec<Likely>, DbErr> {
    let name = Name::of(&wanted.name);
    let holders = registrations::holders(conn, &wanted.numbers).await?;
    let mut ids: Vec<String> = holders.iter().map(|holder| holder.member.clone()).collect();
    ids.extend(store::found(conn, &name.keys()).await?);
    ids.sort_unstable();
    ids.dedup();
    let candidates = members::find(conn, ids.iter().map(String::as_str)).await?;
    let seen = |member: &Member| match scope {
        Scope::Everybody => true,
        Scope::Managed(manager) => member.account_manager.as_deref() == Some(manager),
        Scope::Tree(_) => false,
    };
    let scored = candidates.into_values().filter(|member| wanted.id.as_deref() != Some(member.id.as_str()) && seen(member)).map(|member| {
        let mut score = score::score(&name, &Name::of(&member.name), [wanted.country.as_deref(), member.country.as_deref()]);
        if holders.iter().any(|holder| holder.member == member.id) {
            score.points = 100;
            score.reasons.insert(0, Reason::SameNumber);
        }
        Likely { member, score }
    });
    let mut likely: Vec<Likely> = scored.filter(|one| one.score.points >= POSSIBLE).collect();
    likely.sort_by(|a, b| b.score.points.cmp(&a.score.points).then_with(|| a.member.id.cmp(&b.member.id)));
    likely.truncate(SHOWN_MAX);
    Ok(likely)
}

/// Held by whoever makes all keys anew, so that nobody does it twice.
static PREPARING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Sees to it that every member has its keys: asks one row where they have, else makes them, or waits for who does.
///
/// # Errors
/// When the database fails.
pub async fn prepare(app: &App) -> Result<(), DbErr> {
    if store::rules(app.db.read()).await?.as_deref() == Some(RULES) {
        return Ok(());
    }
    let _held = PREPARING.lock().await;
    if store::rules(app.db.read()).await?.as_deref() == Some(RULES) {
        return Ok(());
    }
    let mut after = String::new();
    loop {
        let ids = members::page(app.db.read(), &after, PAGE).await?;
        let Some(last) = ids.last() else { break };
        let ids = &ids;
        app.db
            .write(|tx| async move {
                let found = members::find(&tx, ids.iter().map(String::as_str)).await?;
                keep(&tx, &found.values().collect::<Vec<_>>()).await
            })
            .await?;
        after.clone_from(last);
    }
    app.db.write(|tx| async move { store::set_rules(&tx, RULES).await }).await
}
