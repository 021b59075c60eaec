//! Readers that run on a thread of their own.
//!
//! The libraries for workbooks and Parquet borrow from the open file and may panic on damaged ones. On a thread of its own such a
//! reader hands over batches of rows, works beside whoever takes them, holds a few batches at most, and its panic is an error.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::{Fault, ReadError, Record, Records, RowError};

const BATCH_ROWS: usize = 512;
const BATCH_BYTES: usize = 1 << 20;
const BATCHES: usize = 4;

/// What the thread hands over.
enum Message {
    Header(Vec<String>, Option<u64>),
    Rows(Vec<Result<(u64, Vec<String>), RowError>>),
    End(ReadError),
}

/// Where a reader puts its rows.
pub(super) struct Sink {
    messages: SyncSender<Message>,
    batch: Vec<Result<(u64, Vec<String>), RowError>>,
    bytes: usize,
    done: Arc<AtomicU64>,
}

/// Nobody wants the rows any more.
pub(super) struct Unwanted;

impl Sink {
    /// Hands over the header, before any row, and how many rows there are if that is known.
    pub(super) fn header(&mut self, names: Vec<String>, rows: Option<u64>) -> Result<(), Unwanted> {
        self.messages.send(Message::Header(names, rows)).map_err(|_| Unwanted)
    }

    /// Hands over a row by its number, or its refusal.
    pub(super) fn row(&mut self, row: Result<(u64, Vec<String>), RowError>) -> Result<(), Unwanted> {
        self.bytes += match &row {
            Ok((_, fields)) => fields.iter().map(String::len).sum(),
            Err(error) => error.original.len(),
        };
        self.batch.push(row);
        self.done.fetch_add(1, Ordering::Relaxed);
        if self.batch.len() >= BATCH_ROWS || self.bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Unwanted> {
        self.bytes = 0;
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH_ROWS));
        self.messages.send(Message::Rows(batch)).map_err(|_| Unwanted)
    }
}

/// Runs `read` on a thread and gives its rows. `format` names what the file should be, for the refusal when the reader panics.
pub(super) fn run(
    path: &Path,
    format: &'static str,
    read: impl FnOnce(&Path, &mut Sink) -> Result<Result<(), Unwanted>, ReadError> + Send + 'static,
) -> Result<Box<dyn Records + Send>, ReadError> {
    let (messages, rows) = sync_channel(BATCHES);
    let done = Arc::new(AtomicU64::new(0));
    let owned = path.to_owned();
    let counted = done.clone();
    let work = move || {
        let mut sink = Sink { messages, batch: Vec::new(), bytes: 0, done: counted.clone() };
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&owned, &mut sink)));
        let end = match outcome {
            Ok(Ok(Ok(()))) => None,
            Ok(Ok(Err(Unwanted))) => return,
            Ok(Err(error)) => Some(error),
            Err(_) => {
                let place = format!("after row {}", counted.load(Ordering::Relaxed));
                Some(ReadError::new(&owned, place, format!("this is damaged {format}: what it says about itself does not hold together")))
            }
        };
        let rest = sink.flush();
        if let (Ok(()), Some(error)) = (rest, end) {
            // When nobody listens any more nobody misses the error.
            let _ = sink.messages.send(Message::End(error));
        }
    };
    std::thread::Builder::new()
        .name("import-reader".into())
        .spawn(work)
        .map_err(|error| ReadError::new(path, "start", format!("no thread to read with: {error}")))?;
    loop {
        match rows.recv() {
            Ok(Message::Header(header, total)) => {
                return Ok(Box::new(Worker {
                    path: path.to_owned(),
                    header,
                    total,
                    rows,
                    batch: Vec::new().into_iter(),
                    done,
                    over: false,
                }));
            }
            Ok(Message::End(error)) => return Err(error),
            Ok(Message::Rows(_)) => {}
            Err(_) => return Err(ReadError::new(path, "start", format!("this {format} has no rows"))),
        }
    }
}

struct Worker {
    path: PathBuf,
    header: Vec<String>,
    total: Option<u64>,
    rows: Receiver<Message>,
    batch: std::vec::IntoIter<Result<(u64, Vec<String>), RowError>>,
    done: Arc<AtomicU64>,
    over: bool,
}

impl Records for Worker {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Fault> {
        loop {
            match self.batch.next() {
                Some(Ok((line, fields))) => {
                    record.line = line;
                    record.raw.clear();
                    record.fields = fields;
                    return Ok(true);
                }
                Some(Err(error)) => return Err(Fault::Row(error)),
                None if self.over => return Ok(false),
                None => match self.rows.recv() {
                    Ok(Message::Rows(batch)) => self.batch = batch.into_iter(),
                    Ok(Message::Header(..)) => {}
                    Ok(Message::End(error)) => {
                        self.over = true;
                        return Err(Fault::End(error));
                    }
                    Err(_) => self.over = true,
                },
            }
        }
    }

    fn position(&self) -> (u64, Option<u64>) {
        let waiting = self.batch.len() as u64;
        (self.done.load(Ordering::Relaxed).saturating_sub(waiting), self.total)
    }
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("path", &self.path).finish_non_exhaustive()
    }
}
