//! Parquet files with flat columns.

use std::fs::File;
use std::path::Path;

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat};
use parquet::basic::{LogicalType, TimeUnit};
use parquet::data_type::Decimal;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;

use super::worker::{self, Sink, Unwanted};
use super::{MAX_COLUMNS, MAX_FIELD, MAX_ROW, ReadError, Records, RowError, tidy_header};

/// Opens a Parquet file.
pub(super) fn open(path: &Path) -> Result<Box<dyn Records + Send>, ReadError> {
    worker::run(path, "Parquet", read)
}

fn read(path: &Path, sink: &mut Sink) -> Result<Result<(), Unwanted>, ReadError> {
    let damaged =
        |place: String, error: ParquetError| ReadError::new(path, place, format!("this Parquet file is damaged or cut off: {error}"));
    let file = File::open(path).map_err(|error| ReadError::new(path, "", format!("cannot be opened: {error}")))?;
    let reader = SerializedFileReader::new(file).map_err(|error| damaged("footer".into(), error))?;
    let metadata = reader.metadata().file_metadata();
    let rows = u64::try_from(metadata.num_rows()).unwrap_or_default();
    let columns = metadata.schema().get_fields().iter().map(|column| Column::of(column)).collect::<Vec<_>>();
    if columns.is_empty() || columns.len() > MAX_COLUMNS {
        return Err(ReadError::new(path, "footer", format!("{} columns; from 1 to {MAX_COLUMNS} are read", columns.len())));
    }
    let header = tidy_header(columns.iter().map(|column| column.name.clone()));
    if sink.header(header.clone(), Some(rows)).is_err() {
        return Ok(Err(Unwanted));
    }
    let mut number = 0;
    for row in RowIter::from_file_into(Box::new(reader)) {
        number += 1;
        let row = row.map_err(|error| damaged(format!("row {number}"), error))?;
        let mut fields = Vec::with_capacity(columns.len());
        let mut fault = None;
        for ((column, name), (_, field)) in columns.iter().zip(&header).zip(row.into_columns()) {
            fields.push(column.text(field).unwrap_or_else(|reason| {
                fault.get_or_insert((Some(name.clone()), reason));
                String::new()
            }));
        }
        if fields.iter().any(|field| field.len() > MAX_FIELD) || fields.iter().map(String::len).sum::<usize>() > MAX_ROW {
            fault.get_or_insert((None, format!("longer than {MAX_FIELD} bytes in a field or {MAX_ROW} in a row")));
        }
        let row = match fault {
            None => Ok((number, fields)),
            Some((column, reason)) => {
                let mut original = fields.join(",");
                original.truncate(original.floor_char_boundary(super::MAX_ORIGINAL));
                Err(RowError { line: number, column, reason, original })
            }
        };
        if sink.row(row).is_err() {
            return Ok(Err(Unwanted));
        }
    }
    if number < rows {
        return Err(ReadError::new(path, format!("row {number}"), format!("the file ends here but claims {rows} rows")));
    }
    Ok(Ok(()))
}

/// How the values of one column become text.
struct Column {
    name: String,
    /// Instants of this column are in UTC; otherwise they are local times of a zone the file does not name.
    utc: bool,
    /// The column holds nanoseconds since 1970, which the row reader gives as bare numbers.
    nanoseconds: bool,
}

impl Column {
    fn of(column: &Type) -> Self {
        let stamp = match column.get_basic_info().logical_type_ref() {
            Some(LogicalType::Timestamp(stamp)) => Some(stamp),
            _ => None,
        };
        let old_style = stamp.is_none();
        Self {
            name: column.name().to_owned(),
            utc: old_style || stamp.is_some_and(|stamp| stamp.is_adjusted_to_u_t_c),
            nanoseconds: stamp.is_some_and(|stamp| matches!(stamp.unit, TimeUnit::NANOS)),
        }
    }

