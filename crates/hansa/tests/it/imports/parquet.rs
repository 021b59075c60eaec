//! Parquet files.

use std::fs::File;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::{Given, file};

/// A Parquet file of `rows` rows with a column of each kind that trade data has.
pub fn sample(rows: i64) -> Given {
    let given = file("a.parquet", "");
    let schema = "message m {
        required int64 id; optional byte_array name (utf8); required double price; required int64 amount (decimal(18, 3));
        required int32 day (date); required int64 at (timestamp_micros); required int64 local (timestamp(nanos, false)); }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(parquet::basic::Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(File::create(&given.path).unwrap(), schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let numbers: Vec<i64> = (0..rows).collect();
    let count = usize::try_from(rows).unwrap();
    let mut at = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        match at {
            0 => column.typed::<Int64Type>().write_batch(&numbers, None, None),
            1 => {
                let levels: Vec<i16> = numbers.iter().map(|number| i16::from(number % 2 == 0)).collect();
                let names: Vec<_> = numbers
                    .iter()
                    .filter(|number| *number % 2 == 0)
                    .map(|number| ByteArray::from(format!("轴承{number}").into_bytes()))
                    .collect();
                column.typed::<ByteArrayType>().write_batch(&names, Some(&levels), None)
            }
            2 => column.typed::<DoubleType>().write_batch(&vec![2.55; count], None, None),
            3 => column.typed::<Int64Type>().write_batch(&vec![-1_005; count], None, None),
            4 => column.typed::<Int32Type>().write_batch(&vec![14_944; count], None, None),
            5 => column.typed::<Int64Type>().write_batch(&vec![1_291_191_960_000_000; count], None, None),
            _ => column.typed::<Int64Type>().write_batch(&vec![1_291_191_960_500_000_000; count], None, None),
        }
        .unwrap();
        column.close().unwrap();
        at += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();
    given
}

/// Numbers, decimals and instants come out as the exact text of what the file holds; local times stay local.
#[test]
fn values_become_exact_text() {
    assert_eq!(
        sample(2).shown(),
        [
            "id|name|price|amount|day|at|local",
            "1: 0|轴承0|2.55|-1.005|2010-12-01|2010-12-01T08:26:00Z|2010-12-01T08:26:00.500",
            "2: 1||2.55|-1.005|2010-12-01|2010-12-01T08:26:00Z|2010-12-01T08:26:00.500",
        ]
    );
}

#[test]
fn a_file_that_is_cut_off_is_refused() {
    let whole = std::fs::read(&sample(3_000).path).unwrap();
    for keep in [4, 8, whole.len() / 2, whole.len() - 1] {
        let shown = file("a.parquet", &whole[..keep]).shown();
        assert!(shown[0].starts_with("!! footer: this Parquet file is damaged or cut off"), "{keep}: {shown:?}");
    }
}

/// Rows before the damage are given out; the damage is an error with its row, never a panic.
#[test]
fn a_damaged_page_ends_the_reading() {
    let mut bytes = std::fs::read(&sample(3_000).path).unwrap();
    bytes[200..260].fill(0xAB);
    let shown = file("a.parquet", bytes).shown();
    assert!(shown.last().unwrap().starts_with("!! "), "{:?}", shown.last());
}
