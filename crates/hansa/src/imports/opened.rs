//! The files of an import, opened with a mapping that fits them.

use std::collections::HashMap;
use std::path::Path;

use super::mapping::{Filled, MapError, Mapping, MappingError, Reject, check, propose};
use super::read::{Fault, Record, Records, open};
use super::run::Plan;
use crate::app::AppError;

/// Why a row is refused while it is written: the field at fault, where one can be named, and why.
pub(super) type Late = (Option<&'static str>, String);

/// A file whose mapping fits its header.
pub(super) struct Opened {
    pub(super) records: Box<dyn Records + Send>,
    pub(super) mapping: Mapping,
}

impl Opened {
    pub(super) fn of(file: &Path, plan: &Plan) -> Result<Opened, AppError> {
        let records = open(file, &plan.read).map_err(|error| AppError::Refused(error.to_string()))?;
        let mapping = plan.mapping.clone().unwrap_or_else(|| propose(records.header(), plan.kind).mapping);
        if mapping.kind != plan.kind {
            return Err(AppError::Refused(format!("the mapping is for {}, not for {}", mapping.kind.name(), plan.kind.name())));
        }
        let wrong = |errors: Vec<MappingError>| AppError::Refused(MapError::Mapping(errors).to_string());
        check(&mapping, records.header()).map_err(wrong)?;
        Ok(Opened { records, mapping })
    }
}

/// Looks at every file; the first is kept open.
pub(super) fn look_at(plan: &Plan) -> Result<Option<Opened>, AppError> {
    let mut files = plan.files.iter();
    let first = files.next().map(|file| Opened::of(file, plan)).transpose()?;
    files.try_for_each(|file| Opened::of(file, plan).map(drop))?;
    Ok(first)
}

/// The rows of lines that were refused while they were written, read once more.
pub(super) fn originals(file: &Path, plan: &Plan, mut refused: HashMap<u64, Late>) -> Result<Vec<Reject>, AppError> {
    let mut rejects = Vec::new();
    if refused.is_empty() {
        return Ok(rejects);
    }
    let Opened { mut records, mapping } = Opened::of(file, plan)?;
    let filled = Filled::of(&mapping, records.header()).map_err(|errors| AppError::Refused(MapError::Mapping(errors).to_string()))?;
    let mut record = Record::default();
    while !refused.is_empty() {
        match records.next(&mut record) {
            Ok(true) => {}
            Ok(false) | Err(Fault::End(_)) => break,
            Err(Fault::Row(_)) => continue,
        }
        if let Some((field, reason)) = refused.remove(&record.line) {
            // The id of an order's fact is made of its number.
            let column = field.and_then(|field| filled.columns(field).or_else(|| filled.columns("order").filter(|_| field == "id")));
            rejects.push(Reject { line: record.line, column, reason, original: record.original() });
        }
    }
    Ok(rejects)
}
