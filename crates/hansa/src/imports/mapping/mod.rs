//! Mapping: from rows of text to members, contacts and facts, with every row that cannot be used named and explained.
//!
//! A [`Mapping`] says for each field of the target an SQL expression over the columns (the language of [`program::expr`]; every column
//! is text, trimmed, NULL when empty). It is read from a TOML file or [`propose`]d from the names of the columns:
//!
//! ```toml
//! kind = "order-lines"           # members, contacts, orders, order-lines or facts
//! time_zone = "Europe/London"    # of dates and times that name none; UTC unless given
//! currency = "GBP"               # of amounts whose row names none
//! source = "online-retail"       # part of the facts' ids; "import" unless given
//! date_formats = ["%d/%m/%Y"]    # besides ISO 8601
//! [skip]
//! where = "StockCode = 'TEST'"   # left out on purpose and counted
//! [[reject]]
//! where = "Quantity = '0'"       # refused, with this reason
//! reason = "nothing was sold"
//! [fields]
//! member = "CustomerID"
//! amount = "cast(Quantity as decimal) * cast(UnitPrice as decimal)"
//! ```
//!
//! The fields of each kind, what they must be and which are required stand in one table: [`ImportKind::targets`].
//!
//! Ids of facts follow from the file (`source:kind:order`, or the row's own id), so that a second import changes nothing. Lines of one
//! order are gathered until the file ends (about a hundred bytes a line); everything else streams.

mod amount;
mod bound;
mod catalogue;
mod file;
mod instant;
mod item;
mod order;
mod original;
mod propose;
mod reject;
mod synonyms;
mod target;
mod value;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use ledger::Instant;
use program::fact::Fact;

use super::read::{Fault, ReadError, Record, Records};
use crate::contacts::Contact;
use crate::members::Member;
pub use amount::parse as parse_amount;
use bound::Bound;
pub use file::{MAX_MAPPING, Mapping, MappingError, Text};
use item::Fields;
use order::Orders;
pub use propose::{Proposal, propose};
pub use reject::{Reject, RejectFile};
pub use target::{Expects, ImportKind, Target, body_fields, normalised};
use value::Refusal;

/// What rows became.
#[derive(Debug, Clone, PartialEq)]
pub enum Mapped {
    /// An enterprise.
    Member(Member),
    /// A person.
    Contact(Contact),
    /// Something that happened.
    Fact(Fact),
}

/// One thing that rows became, with the lines of the file it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The thing.
    pub mapped: Mapped,
    /// The lines on which its rows start, in their order; at least one.
    pub lines: Vec<u64>,
}

/// How many rows came to what. `lines` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read, without the header.
    pub lines: u64,
    /// Rows that became something, or part of it.
    pub accepted: u64,
    /// Rows that the mapping leaves out.
    pub skipped: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Of the accepted: rows that say what an earlier row of the file says.
    pub repeated: u64,
}

/// What a mapping needs to know besides the file.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// When Hansa heard of the facts.
    pub recorded_at: Instant,
}

/// Why a file could not be mapped to its end.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MapError {
    /// The mapping does not fit the file; at least one error.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Mapping(Vec<MappingError>),
    /// The file cannot be read any further. What was given out before stands; gathered orders were not given out.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Checks a mapping against the columns of a file without reading rows.
pub fn check(mapping: &Mapping, header: &[String]) -> Result<(), Vec<MappingError>> {
    Bound::new(mapping, header).map(|_| ())
}

/// Which columns of a file fill a field.
pub struct Filled {
    kind: ImportKind,
    bound: Bound,
}

impl Filled {
    /// By a mapping that fits the file.
    ///
    /// # Errors
    /// When it does not.
    pub fn of(mapping: &Mapping, header: &[String]) -> Result<Filled, Vec<MappingError>> {
        Ok(Filled { kind: mapping.kind, bound: Bound::new(mapping, header)? })
    }

    /// The columns of a field, with commas between them.
    pub fn columns(&self, field: &str) -> Option<String> {
        self.bound.columns(self.kind, field)
    }
}

