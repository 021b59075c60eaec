//! What a list of members tells beside each of them: where it stands, as it was last judged.

use std::collections::HashMap;

use ledger::UnitIx;
use program::Timeline;
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::MemberView;
use crate::app::unreadable;
use crate::custom::{self, CustomView};
use crate::facts::{Stored, states};
use crate::language::Language;
use crate::standing::{NamedView, Teller};

/// A member in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ListedMember)]
pub struct ListedView {
    /// The member.
    #[serde(flatten)]
    pub member: MemberView,
    /// Where it stands; `null` before its first fact, and to who may not see standings.
    pub stands: Option<StandsView>,
    /// Its tags and values of custom fields; `null` to who may not see them.
    pub custom: Option<CustomView>,
}

/// Where a member stands, as it was last judged.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StandsView {
    /// The tier in force on every track.
    pub tiers: Vec<TierView>,
    /// What can be spent of every unit that it has or had.
    pub balances: Vec<AvailableView>,
}

/// A tier in force.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ListedTier)]
pub struct TierView {
    /// The track.
    pub track: NamedView,
    /// The tier.
    pub tier: NamedView,
}

/// What can be spent of a unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AvailableView {
    /// The unit.
    pub unit: NamedView,
    /// Digits after the point of its smallest step.
    pub scale: u32,
    /// How much, in the unit's smallest step; below zero when the member owes.
    pub available: i64,
}

/// Where members stand. Whoever's state cannot be read is left out, as if nothing had happened to it yet: a list is told all the same.
///
/// # Errors
/// When the database fails.
pub async fn standings<C: ConnectionTrait>(
    conn: &C,
    timeline: &Timeline,
    members: &[String],
    language: Language,
) -> Result<HashMap<String, StandsView>, DbErr> {
    let teller = Teller::newest(timeline, language);
    let found = match states(conn, timeline, members).await {
        Err(error) if unreadable(&error) => {
            let mut readable = HashMap::new();
            for member in members {
                match states(conn, timeline, std::slice::from_ref(member)).await {
                    Ok(one) => readable.extend(one),
                    Err(error) if unreadable(&error) => tracing::warn!(%member, %error, "a state cannot be read"),
                    Err(error) => return Err(error),
                }
            }
            readable
        }
        found => found?,
    };
    Ok(found.into_iter().map(|(member, stored)| (member, stands(&teller, timeline, &stored))).collect())
}

/// What is noted of members: tags and values of custom fields.
///
/// # Errors
/// When the database fails.
pub async fn noted<C: ConnectionTrait>(conn: &C, members: Vec<String>) -> Result<HashMap<String, CustomView>, DbErr> {
    if members.is_empty() {
        return Ok(HashMap::new());
    }
    let (fields, mut found) = (custom::fields(conn).await?, custom::of(conn, &members).await?);
    let told = members.into_iter().map(|member| {
        let view = CustomView::of(&found.remove(&member).unwrap_or_default(), &fields);
        (member, view)
    });
    Ok(told.collect())
}

fn stands(teller: &Teller, timeline: &Timeline, stored: &Stored) -> StandsView {
    let tiers = stored.state.tracks.iter().map(|standing| {
        let (track, tier) = (&standing.track, standing.tier_in_force());
        TierView {
            track: NamedView { id: track.clone(), name: teller.rule(&format!("track:{track}")) },
            tier: NamedView { id: tier.clone(), name: teller.tier(track, tier) },
        }
    });
    let balances = timeline.units.iter().enumerate().filter_map(|(at, id)| {
        let sums = stored.book.balances(UnitIx(u16::try_from(at).ok()?));
        (sums.issued != 0 || sums.shared != 0 || sums.adjusted != 0).then(|| {
            let (name, scale) = teller.unit(id);
            AvailableView { unit: NamedView { id: id.clone(), name }, scale, available: sums.available }
        })
    });
    StandsView { tiers: tiers.collect(), balances: balances.collect() }
}

/// The tier that a member stands in on a track.
///
/// # Errors
/// When the database fails.
pub async fn tier<C: ConnectionTrait>(conn: &C, member: &str, track: &str) -> Result<Option<String>, DbErr> {
    let sql = "SELECT tier FROM member_tier WHERE member_id = $1 AND track = $2";
    let values = [Value::from(member), track.into()];
    let row = conn.query_one_raw(Statement::from_sql_and_values(conn.get_database_backend(), sql, values)).await?;
    row.map(|row| row.try_get("", "tier")).transpose()
}
