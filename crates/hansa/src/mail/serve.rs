//! The outbox over HTTP.
//!
//! Letters carry links and codes, so what they say is shown only where Hansa sends no mail: there somebody has to hand them on. Every reading
//! is in the audit.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use ledger::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, Kept};
use super::{Written, opened};
use crate::audit::{self, By, Entry};
use crate::http::body::Params;
use crate::http::page::{Page, Paging};
use crate::http::problem::{Code, Failed, Problem};
use crate::http::{ShownOnce, Site};
use crate::standing::view::{instant, maybe_instant};

pub(crate) fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list_mail)).routes(routes!(read_letter))
}

/// Which letters.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Entries on the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Only those that are `waiting`, `sent` or `given-up`.
    #[param(pattern = "^(waiting|sent|given-up)$")]
    state: Option<String>,
}

/// A letter in the outbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Letter)]
struct LetterView {
    /// `mail_…`.
    id: String,
    /// `mail`, or `sms` for a short message to a phone number.
    #[schema(pattern = "^(mail|sms)$")]
    channel: &'static str,
    /// What it is about: `invitation`, `new-password`, `code`, `password-changed`, `second-factor-changed`, `sign-up`, `sign-up-code`, `known-already`,
    /// `verified`, `verification-refused`, `verification-lapsed`.
    kind: String,
    /// The person it goes to; `null` for somebody who is not known yet.
    person: Option<String>,
    /// `waiting`, `sent` or `given-up`.
    #[schema(pattern = "^(waiting|sent|given-up)$")]
    state: &'static str,
    /// When it was written.
    #[serde(serialize_with = "instant")]
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it was sent.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Instant>,
    /// When it is tried next.
    #[serde(serialize_with = "maybe_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Instant>,
    /// How often it was tried.
    attempts: i64,
    /// Why the last attempt failed.
    error: Option<String>,
}

/// A letter and what it says.
#[derive(Debug, Serialize, ToSchema)]
struct LetterText {
    /// The letter.
    #[serde(flatten)]
    letter: LetterView,
    /// The address it goes to.
    to: String,
    /// Its subject.
    subject: String,
    /// Its text.
    text: String,
}

impl From<Kept> for LetterView {
    fn from(kept: Kept) -> LetterView {
        let state = match (kept.sent_at, kept.failed_at) {
            (Some(_), _) => "sent",
            (None, Some(_)) => "given-up",
            (None, None) => "waiting",
        };
        LetterView {
            channel: kept.channel.name(),
            kind: kept.kind.trim_start_matches("mail-").to_owned(),
            due_at: Some(kept.due_at).filter(|_| state == "waiting"),
            id: kept.id,
            person: kept.person,
            state,
            created_at: kept.created_at,
            sent_at: kept.sent_at,
            attempts: kept.attempts,
            error: kept.error,
        }
    }
}

/// Lists the letters of the last 90 days, the latest first. What they say is not told here.
#[utoipa::path(get, path = "/v1/mail", tag = "mail", params(Filter), responses((status = OK, description = "A page of letters.", body = Page<LetterView>)))]
async fn list_mail(State(site): State<Site>, Params(filter): Params<Filter>) -> Result<Json<Page<LetterView>>, Problem> {
    let paging = Paging { limit: filter.limit, after: filter.after, total: None };
    let (limit, after) = (paging.limit()?, paging.place::<(i64, String)>()?);
    let state = match filter.state.as_deref() {
        None => None,
        Some(state @ ("waiting" | "sent" | "given-up")) => Some(state),
        Some(_) => return Err(Problem::parameter("state", "`waiting`, `sent` or `given-up`")),
    };
    let found = store::latest(site.app.db.read(), state, after.as_ref(), limit + 1).await?;
    let place = |letter: &LetterView| (letter.created_at.0, letter.id.clone());
    Ok(Json(Page::of(found.into_iter().map(LetterView::from).collect(), limit, None, place)))
}

/// Shows what a waiting letter says, to be handed on; only where Hansa does not send such letters.
#[utoipa::path(get, path = "/v1/mail/{letter}", tag = "mail", params(("letter" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The letter.", body = LetterText)))]
async fn read_letter(
    State(site): State<Site>,
    by: By,
    Path(letter): Path<String>,
) -> Result<(Extension<ShownOnce>, Json<LetterText>), Problem> {
    let (app, sends, by, id) = (&site.app, site.sends(), &by, letter.as_str());
    let found = app.db.write(|tx| async move {
        let kept = store::find(&tx, id).await?.ok_or_else(|| Failed::from(Problem::new(Code::NotFound)))?;
        if sends.has(kept.channel) {
            let why = "this installation sends such letters by itself: what a letter says is for its reader";
            return Err(Problem::new(Code::Refused).saying(why).into());
        }
        let Some(sealed) = &kept.sealed else {
            return Err(Problem::new(Code::Refused).saying("what it said is forgotten since it was sent or given up").into());
        };
        let said = opened(app, sealed).map_err(sea_orm::DbErr::Custom)?;
        let subject = format!("letter:{id}");
        let entry = Entry { action: "read_letter", member: None, subject, before: None, after: None, why: None };
        audit::append(&tx, vec![(by.clone(), entry)], app.now()).await?;
        Ok::<_, Failed>((kept, said))
    });
    let (kept, (to, Written { subject, text, .. })) = found.await?;
    Ok((Extension(ShownOnce), Json(LetterText { letter: kept.into(), to, subject, text })))
}
