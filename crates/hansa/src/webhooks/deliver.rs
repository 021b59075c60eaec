//! Sending what is due.

use std::time::Duration;

use futures_util::StreamExt;
use ledger::Instant;
use reqwest::StatusCode;
use serde_json::json;
use tracing::{Instrument, Span};

use super::address::Reach;
use super::store::{self, Delivery, Webhook};
use super::{WORKS_FOR, sign};
use crate::app::{App, AppError};
use crate::events::{self, Event, Place};
use crate::standing::words::rfc3339;
use crate::traces;

/// How often the stream and the deliveries are looked at when nobody wakes us.
const EVERY: Duration = Duration::from_secs(1);
/// Events taken at a time, and deliveries sent in one round.
const ROUND: u64 = 200;
/// Messages under way at once.
const AT_ONCE: usize = 8;
/// Bytes of an answer that are read.
const ANSWER_MAX: usize = 300;
const SECOND_US: i64 = 1_000_000;
const HOUR_US: i64 = 3_600 * SECOND_US;
/// How long a delivery belongs to whoever tries it, in microseconds.
const LEASE_US: i64 = 60 * SECOND_US;
/// When a delivery is tried again after so many attempts, in seconds: three days in all.
const WAITS: [i64; 12] = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 36_000, 43_200, 57_600, 57_600];
/// Failures in a row after which an endpoint is paused.
const FAILURES_MAX: i64 = 10;
/// The longest pause, in microseconds.
const PAUSE_MAX_US: i64 = HOUR_US;
/// How long an endpoint may do nothing but fail before it is disabled, in microseconds: five days.
const FAILING_MAX_US: i64 = 5 * 24 * HOUR_US;

/// Who sends.
#[derive(Clone)]
pub struct Sender {
    client: reqwest::Client,
    /// Whom it reaches.
    pub reach: Reach,
    /// The address of this site: the source of its events.
    pub source: String,
}

impl Sender {
    /// Sends within a reach, in the name of a site.
    ///
    /// # Errors
    /// When the platform has no client for HTTPS.
    pub fn new(reach: Reach, source: &str) -> Result<Sender, String> {
        Ok(Sender { client: reach.client()?, reach, source: source.to_owned() })
    }
}

/// Sends until it is ended.
pub async fn run(app: App, sender: Sender) {
    loop {
        let told = app.told.notified();
        match round(&app, &sender).await {
            // More may wait.
            Ok(more) if more > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "webhooks could not be sent"),
        }
        let _ = tokio::time::timeout(EVERY, told).await;
    }
}

/// Makes deliveries of new events and tries what is due, once; how many were made and tried.
///
/// # Errors
/// When the database fails.
pub async fn round(app: &App, sender: &Sender) -> Result<u64, AppError> {
    let mut done = 0;
    let webhooks = store::all(app.db.read()).await?;
    if webhooks.is_empty() {
        return Ok(0);
    }
    for webhook in webhooks.iter().filter(|webhook| webhook.disabled_at.is_none()) {
        let (events, to) = events::pointers(app, webhook.place, &webhook.kinds, ROUND).await?;
        if to != webhook.place {
            let (events, now) = (&events, app.now());
            app.db.write(|tx| async move { store::fan_out(&tx, webhook, events, to, now).await }).await?;
            done += events.len() as u64;
        }
    }
    let due = store::due(app.db.read(), app.now(), i64::try_from(ROUND).unwrap_or(i64::MAX)).await?;
    let tries = futures_util::stream::iter(due.into_iter().map(|delivery| one(app, sender, delivery)));
    let mut tries = tries.buffer_unordered(AT_ONCE);
    while let Some(tried) = tries.next().await {
        done += u64::from(tried?);
    }
    Ok(done)
}

/// Tries one delivery; whether it was ours to try.
async fn one(app: &App, sender: &Sender, delivery: Delivery) -> Result<bool, AppError> {
    let taken = &delivery;
    let until = Instant(app.now().0 + LEASE_US);
    if !app.db.write(|tx| async move { store::take(&tx, taken, until).await }).await? {
        return Ok(false);
    }
    let Some(webhook) = store::find(app.db.read(), &delivery.webhook).await? else { return Ok(false) };
    // What cannot be read holds up nobody else: it is tried again in its time.
    let failed = |error: AppError| Answer::Failed { status: None, why: error.to_string().chars().take(ANSWER_MAX).collect(), wait: None };
    let span = traces::webhook(&webhook.id, &delivery.kind);
    let answer = attempt(app, sender, &webhook, &delivery).instrument(span.clone()).await.unwrap_or_else(failed);
    traces::sent(&span, answer.status());
    let now = app.now();
    let after = &ended(Delivery { attempts: delivery.attempts + 1, ..delivery }, &answer, now);
    let answer = &answer;
    app.db
        .write(|tx| async move {
            store::tried(&tx, after).await?;
            // As it is now: others try other deliveries of it.
            let Some(webhook) = store::lock(&tx, &after.webhook).await? else { return Ok(()) };
            let changed = judged(&webhook, answer, now);
            if changed == webhook { Ok(()) } else { store::update(&tx, &changed).await }
        })
        .await?;
    Ok(true)
}

/// What an endpoint answered.
enum Answer {
    Taken(StatusCode),
    /// It wants no more (410).
    Gone,
    Failed {
        status: Option<StatusCode>,
        why: String,
        /// Seconds it asked us to wait.
        wait: Option<i64>,
    },
    /// The event is not kept any more.
    Forgotten,
}

