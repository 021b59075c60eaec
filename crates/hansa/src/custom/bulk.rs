//! Tags and values of many members at once.

use axum::Json;
use axum::extract::State;
use db::{Hold, hold};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::serve::{full, noted, put_values, read_tags};
use super::view::{ChangedView, CustomChanges};
use super::{BULK_MAX, Custom, store};
use crate::access::{Caller, Scope};
use crate::app::App;
use crate::audit::{self, By};
use crate::http::Site;
use crate::http::body::Body;
use crate::http::problem::{Failed, Problem};
use crate::members::{self, Member};

pub(super) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(change_custom_of_many))
}

/// Adds tags to many members, takes tags off them, and gives them values: all of them, or none where something is wrong.
#[utoipa::path(post, path = "/v1/custom-changes", tag = "custom", request_body = CustomChanges,
    responses((status = OK, description = "How many were changed.", body = ChangedView)))]
async fn change_custom_of_many(
    State(app): State<App>,
    caller: Caller,
    by: By,
    Body(change): Body<CustomChanges>,
) -> Result<Json<ChangedView>, Problem> {
    if !(1..=BULK_MAX).contains(&change.members.len()) {
        return Err(Problem::field("members", format!("1 to {BULK_MAX}")));
    }
    let (add, remove) = (&read_tags("add_tags", &change.add_tags)?, &read_tags("remove_tags", &change.remove_tags)?);
    if let Some(both) = add.intersection(remove).next() {
        return Err(Problem::field("remove_tags", format!("without `{both}`, which is to be added")));
    }
    let now = app.now();
    let (by, scope, change) = (&by, &caller.scope(), &change);
    let done = app.db.write(|tx| async move {
        hold(&tx, "custom_field", Hold::Still).await?;
        let fields = store::fields(&tx).await?;
        let held = members::hold(&tx, change.members.iter().map(String::as_str)).await?;
        let ids: Vec<String> = held.iter().filter(|member| within(scope, member)).map(|member| member.id.clone()).collect();
        let mut noted_before = store::of(&tx, &ids).await?;
        let (mut changes, mut audited) = (Vec::new(), Vec::new());
        for id in &ids {
            let before = noted_before.remove(id).unwrap_or_default();
            let tags = before.tags.difference(remove).chain(add).cloned().collect();
            let mut after = Custom { tags, values: before.values.clone() };
            put_values(&mut after, &change.values, &fields)?;
            full(&after).map_err(|why| Problem::field("add_tags", format!("{why}: {id} would have {}", after.tags.len())))?;
            if after != before {
                audited.push((by.clone(), noted("change_custom_of_many", id, &fields, &before, &after)));
                changes.push((id.clone(), before, after));
            }
        }
        store::write(&tx, &changes).await?;
        audit::append(&tx, audited, now).await?;
        Ok::<_, Failed>((ids, changes.len() as u64))
    });
    let (ids, changed) = done.await?;
    let mut unknown: Vec<String> = change.members.iter().filter(|asked| ids.binary_search(asked).is_err()).cloned().collect();
    unknown.dedup();
    Ok(Json(ChangedView { changed, same: ids.len() as u64 - changed, unknown }))
}

/// Whether a member is among those that somebody may change.
fn within(scope: &Scope, member: &Member) -> bool {
    match scope {
        Scope::Everybody => true,
        Scope::Managed(manager) => member.account_manager.as_deref() == Some(manager),
        Scope::Tree(own) => member.id == *own,
    }
}
