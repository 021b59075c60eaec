//! `points`: what staff and scripts do with what members have.

use clap::{Args, Subcommand};
use program::expr::Value as Field;
use rust_decimal::Decimal;
use serde_json::json;

use super::place::{as_of, from_day, line, print_json};
use super::{Ending, Place};
use crate::app::{App, AppError};
use crate::points::{Give, Left, Say, Spend, SpendError, Spent, give, left, say, spend, unit_of};
use crate::standing::words::amount;

#[derive(Debug, Subcommand)]
pub(crate) enum Points {
    /// Spend units
    Spend {
        /// Whose units
        member: String,
        #[command(flatten)]
        much: Much,
        /// What for, e.g. an order's number
        #[arg(long)]
        reference: Option<String>,
        /// Draw what is missing from the member's parents, where the program pools the unit
        #[arg(long)]
        pool: bool,
        #[command(flatten)]
        said: Said,
    },
    /// Give units out of a campaign's budget, or of one company's, to another
    Give {
        /// Whose units
        from: String,
        /// Who gets them
        to: String,
        #[command(flatten)]
        much: Much,
        #[command(flatten)]
        said: Said,
    },
    /// Set units aside for a purchase that may still fail
    Reserve {
        /// Whose units
        member: String,
        #[command(flatten)]
        much: Much,
        /// What for, e.g. an order's number
        #[arg(long)]
        reference: Option<String>,
        /// Free again after this day, or at this instant
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
        #[command(flatten)]
        said: Said,
    },
    /// Spend what a reservation holds; the rest is free again
    Commit {
        /// Whose units
        member: String,
        /// The id of the reservation
        reservation: String,
        /// All of it when left out
        #[arg(long, value_name = "N")]
        amount: Option<String>,
        #[command(flatten)]
        said: Said,
    },
    /// Let a reservation go
    Cancel {
        /// Whose units
        member: String,
        /// The id of the reservation
        reservation: String,
        #[command(flatten)]
        said: Said,
    },
    /// Undo a redemption: the very lots come back
    Restore {
        /// Whose units
        member: String,
        /// The id of the spend, or of the reservation once it was committed
        redemption: String,
        /// All that is left of it when left out
        #[arg(long, value_name = "N")]
        amount: Option<String>,
        #[command(flatten)]
        said: Said,
    },
    /// Add or take units, with a reason
    Adjust {
        /// Whose units
        member: String,
        #[command(flatten)]
        much: Much,
        /// Why
        #[arg(long)]
        reason: String,
        /// What is added lapses at the start of this day, or at this instant; as the unit has it when left out
        #[arg(long, value_name = "DATE")]
        expires_at: Option<String>,
        #[command(flatten)]
        said: Said,
    },
}

/// How much of what.
#[derive(Args, Debug)]
pub(crate) struct Much {
    /// The unit
    #[arg(long)]
    unit: String,
    /// How much, in whole units with as many decimals as the unit has
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    amount: String,
}

/// The fact that says so.
#[derive(Args, Debug)]
pub(crate) struct Said {
    /// The fact's id: the same again changes nothing and gives the first answer; one is made when left out
    #[arg(long)]
    id: Option<String>,
    /// Who does it
    #[arg(long)]
    by: Option<String>,
}

