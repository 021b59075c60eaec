//! Every member's history, replayed page by page on every core.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use db::Tx;
use program::history::in_force;
use program::{Fact, Timeline};
use sea_orm::DbErr;

use super::store::PAGE;
use crate::app::{App, AppError};
use crate::facts::histories;
use crate::members;

/// A member with its facts in force, in the order of judgement.
type Page = Vec<(String, Vec<Fact>)>;

/// Shows every member with facts to `visit`, on several threads at once, and merges what they came to.
///
/// All pages are of one state of the database. The next page is read while one is judged, so two pages are in memory at most.
pub async fn fold<T, V, M>(app: &App, timeline: Arc<Timeline>, visit: V, merge: M) -> Result<T, AppError>
where
    T: Default + Send + 'static,
    V: Fn(&Timeline, &str, &[Fact], &mut T) + Send + Sync + 'static,
    M: Fn(&mut T, T),
{
    let visit = Arc::new(visit);
    app.db
        .read_snapshot(async |tx| {
            let mut total = T::default();
            let mut next = load(&tx, String::new()).await?;
            while let Some((last, page)) = next {
                let (timeline, visit) = (timeline.clone(), visit.clone());
                let judged = tokio::task::spawn_blocking(move || on_every_core(&timeline, page, &*visit));
                let (parts, loaded) = tokio::join!(judged, load(&tx, last));
                // A panic in a thread is a mistake of ours and goes on as one.
                let parts: Vec<T> = parts.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
                parts.into_iter().for_each(|part| merge(&mut total, part));
                next = loaded?;
            }
            Ok(total)
        })
        .await
}

/// The page after a member, with its last member; `None` at the end.
async fn load(tx: &Tx, after: String) -> Result<Option<(String, Page)>, DbErr> {
    let ids = members::page(tx, &after, PAGE).await?;
    let Some(last) = ids.last().cloned() else {
        return Ok(None);
    };
    let page = histories(tx, &ids).await?.into_iter().map(|(member, facts)| (member, in_force(facts))).collect();
    Ok(Some((last, page)))
}

fn on_every_core<T, V>(timeline: &Timeline, page: Page, visit: &V) -> Vec<T>
where
    T: Default + Send,
    V: Fn(&Timeline, &str, &[Fact], &mut T) + Sync,
{
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = page.len().div_ceil(cores).max(1);
    let run = |part: &[(String, Vec<Fact>)]| {
        let mut sum = T::default();
        part.iter().for_each(|(member, facts)| visit(timeline, member, facts, &mut sum));
        sum
    };
    let run = &run;
    thread::scope(|scope| {
        let threads: Vec<_> = page.chunks(share).map(|part| scope.spawn(move || run(part))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}