/// Maps a whole file: `sink` gets each thing that rows became and each refused row. Rows that repeat the id of an earlier one and say something
/// else are refused.
pub fn map_file(
    records: &mut (dyn Records + Send),
    mapping: &Mapping,
    context: Context,
    sink: &mut dyn FnMut(Result<Accepted, Reject>),
) -> Result<Counts, MapError> {
    let bound = Bound::new(mapping, records.header()).map_err(MapError::Mapping)?;
    let mut rows = Rows { mapping, context, bound, orders: Orders::default(), seen: HashMap::new(), digests: RandomState::new() };
    let mut counts = Counts::default();
    let mut record = Record::default();
    loop {
        let read = match records.next(&mut record) {
            Ok(false) => break,
            Ok(true) => Ok(()),
            Err(Fault::Row(error)) => Err(error),
            Err(Fault::End(error)) => return Err(error.into()),
        };
        counts.lines += 1;
        let outcome = match read {
            Ok(()) => rows.row(&record).map_err(|refusal| reject(&record, refusal)),
            Err(error) => Err(Reject { line: error.line, column: error.column, reason: error.reason, original: error.original }),
        };
        match outcome {
            Ok(Outcome::Became(mapped)) => {
                counts.accepted += 1;
                sink(Ok(Accepted { mapped, lines: vec![record.line] }));
            }
            Ok(Outcome::Gathered) => {}
            Ok(Outcome::Repeated) => {
                counts.accepted += 1;
                counts.repeated += 1;
            }
            Ok(Outcome::Skipped) => counts.skipped += 1,
            Err(reject) => {
                counts.rejected += 1;
                sink(Err(reject));
            }
        }
    }
    let with_lines = mapping.kind == ImportKind::OrderLines;
    let columns = |field: &str| rows.bound.columns(mapping.kind, field);
    rows.orders.finish(mapping, context.recorded_at, with_lines, &columns, &mut |order| match order {
        Ok((fact, lines)) => {
            counts.accepted += lines.len() as u64;
            sink(Ok(Accepted { mapped: Mapped::Fact(fact), lines }));
        }
        Err(rejects) => {
            counts.rejected += rejects.len() as u64;
            rejects.into_iter().for_each(|reject| sink(Err(reject)));
        }
    });
    Ok(counts)
}

#[allow(clippy::large_enum_variant, reason = "one lives at a time, on the stack")]
enum Outcome {
    Became(Mapped),
    Gathered,
    Repeated,
    Skipped,
}

struct Rows<'a> {
    mapping: &'a Mapping,
    context: Context,
    bound: Bound,
    orders: Orders,
    /// The line of each id that was accepted, and a digest of what it says.
    seen: HashMap<Box<str>, (u64, u64)>,
    digests: RandomState,
}

impl Rows<'_> {
    fn row(&mut self, record: &Record) -> Result<Outcome, Refusal> {
        if self.bound.skips(record) {
            return Ok(Outcome::Skipped);
        }
        self.bound.refuses(record)?;
        let fields = &mut Fields { kind: self.mapping.kind, bound: &mut self.bound, record };
        let mapped = match self.mapping.kind {
            ImportKind::Members => Mapped::Member(item::member(self.mapping, fields)?),
            ImportKind::Contacts => Mapped::Contact(item::contact(fields)?),
            ImportKind::Facts => Mapped::Fact(item::fact(self.mapping, self.context.recorded_at, fields)?),
            ImportKind::OrderLines => return self.orders.add(self.mapping, fields).map(|()| Outcome::Gathered),
            ImportKind::Orders => {
                let mut alone = Orders::default();
                alone.add(self.mapping, fields)?;
                let mut fact = Err(Refusal::of_row("no order"));
                let columns = |field: &str| fields.bound.columns(ImportKind::Orders, field);
                alone.finish(self.mapping, self.context.recorded_at, false, &columns, &mut |order| {
                    fact = order.map(|(fact, _)| fact).map_err(|rejects| match rejects.into_iter().next() {
                        Some(one) => Refusal { column: one.column, reason: one.reason },
                        None => Refusal::of_row("no order"),
                    });
                });
                Mapped::Fact(fact?)
            }
        };
        Ok(if self.again(&mapped, record)? { Outcome::Repeated } else { Outcome::Became(mapped) })
    }

    /// Whether an earlier row says the same.
    fn again(&mut self, mapped: &Mapped, record: &Record) -> Result<bool, Refusal> {
        let id = match mapped {
            Mapped::Member(member) => member.id.as_str(),
            Mapped::Contact(contact) => contact.id.as_str(),
            Mapped::Fact(fact) => &fact.id,
        };
        let says = self.digests.hash_one(&record.fields);
        match self.seen.get(id) {
            None => {
                self.seen.insert(id.into(), (record.line, says));
                Ok(false)
            }
            Some((_, earlier)) if *earlier == says => Ok(true),
            Some((earlier, _)) => {
                let column = self.bound.columns(self.mapping.kind, "id").or_else(|| self.bound.columns(self.mapping.kind, "order"));
                Err(Refusal { column, reason: format!("`{id}` is on line {earlier} already, and says something else") })
            }
        }
    }
}

fn reject(record: &Record, refusal: Refusal) -> Reject {
    Reject { line: record.line, column: refusal.column, reason: refusal.reason, original: record.original() }
}