impl Points {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        let app = place.open().await?;
        let text = |text: &str| Field::Text(text.into());
        match self {
            Points::Spend { member, much, reference, pool, said } => {
                let steps = steps_of(&app, &much.unit, &much.amount)?;
                let id = said.id.unwrap_or_else(|| app.clock.id("spend"));
                let ask = Spend { id, member, unit: much.unit, amount: steps, reference, pool, actor: said.by };
                let spent = spend(&app, &ask).await.map_err(refused)?;
                let left = left(app.db.read(), &*app.timeline()?, &ask.member, &ask.unit, spent.known).await.map_err(refused)?;
                show_spent(place, &app, &ask, &spent, &left);
                Ok(Ending::Done)
            }
            Points::Give { from, to, much, said } => {
                let steps = steps_of(&app, &much.unit, &much.amount)?;
                let id = said.id.unwrap_or_else(|| app.clock.id("gift"));
                let ask = Give { id, from, to, unit: much.unit, amount: steps, actor: said.by };
                let given = give(&app, &ask).await.map_err(refused)?;
                let left = left(app.db.read(), &*app.timeline()?, &ask.from, &ask.unit, given.known).await.map_err(refused)?;
                show_given(place, &app, &ask, &given, &left)?;
                Ok(Ending::Done)
            }
            Points::Reserve { member, much, reference, until, said } => {
                let steps = steps_of(&app, &much.unit, &much.amount)?;
                let mut fields = vec![("unit", text(&much.unit)), ("amount", Field::Int(steps))];
                fields.extend(reference.map(|reference| ("reference", text(&reference))));
                let until = until.as_deref().map(|day| as_of(&app, Some(day))).transpose()?;
                fields.extend(until.map(|at| ("until", Field::Time(at))));
                tell(place, &app, "points.reserved", member, fields, Some(much.unit), said).await
            }
            Points::Commit { member, reservation, amount, said } => {
                earlier(place, &app, "points.committed", member, ("reservation", reservation), amount, said).await
            }
            Points::Cancel { member, reservation, said } => {
                earlier(place, &app, "points.released", member, ("reservation", reservation), None, said).await
            }
            Points::Restore { member, redemption, amount, said } => {
                earlier(place, &app, "points.restored", member, ("redemption", redemption), amount, said).await
            }
            Points::Adjust { member, much, reason, expires_at, said } => {
                let steps = steps_of(&app, &much.unit, &much.amount)?;
                let mut fields = vec![("unit", text(&much.unit)), ("amount", Field::Int(steps)), ("reason", text(&reason))];
                let zone = app.timeline()?.zone().clone();
                let expires_at = expires_at.as_deref().map(|day| from_day(&zone, "--expires-at", day)).transpose()?;
                fields.extend(expires_at.map(|at| ("expires_at", Field::Time(at))));
                tell(place, &app, "points.adjusted", member, fields, Some(much.unit), said).await
            }
        }
    }
}

