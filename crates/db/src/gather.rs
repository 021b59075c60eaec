//! The writer task: jobs that arrive together become one batch, hence one transaction and one flush to disk.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

/// Gathers jobs from many tasks into batches for one handler.
///
/// There is no timer: a batch is what has queued while the previous one was being written, so a lone caller never waits for
/// company and a crowd shares its commits. Dropping the handle lets the workers finish what they accepted;
/// [`Gather::finish`] waits for it.
pub struct Gather<Job, Answer, E> {
    queue: mpsc::Sender<Waiting<Job, Answer, E>>,
    workers: Vec<JoinHandle<()>>,
}

/// Limits of a [`Gather`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatherOptions {
    /// Jobs in one batch at most.
    pub batch_max: usize,
    /// Jobs that may wait; further callers wait for room.
    pub queue_max: usize,
    /// Batches handled at the same time: 1 on SQLite, which has one writer; a few on PostgreSQL.
    pub parallel: usize,
}

impl Default for GatherOptions {
    fn default() -> Self {
        Self { batch_max: 1024, queue_max: 4096, parallel: 1 }
    }
}

/// Why a job has no answer.
#[derive(Debug, thiserror::Error)]
pub enum GatherError<E: std::error::Error + 'static> {
    /// The whole batch failed; nothing of it was written.
    #[error("{0}")]
    Batch(#[source] Arc<E>),
    /// The handler panicked or did not answer every job; whether the job was written is not known.
    #[error("the batch ended without an answer to this job")]
    Unanswered,
    /// The writer was shut down before it took the job.
    #[error("the writer is shut down")]
    Closed,
}

type Reply<Answer, E> = oneshot::Sender<Result<Answer, Arc<E>>>;

struct Waiting<Job, Answer, E> {
    job: Job,
    reply: Reply<Answer, E>,
}

type Queue<Job, Answer, E> = Arc<Mutex<mpsc::Receiver<Waiting<Job, Answer, E>>>>;

impl<Job, Answer, E> Gather<Job, Answer, E>
where
    Job: Send + 'static,
    Answer: Send + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    /// Starts the workers on the current runtime. `handler` answers every job of its batch, in order; an answer may itself be
    /// a refusal, so that one bad job fails alone. When the handler fails, every caller of the batch gets its error.
    pub fn start<F, Running>(options: GatherOptions, handler: F) -> Self
    where
        F: Fn(Vec<Job>) -> Running + Send + Sync + 'static,
        Running: Future<Output = Result<Vec<Answer>, E>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(options.queue_max.max(1));
        let queue: Queue<Job, Answer, E> = Arc::new(Mutex::new(receiver));
        let handler = Arc::new(handler);
        let workers = (0..options.parallel.max(1))
            .map(|_| tokio::spawn(work(Arc::clone(&queue), Arc::clone(&handler), options.batch_max.max(1))))
            .collect();
        Self { queue: sender, workers }
    }

    /// Hands over one job and waits for its answer. A caller that stops waiting does not withdraw the job.
    pub async fn submit(&self, job: Job) -> Result<Answer, GatherError<E>> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(Waiting { job, reply }).await.map_err(|_| GatherError::Closed)?;
        match answer.await {
            Ok(answer) => answer.map_err(GatherError::Batch),
            Err(_) => Err(GatherError::Unanswered),
        }
    }

    /// Accepts no more jobs and waits until every accepted one is answered.
    pub async fn finish(self) {
        drop(self.queue);
        for worker in self.workers {
            // A worker ends only when the queue is empty and closed; its handler's panics are caught per batch.
            let _ = worker.await;
        }
    }
}

async fn work<Job, Answer, E, F, Running>(queue: Queue<Job, Answer, E>, handler: Arc<F>, batch_max: usize)
where
    Job: Send + 'static,
    Answer: Send + 'static,
    E: Send + Sync + 'static,
    F: Fn(Vec<Job>) -> Running + Send + Sync + 'static,
    Running: Future<Output = Result<Vec<Answer>, E>> + Send + 'static,
{
    loop {
        // Callers that were just answered may have more: letting them run first makes the next batch larger.
        tokio::task::yield_now().await;
        let mut waiting = Vec::new();
        if queue.lock().await.recv_many(&mut waiting, batch_max).await == 0 {
            return;
        }
        let (jobs, replies): (Vec<Job>, Vec<Reply<Answer, E>>) = waiting.into_iter().map(|Waiting { job, reply }| (job, reply)).unzip();
        // A task of its own, so that a panic in the handler costs its batch and not the writer.
        let handler = Arc::clone(&handler);
        match tokio::spawn(async move { handler(jobs).await }).await {
            Ok(Ok(answers)) => answer_each(replies, answers),
            Ok(Err(error)) => {
                let error = Arc::new(error);
                for reply in replies {
                    let _ = reply.send(Err(Arc::clone(&error)));
                }
            }
            Err(panic) => tracing::error!(%panic, "the batch handler panicked"),
        }
    }
}

fn answer_each<Answer, E>(replies: Vec<Reply<Answer, E>>, answers: Vec<Answer>) {
    if answers.len() != replies.len() {
        tracing::error!(jobs = replies.len(), answers = answers.len(), "the batch handler did not answer every job");
        return;
    }
    for (reply, answer) in replies.into_iter().zip(answers) {
        // A caller that stopped waiting has no use for its answer.
        let _ = reply.send(Ok(answer));
    }
}

impl<Job, Answer, E> fmt::Debug for Gather<Job, Answer, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").field("workers", &self.workers.len()).field("room", &self.queue.capacity()).finish()
    }
}