    fn text(&self, field: Field) -> Result<String, String> {
        Ok(match field {
            Field::Null => String::new(),
            Field::Str(text) => text,
            Field::Bytes(bytes) => String::from_utf8(bytes.data().to_vec()).map_err(|_| "bytes that are not UTF-8 text".to_owned())?,
            Field::Bool(truth) => truth.to_string(),
            Field::Long(nanoseconds) if self.nanoseconds => self.instant(Some(DateTime::from_timestamp_nanos(nanoseconds)))?,
            Field::TimestampMillis(milliseconds) => self.instant(DateTime::from_timestamp_millis(milliseconds))?,
            Field::TimestampMicros(microseconds) => self.instant(DateTime::from_timestamp_micros(microseconds))?,
            Field::Float16(number) => float(f64::from(number.to_f32())),
            Field::Float(number) => {
                if number.is_finite() {
                    number.to_string()
                } else {
                    String::new()
                }
            }
            Field::Double(number) => float(number),
            Field::Decimal(number) => decimal(&number)?,
            Field::Date(days) => NaiveDate::from_epoch_days(days).ok_or_else(|| format!("day {days} is out of range"))?.to_string(),
            Field::TimeMillis(milliseconds) => time(i64::from(milliseconds) * 1_000)?,
            Field::TimeMicros(microseconds) => time(microseconds)?,
            Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
                return Err("nested values are not read; only flat columns are".to_owned());
            }
            number => number.to_string(),
        })
    }

    fn instant(&self, at: Option<DateTime<chrono::Utc>>) -> Result<String, String> {
        let at = at.ok_or("the instant is out of range")?;
        if self.utc {
            return Ok(at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
        Ok(at.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f").to_string())
    }
}

/// A float as the shortest decimal that reads back as the same float; not-a-number is how some tools write a missing value.
pub(super) fn float(number: f64) -> String {
    if number.is_finite() { number.to_string() } else { String::new() }
}

fn time(microseconds: i64) -> Result<String, String> {
    let seconds = u32::try_from(microseconds.div_euclid(1_000_000)).unwrap_or(u32::MAX);
    let nanoseconds = u32::try_from(microseconds.rem_euclid(1_000_000)).unwrap_or_default() * 1_000;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanoseconds).ok_or("the time of day is out of range")?;
    Ok(time.format("%H:%M:%S%.f").to_string())
}

/// The exact text of a decimal: a big-endian two's complement integer with its point moved.
fn decimal(number: &Decimal) -> Result<String, String> {
    let bytes = number.data();
    if bytes.len() > 16 && !bytes[..bytes.len() - 16].iter().all(|byte| *byte == if bytes[bytes.len() - 16] < 128 { 0 } else { 0xFF }) {
        return Err("the decimal has more than 128 bits".into());
    }
    let sign = if bytes.first().is_some_and(|byte| *byte >= 128) { -1 } else { 0 };
    let unscaled = bytes.iter().rev().take(16).rev().fold(sign, |value: i128, byte| (value << 8) | i128::from(*byte));
    let scale = usize::try_from(number.scale()).map_err(|_| "the decimal has a negative scale")?;
    if scale > 76 {
        return Err(format!("a scale of {scale} is more than any decimal has"));
    }
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let minus = if unscaled < 0 { "-" } else { "" };
    Ok(if scale == 0 { format!("{minus}{whole}") } else { format!("{minus}{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use parquet::data_type::ByteArray;

    use super::*;

    /// The bytes of a decimal are its value, whatever their number: no float may come between.
    #[test]
    fn decimals_are_exact() {
        let of = |bytes: &[u8], scale| decimal(&Decimal::from_bytes(ByteArray::from(bytes.to_vec()), 38, scale));
        assert_eq!(of(&[0x30, 0x39], 2).as_deref(), Ok("123.45"));
        assert_eq!(of(&[0xFF], 2).as_deref(), Ok("-0.01"));
        assert_eq!(of(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0).as_deref(), Ok("-170141183460469231731687303715884105728"));
        assert_eq!(of(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5], 3).as_deref(), Ok("0.005"));
        assert_eq!(of(&[], 2).as_deref(), Ok("0.00"));
        assert!(of(&[1; 17], 0).is_err());
    }
}
