//! No bytes make the readers panic, and reading always ends: what the fuzz targets do without bound, here with one.

use proptest::prelude::*;

use super::{file, parquet, sheet};

/// Reads to the end and holds the limits.
fn survives(name: &str, bytes: &[u8]) {
    let shown = file(name, bytes).shown();
    assert!(shown.len() <= bytes.len() + 3, "more rows than bytes");
}

fn delimited() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b";".to_vec()),
        Just(b"a".to_vec()),
        Just("轴".as_bytes().to_vec()),
        Just(vec![0xD6, 0xE1]),
        Just(vec![0xFF]),
        Just(vec![0]),
        Just(b"\xEF\xBB\xBF".to_vec()),
        any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(piece, 0..200).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn delimited_text_never_panics(bytes in delimited()) {
        survives("a.csv", &bytes);
    }

    /// Rows out are the rows in, whatever the fields hold.
    #[test]
    fn what_a_csv_writer_writes_is_read_back(rows in prop::collection::vec(prop::collection::vec("[a\",;\n\r轴 ]{0,6}", 3), 1..20)) {
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        writer.write_record(["x", "y", "z"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let given = file("a.csv", writer.into_inner().unwrap());
        let mut records = given.open().unwrap();
        let mut record = super::Record::default();
        for row in &rows {
            prop_assert!(records.next(&mut record).unwrap());
            prop_assert_eq!(&record.fields, row);
        }
        prop_assert!(!records.next(&mut record).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_workbooks_never_panic(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), keep in any::<prop::sample::Index>()) {
        survives("a.xlsx", &damaged(std::fs::read(&sheet::sample().path).unwrap(), &damage, keep));
    }

    #[test]
    fn damaged_parquet_never_panics(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), keep in any::<prop::sample::Index>()) {
        survives("a.parquet", &damaged(std::fs::read(&parquet::sample(20).path).unwrap(), &damage, keep));
    }
}

/// Bytes with some replaced; in one case of four cut off.
fn damaged(mut bytes: Vec<u8>, damage: &[(prop::sample::Index, u8)], keep: prop::sample::Index) -> Vec<u8> {
    for (at, byte) in damage {
        let at = at.index(bytes.len());
        bytes[at] = *byte;
    }
    let keep = keep.index(bytes.len() * 4).max(8);
    bytes.truncate(keep);
    bytes
}

/// Text in the manner of a mapping or program file: words of theirs in any order.
fn configuration() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "kind = ",
        "[fields]",
        "[[reject]]",
        "[skip]",
        "where = ",
        "reason = ",
        "\"members\"",
        "\"facts\"",
        "id = ",
        "name = ",
        "amount = ",
        "\n",
        "\n",
        "\"\"\"",
        "'",
        "\"",
        "case when ",
        "cast(",
        "(",
        ")",
        "id",
        "[program]",
        "[[metric]]",
        "[[track]]",
        "[[tier]]",
        "enter = ",
        "window = ",
        "\"rolling 12 months\"",
        "99999999999999999999",
        "-1",
        "{",
        "}",
        "=",
        "轴承",
    ]);
    prop::collection::vec(prop_oneof![words.prop_map(str::to_owned), "\\PC{0,4}"], 0..60).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mapping_and_program_files_never_panic(text in configuration()) {
        if let Ok(mapping) = super::Mapping::parse(std::path::Path::new("map.toml"), &text) {
            let _ = hansa::imports::mapping::check(&mapping, &["id".to_owned(), "name".to_owned()]);
        }
        let _ = program::Program::parse(&text);
    }

    /// The program that ships, with a part of it lost: what an interrupted copy or a careless edit leaves.
    #[test]
    fn a_mutilated_program_never_panics(from in any::<prop::sample::Index>(), count in 1usize..200) {
        let whole = include_str!("../../../../../programs/standard.toml");
        let start = whole.floor_char_boundary(from.index(whole.len()));
        let end = whole.ceil_char_boundary((start + count).min(whole.len()));
        let _ = program::Program::parse(&format!("{}{}", &whole[..start], &whole[end..]));
    }

    #[test]
    fn amounts_never_panic(text in "[-+()¥$0-9.,元 ]{0,40}") {
        let _ = hansa::imports::mapping::parse_amount(&text);
    }
}
