//! The writer task: jobs that arrive together become one batch, hence one transaction and one flush to disk.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{self, JoinHandle, JoinSet};

/// Gathers jobs from many tasks into batches for one handler.
///
/// There is no timer: a batch is what has queued while the previous ones were handled, so a lone caller never waits for
/// company and a crowd shares its commits. Jobs of one key are never in two batches at the same time, and keep their order; so batches that
/// are handled beside each other have nothing in common. Dropping the handle lets the dispatcher finish what it accepted;
/// [`Gather::finish`] waits for it.
pub struct Gather<Job, Answer, E> {
    queue: mpsc::Sender<Waiting<Job, Answer, E>>,
    dispatcher: JoinHandle<()>,
}

/// Limits of a [`Gather`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatherOptions {
    /// Jobs in one batch at most.
    pub batch_max: usize,
    /// Jobs that may wait; further callers wait for room.
    pub queue_max: usize,
    /// Batches handled at the same time: two on SQLite, where one is worked out while the other is written; a few on PostgreSQL.
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

impl<Job, Answer, E> Gather<Job, Answer, E>
where
    Job: Send + 'static,
    Answer: Send + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    /// Starts the dispatcher on the current runtime. `key` tells what must not be handled twice at the same time. `handler` answers every
    /// job of its batch, in order; an answer may itself be a refusal, so that one bad job fails alone. When the handler fails, every
    /// caller of the batch gets its error.
    pub fn start<Key, F, Running>(options: GatherOptions, key: fn(&Job) -> Key, handler: F) -> Self
    where
        Key: Clone + Eq + Hash + Send + 'static,
        F: Fn(Vec<Job>) -> Running + Send + Sync + 'static,
        Running: Future<Output = Result<Vec<Answer>, E>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(options.queue_max.max(1));
        let dispatcher =
            Dispatcher { options, key, waiting: VecDeque::new(), busy: HashSet::new(), running: JoinSet::new(), keys: HashMap::new() };
        Self { queue: sender, dispatcher: tokio::spawn(dispatcher.run(receiver, Arc::new(handler))) }
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
        // It ends only when the queue is empty and closed; panics of the handler are caught per batch.
        let _ = self.dispatcher.await;
    }
}

/// Forms batches, and knows which keys are being handled.
struct Dispatcher<Job, Answer, E, Key> {
    options: GatherOptions,
    key: fn(&Job) -> Key,
    /// Jobs in the order of their arrival that are in no batch yet.
    waiting: VecDeque<Waiting<Job, Answer, E>>,
    /// The keys of the batches that are being handled.
    busy: HashSet<Key>,
    /// The batches, each a task of its own, so that a panic in the handler costs its batch and not the writer.
    running: JoinSet<()>,
    /// The keys of each of them.
    keys: HashMap<task::Id, Vec<Key>>,
}

/// How often callers that were just answered are let run before the next batch is formed: they may have more, which makes it larger.
const YIELDS_MAX: usize = 4;

impl<Job, Answer, E, Key> Dispatcher<Job, Answer, E, Key>
where
    Job: Send + 'static,
    Answer: Send + 'static,
    E: Send + Sync + 'static,
    Key: Clone + Eq + Hash + Send + 'static,
{
    async fn run<F, Running>(mut self, mut queue: mpsc::Receiver<Waiting<Job, Answer, E>>, handler: Arc<F>)
    where
        F: Fn(Vec<Job>) -> Running + Send + Sync + 'static,
        Running: Future<Output = Result<Vec<Answer>, E>> + Send + 'static,
    {
        let mut open = true;
        while open || !self.waiting.is_empty() || !self.running.is_empty() {
            let mut arrived = Vec::new();
            let room = self.options.queue_max.max(1).saturating_sub(self.waiting.len());
            tokio::select! {
                taken = queue.recv_many(&mut arrived, room), if open && room > 0 => open = taken > 0,
                Some(ended) = self.running.join_next_with_id(), if !self.running.is_empty() => self.ended(ended),
            }
            self.waiting.extend(arrived);
            let parallel = self.options.parallel.max(1);
            if self.running.len() < parallel {
                self.gather_more(&mut queue).await;
            }
            while self.running.len() < parallel && self.dispatch(&handler) {}
        }
    }

    /// Takes what arrives while others run, until nothing more does.
    async fn gather_more(&mut self, queue: &mut mpsc::Receiver<Waiting<Job, Answer, E>>) {
        for _ in 0..YIELDS_MAX {
            task::yield_now().await;
            let before = self.waiting.len();
            while self.waiting.len() < self.options.queue_max.max(1)
                && let Ok(job) = queue.try_recv()
            {
                self.waiting.push_back(job);
            }
            if self.waiting.len() == before {
                return;
            }
        }
    }

    /// Starts a batch of the jobs whose keys nobody handles; whether there were any.
    fn dispatch<F, Running>(&mut self, handler: &Arc<F>) -> bool
    where
        F: Fn(Vec<Job>) -> Running + Send + Sync + 'static,
        Running: Future<Output = Result<Vec<Answer>, E>> + Send + 'static,
    {
        let (mut jobs, mut replies) = (Vec::new(), Vec::new());
        let (mut keys, mut held) = (HashSet::new(), VecDeque::new());
        for Waiting { job, reply } in self.waiting.drain(..) {
            let key = (self.key)(&job);
            if jobs.len() < self.options.batch_max.max(1) && !self.busy.contains(&key) {
                keys.insert(key);
                jobs.push(job);
                replies.push(reply);
            } else {
                held.push_back(Waiting { job, reply });
            }
        }
        self.waiting = held;
        if jobs.is_empty() {
            return false;
        }
        self.busy.extend(keys.iter().cloned());
        let handler = Arc::clone(handler);
        let started = self.running.spawn(async move { handled(&*handler, jobs, replies).await });
        self.keys.insert(started.id(), keys.into_iter().collect());
        true
    }

    fn ended(&mut self, ended: Result<(task::Id, ()), task::JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(panic) => {
                tracing::error!(%panic, "the batch handler panicked");
                panic.id()
            }
        };
        for key in self.keys.remove(&id).unwrap_or_default() {
            self.busy.remove(&key);
        }
    }
}

async fn handled<Job, Answer, E, F, Running>(handler: &F, jobs: Vec<Job>, replies: Vec<Reply<Answer, E>>)
where
    F: Fn(Vec<Job>) -> Running,
    Running: Future<Output = Result<Vec<Answer>, E>>,
{
    match handler(jobs).await {
        Ok(answers) => answer_each(replies, answers),
        Err(error) => {
            let error = Arc::new(error);
            for reply in replies {
                let _ = reply.send(Err(Arc::clone(&error)));
            }
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
        f.debug_struct("Gather").field("room", &self.queue.capacity()).finish()
    }
}
