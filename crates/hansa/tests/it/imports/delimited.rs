//! Delimited text as it comes.

use std::io::{Seek, SeekFrom, Write};

use flate2::{Compression, write::GzEncoder};
use hansa::imports::read::{MAX_FIELD, MAX_ROW, ReadOptions};

use super::file;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

#[track_caller]
fn check(name: &str, bytes: impl AsRef<[u8]>, expected: &[&str]) {
    assert_eq!(file(name, bytes).shown(), expected);
}

#[test]
fn delimiters_are_found() {
    check("a.csv", "id,name\n1,a\n", &["id|name", "2: 1|a"]);
    check("a.csv", "id;name\n1;a,b\n", &["id|name", "2: 1|a,b"]);
    check("a.tsv", "id\tname\n1\ta\n", &["id|name", "2: 1|a"]);
    check("a.txt", "id|name\n1|a\n", &["id|name", "2: 1|a"]);
    check("a.csv", "\"a;b;c;d\",name\n1,a\n", &["a;b;c;d|name", "2: 1|a"]);
    check("a.csv", "id\n1\n2\n", &["id", "2: 1", "3: 2"]);
    let forced = ReadOptions { delimiter: Some(b';'), ..Default::default() };
    assert_eq!(file("a.csv", "a,b;c,d\n1,2;3\n").shown_with(&forced), ["a,b|c,d", "2: 1,2|3"]);
}

#[test]
fn quotes_line_breaks_and_empty_lines() {
    check(
        "a.csv",
        "id,text\r\n1,\"a \"\"b\"\", c\"\r\n\r\n2,\"two\nlines\"\n3,x\"y\n4,\"\"\n5,\"a\"b",
        &["id|text", "2: 1|a \"b\", c", "4: 2|two\nlines", "6: 3|x\"y", "7: 4|", "8: 5|ab"],
    );
    check("a.csv", "id,\n,\n", &["id|column 2", "2: |"]);
    check("a.csv", "a,A,a\n1,2,3\n", &["a|A (2)|a (3)", "2: 1|2|3"]);
}

#[test]
fn gzip_is_seen_through_by_its_content() {
    check("a.csv", gzip(b"id,name\n1,a\n"), &["id|name", "2: 1|a"]);
    let two = [gzip(b"id,name\n1,a\n"), gzip(b"2,b\n")].concat();
    check("a.csv.gz", two, &["id|name", "2: 1|a", "3: 2|b"]);
}

#[test]
fn encodings_are_found() {
    check("a.csv", "\u{feff}\"id\",name\n1,轴承\n", &["id|name", "2: 1|轴承"]);
    let text = "客户编号,名称,地区\nC1,华东轴承有限公司,江苏\nC2,联通｜电机𠀀,浙江\n";
    let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
    check("a.csv", &gb18030, &["客户编号|名称|地区", "2: C1|华东轴承有限公司|江苏", "3: C2|联通｜电机𠀀|浙江"]);
    let utf16: Vec<u8> = "\u{feff}id\tname\n1\t轴承\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("a.txt", utf16, &["id|name", "2: 1|轴承"]);
    let latin = ReadOptions { encoding: Some("windows-1252".into()), ..Default::default() };
    assert_eq!(file("a.csv", b"id,name\n1,caf\xE9\n").shown_with(&latin), ["id|name", "2: 1|café"]);
    let unknown = ReadOptions { encoding: Some("klingon".into()), ..Default::default() };
    assert!(file("a.csv", "id\n").shown_with(&unknown)[0].contains("`klingon` is no known encoding"));
}

/// A file in neither encoding is refused with the place to look at, and not imported as mojibake.
#[test]
fn text_in_no_known_encoding_is_refused_with_its_place() {
    check("a.csv", b"id,name\n1,caf\xE9\n", &["!! byte 13: this text is neither UTF-8 nor GB18030; name its encoding, e.g. windows-1252"]);
}