/// Says something about a reservation or redemption; its unit is that of the fact that made it.
async fn earlier(
    place: &Place,
    app: &App,
    kind: &'static str,
    member: String,
    (name, id): (&'static str, String),
    amount: Option<String>,
    said: Said,
) -> Result<Ending, AppError> {
    let unit = unit_of(app, &member, &id).await?;
    let mut fields = vec![(name, Field::Text(id.as_str().into()))];
    if let Some(amount) = amount {
        let steps = match &unit {
            Some(unit) => steps_of(app, unit, &amount)?,
            None => whole(&amount, 0)?,
        };
        fields.push(("amount", Field::Int(steps)));
    }
    tell(place, app, kind, member, fields, unit, said).await
}

async fn tell(
    place: &Place,
    app: &App,
    kind: &'static str,
    member: String,
    fields: Vec<(&'static str, Field)>,
    unit: Option<String>,
    said: Said,
) -> Result<Ending, AppError> {
    let id = said.id.unwrap_or_else(|| app.clock.id("fact"));
    let ask = Say { id, member, kind, fields, actor: said.by };
    let left = say(app, &ask, unit.as_deref()).await.map_err(refused)?;
    if place.json {
        print_json(&json!({ "id": ask.id, "kind": kind, "member": ask.member, "known": left.known, "left": left }));
    } else {
        let before = if left.known { " was recorded before; nothing changed" } else { " is recorded" };
        line(&format!("{kind} {}{before}. {}", ask.id, in_words(app, &ask.member, &left)?));
    }
    Ok(Ending::Done)
}

fn show_spent(place: &Place, app: &App, ask: &Spend, spent: &Spent, left: &Left) {
    if place.json {
        print_json(&json!({
            "id": ask.id, "member": ask.member, "unit": ask.unit, "amount": ask.amount, "known": spent.known, "own": spent.own,
            "pooled": spent.pooled, "left": left,
        }));
        return;
    }
    let (name, scale) = named(app, &ask.unit);
    let before = if spent.known { " were spent before by the same id; nothing changed" } else { " are spent" };
    line(&format!("{} {name}{before}: {}.", amount(ask.amount, scale), ask.id));
    line(&format!("{:>10} of its own", amount(spent.own, scale)));
    for draw in &spent.pooled {
        line(&format!("{:>10} of {}, lot {}", amount(draw.amount, scale), draw.member, draw.lot));
    }
    if let Ok(words) = in_words(app, &ask.member, left) {
        line(&words);
    }
}

fn show_given(place: &Place, app: &App, ask: &Give, given: &Spent, left: &Left) -> Result<(), AppError> {
    if place.json {
        print_json(&json!({
            "id": ask.id, "from": ask.from, "to": ask.to, "unit": ask.unit, "amount": ask.amount, "known": given.known,
            "lots": given.pooled, "left": left,
        }));
        return Ok(());
    }
    let (name, scale) = named(app, &ask.unit);
    let before = if given.known { " were given before by the same id; nothing changed" } else { " are given" };
    line(&format!("{} {name}{before}: {}.", amount(ask.amount, scale), ask.id));
    for draw in &given.pooled {
        line(&format!("{:>10} of {}, lot {}", amount(draw.amount, scale), draw.member, draw.lot));
    }
    line(&in_words(app, &ask.from, left)?);
    Ok(())
}

/// What is left, as a sentence; nothing where no unit is named.
fn in_words(app: &App, member: &str, left: &Left) -> Result<String, AppError> {
    let Some(unit) = &left.unit else { return Ok(String::new()) };
    let (name, scale) = named(app, unit);
    Ok(format!("{member} has {} {name} to spend, {} set aside.", amount(left.available, scale), amount(left.reserved, scale)))
}

/// A unit's name and how many decimals it has, by the newest version that has it.
fn named(app: &App, unit: &str) -> (String, u32) {
    let found = app.timeline().ok().and_then(|timeline| {
        let mut versions = timeline.versions.iter().rev();
        versions.find_map(|version| version.program.units.iter().find(|known| *known.id == *unit).map(|known| known.scale))
    });
    (unit.to_owned(), found.unwrap_or(0))
}

/// An amount as people write it, in the unit's smallest step.
fn steps_of(app: &App, unit: &str, text: &str) -> Result<i64, AppError> {
    let timeline = app.timeline()?;
    if timeline.unit(unit).is_none() {
        let units: Vec<&str> = timeline.units.iter().map(AsRef::as_ref).collect();
        return Err(AppError::Refused(format!("--unit: the program has no unit `{unit}`; it has {}", units.join(", "))));
    }
    whole(text, named(app, unit).1)
}

fn whole(text: &str, scale: u32) -> Result<i64, AppError> {
    let wrong = |why: &str| AppError::Refused(format!("--amount: `{text}` is {why}"));
    let number: Decimal = text.trim().parse().map_err(|_| wrong("not a number of units"))?;
    let steps = number.checked_mul(Decimal::from(10u64.pow(scale))).ok_or_else(|| wrong("too large"))?;
    if !steps.fract().is_zero() {
        return Err(match scale {
            0 => wrong("not a whole number, and the unit has no smaller steps"),
            _ => wrong(&format!("finer than the unit's smallest step of {scale} decimal places")),
        });
    }
    i64::try_from(steps).map_err(|_| wrong("too large"))
}

/// A refusal of the rules ends as every refusal does.
fn refused(error: SpendError) -> AppError {
    match error {
        SpendError::Database(error) => error.into(),
        SpendError::App(error) => error,
        refused => AppError::Refused(refused.to_string()),
    }
}
