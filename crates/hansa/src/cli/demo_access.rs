//! Ways into a demo: people who can sign in, and keys.

use std::collections::BTreeSet;

use ledger::Instant;

use super::keys::make_key;
use super::staff::refused;
use crate::access::{NewKey, Role, SCOPES};
use crate::app::{App, AppError};
use crate::audit::{self, By};
use crate::demo::World;
use crate::people::{Address, NewPerson, create, password, put_password, serve};

const MONTH_US: i64 = 30 * 86_400_000_000;

/// Who can do what in a demo, and how.
pub(super) struct WaysIn {
    /// The password of everybody.
    pub password: String,
    /// What each person is, and its e-mail address.
    pub people: Vec<(String, String)>,
    /// What each key is, and its secret.
    pub keys: Vec<(String, String)>,
}

impl WaysIn {
    /// An administrator, an operator, an analyst, every account manager, and the owner and a buyer of the first enterprise; a key for the platform and one
    /// for that enterprise.
    pub(super) async fn make(app: &App, world: &World) -> Result<WaysIn, AppError> {
        let first = world.members.first().map(|member| member.id.as_str());
        let password = app.clock.secret()[..16].to_owned();
        Ok(WaysIn { people: people(app, world, first, &password).await?, keys: keys(app, first).await?, password })
    }
}

async fn people(app: &App, world: &World, first: Option<&str>, chosen: &str) -> Result<Vec<(String, String)>, AppError> {
    let managers: BTreeSet<&str> = world.members.iter().filter_map(|member| member.account_manager.as_deref()).collect();
    let staff = [("admin", Role::Administrator), ("operator", Role::MembershipOperator), ("analyst", Role::Analyst)];
    let managers = managers.into_iter().map(|id| (id, Role::AccountManager));
    let theirs = [("owner", Role::Owner), ("buyer", Role::Buyer)];
    let platform = staff.into_iter().chain(managers).map(|(id, role)| (id, role, None));
    let wanted = platform.chain(theirs.into_iter().filter_map(|(id, role)| Some((id, role, Some(first?)))));
    let (hash, now) = (&password::hash(chosen.to_owned()).await, app.now());
    let someone = |(id, role, member): (&str, Role, Option<&str>)| {
        Ok(NewPerson {
            id: id.to_owned(),
            name: id.to_owned(),
            address: Address::email(&format!("{id}@demo.example"))?,
            role,
            member: member.map(str::to_owned),
            contact: None,
            language: Some("zh-CN".to_owned()),
        })
    };
    let new = wanted.map(someone).collect::<Result<Vec<NewPerson>, String>>().map_err(AppError::Refused)?;
    let made = app.db.write(|tx| {
        let new = new.clone();
        async move {
            let (mut made, mut told) = (Vec::new(), Vec::new());
            for one in new {
                let person = create(&tx, &app.vault, one, now).await.map_err(refused)?;
                put_password(&tx, &person.id, hash).await?;
                told.push((By::machine(Some("demo")), serve::told(&tx, app, "invite_staff", None, &person).await?));
                let of = person.member.as_ref().map_or_else(String::new, |member| format!(" of {member}"));
                made.push((format!("{}{of}", person.role), person.address.to_string()));
            }
            audit::append(&tx, told, now).await?;
            Ok::<_, AppError>(made)
        }
    });
    made.await
}

async fn keys(app: &App, first: Option<&str>) -> Result<Vec<(String, String)>, AppError> {
    let expires_at = Instant(app.now().0.saturating_add(MONTH_US));
    let scopes: Vec<String> = SCOPES.iter().map(|scope| (*scope).to_owned()).collect();
    let mut made = Vec::new();
    for (role, member) in [(Role::Administrator, None), (Role::Owner, first)] {
        if role.of_company() == member.is_some() {
            let of = member.map_or_else(|| format!("{role} key"), |member| format!("{role} key of {member}"));
            let new = &NewKey { name: "demo".to_owned(), role, member: member.map(str::to_owned), scopes: scopes.clone(), expires_at };
            made.push((of, make_key(app, new).await?.secret));
        }
    }
    Ok(made)
}