impl Answer {
    /// With what it was answered.
    fn status(&self) -> Option<StatusCode> {
        match self {
            Answer::Taken(status) => Some(*status),
            Answer::Gone => Some(StatusCode::GONE),
            Answer::Failed { status, .. } => *status,
            Answer::Forgotten => None,
        }
    }
}

async fn attempt(app: &App, sender: &Sender, webhook: &Webhook, delivery: &Delivery) -> Result<Answer, AppError> {
    let Place(xid, seq) = delivery.place;
    let (events, _) = events::after(app, Place(xid, seq - 1), &[], 1).await?;
    let Some(event) = events.into_iter().next().filter(|event| event.place == delivery.place) else { return Ok(Answer::Forgotten) };
    let stream = events::stream(app).await?;
    let (id, body) = message(&sender.source, &stream, &event);
    let url = match sender.reach.check(&webhook.url) {
        Ok(url) => url,
        Err(why) => return Ok(Answer::Failed { status: None, why, wait: None }),
    };
    let now = app.now();
    let secrets = secrets(app, webhook, now)?;
    let request = sender
        .client
        .post(url)
        .header("content-type", "application/cloudevents+json; charset=utf-8")
        .header("webhook-id", &id)
        .header("webhook-timestamp", sign::seconds(now).to_string())
        .header("webhook-signature", sign::signatures(&secrets, &id, now, &body))
        .headers(traces::carried(&Span::current()))
        .body(body);
    Ok(match request.send().await {
        Err(error) => Answer::Failed { status: None, why: cause(&error), wait: None },
        Ok(answer) if answer.status().is_success() => Answer::Taken(answer.status()),
        Ok(answer) if answer.status() == StatusCode::GONE => Answer::Gone,
        Ok(answer) => {
            let wait = answer.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
            let status = answer.status();
            Answer::Failed { status: Some(status), why: beginning(answer).await, wait }
        }
    })
}

/// The id of a message and its body: the event as a CloudEvent 1.0.
fn message(source: &str, stream: &str, event: &Event) -> (String, String) {
    let id = events::serve::id(stream, event.place);
    let body = json!({
        "specversion": "1.0", "id": id, "source": source, "type": format!("hansa.{}", event.kind), "subject": event.member,
        "time": rfc3339(event.at), "datacontenttype": "application/json", "data": event.data,
    });
    (id, body.to_string())
}

/// The secrets in force.
fn secrets(app: &App, webhook: &Webhook, now: Instant) -> Result<Vec<String>, AppError> {
    let old = webhook.old_secret.as_ref().filter(|_| webhook.old_until.is_some_and(|until| until > now));
    std::iter::once(&webhook.secret).chain(old).map(|sealed| app.vault.open(WORKS_FOR, sealed).map_err(AppError::from)).collect()
}

/// The innermost cause: that is what says something.
fn cause(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string().chars().take(ANSWER_MAX).collect()
}

async fn beginning(mut answer: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_MAX {
        match answer.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            _ => break,
        }
    }
    bytes.truncate(ANSWER_MAX);
    String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control()).collect()
}

/// The delivery after a try.
fn ended(delivery: Delivery, answer: &Answer, now: Instant) -> Delivery {
    let over = |status: Option<i64>, why: &str| Delivery {
        due_at: None,
        failed_at: Some(now),
        status,
        error: Some(why.to_owned()),
        ..delivery.clone()
    };
    match answer {
        Answer::Taken(status) => {
            Delivery { due_at: None, done_at: Some(now), status: Some(i64::from(status.as_u16())), error: None, ..delivery }
        }
        Answer::Gone => over(Some(410), "the endpoint wants no more"),
        Answer::Forgotten => over(None, "the event is not kept any more"),
        Answer::Failed { status, why, wait } => {
            let status = status.map(|status| i64::from(status.as_u16()));
            match usize::try_from(delivery.attempts - 1).ok().and_then(|place| WAITS.get(place)) {
                None => over(status, why),
                Some(seconds) => {
                    let seconds = wait.map_or(*seconds, |wait| wait.clamp(*seconds, 24 * 3_600));
                    Delivery { due_at: Some(Instant(now.0 + seconds * SECOND_US)), status, error: Some(why.clone()), ..delivery }
                }
            }
        }
    }
}

/// The endpoint after a try: its breaker closes with a success, opens with failures, each time for longer, and in the end it is disabled.
fn judged(webhook: &Webhook, answer: &Answer, now: Instant) -> Webhook {
    let webhook = webhook.clone();
    match answer {
        Answer::Taken(_) => Webhook { failures: 0, failing_since: None, paused_until: None, ..webhook },
        Answer::Forgotten => webhook,
        Answer::Gone => Webhook { disabled_at: Some(now), disabled_why: Some("it answered that it is gone (410)".to_owned()), ..webhook },
        Answer::Failed { why, .. } => {
            let (failures, since) = (webhook.failures + 1, webhook.failing_since.unwrap_or(now));
            let pauses = u32::try_from((failures - FAILURES_MAX).clamp(0, 12)).unwrap_or(0);
            let pause = (failures >= FAILURES_MAX).then(|| Instant(now.0 + ((30 * SECOND_US) << pauses).min(PAUSE_MAX_US)));
            let failed = now.0 - since.0 >= FAILING_MAX_US;
            let why = failed.then(|| format!("it has failed for five days, lastly: {why}"));
            Webhook {
                failures,
                failing_since: Some(since),
                paused_until: pause,
                disabled_at: failed.then_some(now),
                disabled_why: why,
                ..webhook
            }
        }
    }
}
