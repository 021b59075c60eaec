//! Workbooks (ECMA-376, Office Open XML).

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::worker::{self, Sink, Unwanted};
use super::{MAX_COLUMNS, MAX_FIELD, MAX_ROW, ReadError, Records, RowError, tidy_header};

/// Opens one sheet of a workbook; the first unless another is named.
pub(super) fn open(path: &Path, sheet: Option<&str>) -> Result<Box<dyn Records + Send>, ReadError> {
    let sheet = sheet.map(str::to_owned);
    worker::run(path, "XLSX", move |path, sink| read(path, sheet.as_deref(), sink))
}

fn read(path: &Path, sheet: Option<&str>, sink: &mut Sink) -> Result<Result<(), Unwanted>, ReadError> {
    let damaged = |place: String, error: XlsxError| ReadError::new(path, place, format!("this workbook is damaged or cut off: {error}"));
    super::archive::guard(path)?;
    let file = File::open(path).map_err(|error| ReadError::new(path, "", format!("cannot be opened: {error}")))?;
    let mut book = Xlsx::new(BufReader::new(file)).map_err(|error| damaged("archive".into(), error))?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(name) => names.iter().find(|one| *one == name).cloned().ok_or_else(|| {
            ReadError::new(path, format!("sheet `{name}`"), format!("there is no such sheet; there are {}", names.join(", ")))
        })?,
        None => names.first().cloned().ok_or_else(|| ReadError::new(path, "workbook", "it has no sheets"))?,
    };
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| damaged(format!("sheet `{name}`"), error))?;
    let mut sheet = Sheet { header: Vec::new(), row: None, sink };
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                if sheet.cell(row, column, cell.get_value()).is_err() {
                    return Ok(Err(Unwanted));
                }
            }
            Ok(None) => break,
            Err(error) => {
                let place = format!("sheet `{name}`, row {}", sheet.row.as_ref().map_or(1, |row| row.number));
                // Rows before the damage are good; the one it struck is not.
                sheet.row = None;
                return Err(damaged(place, error));
            }
        }
    }
    Ok(sheet.finish())
}

/// Gathers cells into rows.
struct Sheet<'a> {
    header: Vec<String>,
    row: Option<Row>,
    sink: &'a mut Sink,
}

struct Row {
    /// As the spreadsheet shows it, from 1.
    number: u64,
    fields: Vec<String>,
    bytes: usize,
    fault: Option<(Option<usize>, String)>,
}

impl Sheet<'_> {
    fn cell(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), Unwanted> {
        let number = u64::from(row) + 1;
        if self.row.as_ref().is_none_or(|current| current.number != number) {
            self.end_row()?;
            self.row = Some(Row { number, fields: vec![String::new(); self.header.len()], bytes: 0, fault: None });
        }
        if let Some(current) = &mut self.row {
            current.put(column as usize, value, self.header.len());
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Unwanted> {
        let Some(row) = self.row.take() else { return Ok(()) };
        if row.fault.is_none() && row.fields.iter().all(|field| field.trim().is_empty()) {
            return Ok(());
        }
        if self.header.is_empty() {
            self.header = tidy_header(row.fields);
            return self.sink.header(self.header.clone(), None);
        }
        let line = row.number;
        match row.fault {
            None => self.sink.row(Ok((line, row.fields))),
            Some((column, reason)) => {
                let column = column.and_then(|at| self.header.get(at).cloned());
                let mut original = row.fields.join(",");
                original.truncate(original.floor_char_boundary(super::MAX_ORIGINAL));
                self.sink.row(Err(RowError { line, column, reason, original }))
            }
        }
    }

    fn finish(mut self) -> Result<(), Unwanted> {
        self.end_row()
    }
}

impl Row {
    fn put(&mut self, column: usize, value: &DataRef<'_>, columns: usize) {
        let text = match value {
            DataRef::Empty => return,
            DataRef::Error(error) => {
                self.fault.get_or_insert((Some(column), format!("the cell holds the error {error}")));
                return;
            }
            value => text(value),
        };
        let in_header = columns == 0;
        if (in_header && column >= MAX_COLUMNS) || (!in_header && column >= columns) {
            if !text.trim().is_empty() {
                self.fault.get_or_insert((None, format!("the row has {} fields, the header {columns}", column + 1)));
            }
            return;
        }
        self.bytes += text.len();
        if text.len() > MAX_FIELD || self.bytes > MAX_ROW {
            self.fault.get_or_insert((Some(column), format!("longer than {MAX_FIELD} bytes in a field or {MAX_ROW} in a row")));
            return;
        }
        if in_header && self.fields.len() <= column {
            self.fields.resize(column + 1, String::new());
        }
        self.fields[column] = text;
    }
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => super::parquet::float(*number),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(at) if at.is_duration() => at.as_duration().map(|span| format!("PT{}S", span.num_seconds())).unwrap_or_default(),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
            match (hour, minute, second, milli) {
                (0, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                (_, _, _, 0) => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
                _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
            }
        }
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}
