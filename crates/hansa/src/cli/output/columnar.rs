//! A sheet as Apache Parquet: every column optional, decimals and instants with their logical types.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::sheet::{Cell, Column, Kind, Sheet};

/// Digits of a 64-bit decimal (Parquet's limit for INT64).
const PRECISION: i32 = 18;

/// Writes a sheet as one row group.
pub fn write<W: Write + Send>(sheet: &Sheet, sink: &mut W) -> io::Result<()> {
    write_file(sheet, sink).map_err(io::Error::other)
}

fn write_file<W: Write + Send>(sheet: &Sheet, sink: &mut W) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut file = SerializedFileWriter::new(sink, schema(&sheet.columns)?, Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    let mut at = 0;
    while let Some(mut column) = group.next_column()? {
        write_column(sheet, at, &mut column)?;
        column.close()?;
        at += 1;
    }
    group.close()?;
    file.close().map(|_| ())
}

fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let fields = columns.iter().map(|column| field(column).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("sheet").with_fields(fields).build()?))
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let scale_of = |scale: u32| i32::try_from(scale).unwrap_or(PRECISION);
    let (physical, logical) = match &column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Int => (Physical::INT64, None),
        Kind::Decimal(scale) => (Physical::INT64, Some(LogicalType::decimal(scale_of(*scale), PRECISION))),
        Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Time(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
    };
    let builder = Type::primitive_type_builder(column.name, physical).with_logical_type(logical).with_repetition(Repetition::OPTIONAL);
    match column.kind {
        Kind::Decimal(scale) => builder.with_precision(PRECISION).with_scale(scale_of(scale)).build(),
        _ => builder.build(),
    }
}

fn write_column(sheet: &Sheet, at: usize, column: &mut SerializedColumnWriter) -> Result<(), ParquetError> {
    let cells = || sheet.rows.iter().map(move |row| &row[at]);
    let levels: Vec<i16> = cells().map(|cell| i16::from(*cell != Cell::Empty)).collect();
    let present = cells().filter(|cell| **cell != Cell::Empty);
    let kind = &sheet.columns[at].kind;
    match kind {
        Kind::Text => {
            let values = present.map(|cell| match cell {
                Cell::Text(text) => Ok(ByteArray::from(text.as_str())),
                other => Err(stray(other)),
            });
            let values = values.collect::<Result<Vec<_>, _>>()?;
            column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
        }
        Kind::Date => {
            let values = present.map(|cell| match cell {
                Cell::Date(day) => Ok(day.0),
                other => Err(stray(other)),
            });
            let values = values.collect::<Result<Vec<_>, _>>()?;
            column.typed::<Int32Type>().write_batch(&values, Some(&levels), None)?;
        }
        Kind::Int | Kind::Decimal(_) | Kind::Time(_) => {
            let values = present.map(|cell| long(cell, kind)).collect::<Result<Vec<_>, _>>()?;
            column.typed::<Int64Type>().write_batch(&values, Some(&levels), None)?;
        }
    }
    Ok(())
}

/// A cell as the 64-bit number its column holds.
fn long(cell: &Cell, kind: &Kind) -> Result<i64, ParquetError> {
    match (cell, kind) {
        (Cell::Int(number), Kind::Int) => Ok(*number),
        (Cell::Time(at), Kind::Time(_)) => Ok(at.0),
        (Cell::Decimal(amount, scale), Kind::Decimal(wide)) => {
            let factor = wide.checked_sub(*scale).and_then(|more| 10_i64.checked_pow(more));
            let scaled = factor.and_then(|factor| amount.checked_mul(factor));
            scaled.ok_or_else(|| ParquetError::General(format!("{amount} with {scale} digits does not fit a column of {wide}")))
        }
        (other, _) => Err(stray(other)),
    }
}

fn stray(cell: &Cell) -> ParquetError {
    ParquetError::General(format!("{cell:?} stands in a column of another kind"))
}

#[cfg(test)]
mod tests {
    use ledger::Instant;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use program::calendar::{Day, Zone};

    use super::*;

    /// Whoever reads the file sees the numbers of the table, not their inner steps.
    #[test]
    fn a_sheet_survives_parquet_with_its_types_and_gaps() {
        let zone = Zone::new("Asia/Shanghai".parse().expect("a zone"));
        let kinds = [Kind::Text, Kind::Int, Kind::Decimal(2), Kind::Date, Kind::Time(zone)];
        let names = ["member", "orders", "spend", "day", "at"];
        let sheet = Sheet {
            columns: names.into_iter().zip(kinds).map(|(name, kind)| Column::new(name, kind)).collect(),
            rows: vec![
                vec![Cell::text("华东轴承"), Cell::Int(7), Cell::Decimal(125, 1), Cell::Date(Day(20_000)), Cell::Time(Instant(1))],
                vec![Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
            ],
        };
        let mut bytes = Vec::new();
        write(&sheet, &mut bytes).expect("written");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.parquet");
        std::fs::write(&path, bytes).expect("stored");
        let reader = SerializedFileReader::new(std::fs::File::open(&path).expect("there")).expect("Parquet");
        let rows: Vec<String> = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row").to_string()).collect();
        assert!(rows[0].contains("member: \"华东轴承\", orders: 7, spend: 12.50"), "{}", rows[0]);
        assert!(rows[1].contains("member: null, orders: null, spend: null, day: null, at: null"), "{}", rows[1]);
    }
}