/// One spoilt row in a sound file costs that row alone.
#[test]
fn a_row_with_foreign_bytes_is_refused_alone() {
    let mut text = "id,名称\n".to_owned();
    (0..40).for_each(|number| text.push_str(&format!("{number},轴承\n")));
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(b"40,\xFF\xFE\n41,x\n");
    let shown = file("a.csv", bytes).shown();
    assert_eq!(shown[41], "! 42 名称: byte 0xFF at 4 of the row is not UTF-8");
    assert_eq!(shown[42], "43: 41|x");
}

#[test]
fn rows_of_the_wrong_width_are_refused_alone() {
    check(
        "a.csv",
        "a,b\n1\n1,2\n1,2,3\n",
        &["a|b", "! 2: the row has 1 fields, the header 2", "3: 1|2", "! 4: the row has 3 fields, the header 2"],
    );
}

/// An open quote swallows the rest of a file in most readers; here it costs its own line.
#[test]
fn a_quote_that_is_never_closed_costs_its_own_line() {
    check("a.csv", "a,b\n1,\"x\n2,y\n3,z\n", &["a|b", "! 2: a quote is opened and never closed", "3: 2|y", "4: 3|z"]);
    let shown = file("a.csv", format!("a\n{}", "\"\n1\n".repeat(1_001))).shown();
    assert_eq!(shown.last().map(String::as_str), Some("2003: 1"));
}

#[test]
fn fields_and_rows_beyond_the_limits_are_refused_alone() {
    let long = "x".repeat(MAX_FIELD + 1);
    let shown = file("a.csv", format!("a,b\n1,{long}\n2,y\n")).shown();
    assert_eq!(shown[1..], [format!("! 2 b: the field is longer than {MAX_FIELD} bytes"), "3: 2|y".to_owned()]);
    let row = "y".repeat(MAX_ROW + 5_000_000);
    let shown = file("a.csv", format!("a,b\n1,{row}\n2,y\n3,z\n")).shown();
    assert_eq!(shown[1..], [format!("! 2: the row is longer than {MAX_ROW} bytes"), "3: 2|y".to_owned(), "4: 3|z".to_owned()]);
    let shown = file("a.csv", format!("a,b\n1,{row}")).shown();
    assert_eq!(shown[1..], [format!("!! line 2: the row is longer than {MAX_ROW} bytes, and the file ends in it")]);
}

/// Two gigabytes in one line, of a file that takes no room on the disk: passed over, not held.
#[test]
fn an_enormous_line_is_passed_over() {
    let given = file("a.csv", "a,b\n1,x");
    let mut enormous = std::fs::OpenOptions::new().write(true).open(&given.path).unwrap();
    enormous.seek(SeekFrom::Start(2 << 30)).unwrap();
    enormous.write_all(b"\n2,y\n").unwrap();
    let shown = given.shown();
    assert_eq!(shown[1..], [format!("! 2: the row is longer than {MAX_ROW} bytes"), "3: 2|y".to_owned()]);
}

#[test]
fn a_damaged_gzip_ends_with_its_place() {
    let mut text = String::from("a,b\n");
    (0..50_000).for_each(|number| text.push_str(&format!("{number},{}\n", number * 7919 % 10007)));
    let packed = gzip(text.as_bytes());
    let cut = file("a.csv.gz", &packed[..packed.len() / 2]).shown();
    assert!(cut.last().unwrap().starts_with("!! byte "), "{:?}", cut.last());
    assert!(cut.last().unwrap().contains("damaged or cut off"), "{:?}", cut.last());
    let mut spoilt = packed.clone();
    let last = spoilt.len() - 6;
    spoilt[last] ^= 0x55;
    assert!(file("a.csv.gz", spoilt).shown().last().unwrap().contains("damaged or cut off"));
}

#[test]
fn what_is_no_table_is_refused() {
    check("a.csv", "", &["!! line 1: the file is empty; its first line must name the columns"]);
    assert!(file("a.xlsx", "id,name\n").shown()[0].contains("not a workbook"));
    assert!(file("a.parquet", "id,name\n").shown()[0].contains("not Parquet"));
    assert!(file("a.xls", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1]).shown()[0].contains("save it as .xlsx"));
    let missing = file("a.csv", "a");
    std::fs::remove_file(&missing.path).unwrap();
    assert!(missing.shown()[0].contains("cannot be opened"));
}
