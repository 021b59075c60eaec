//! Archives that are small and unpack to absurd sizes are refused before they eat memory.

use std::io::{Cursor, Write};

use hansa::imports::read::MAX_PARTS;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{file, sheet};

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// A workbook in which the part of this name goes on with blanks for so many MiB.
fn blown_up(name: &str, mebibytes: usize) -> Vec<u8> {
    let mut sound = ZipArchive::new(Cursor::new(sheet::workbook(&[("s", "")]))).unwrap();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..sound.len() {
        let part = sound.by_index_raw(at).unwrap();
        if part.name().unwrap() != name {
            archive.raw_copy_file(part).unwrap();
        }
    }
    archive.start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated)).unwrap();
    archive.write_all(br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#).unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..mebibytes {
        archive.write_all(&blanks).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// What is said about a file, which must be refused whole.
fn refused(bytes: &[u8]) -> String {
    let shown = file("a.xlsx", bytes).shown();
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].starts_with("!! "), "{shown:?}");
    shown[0].clone()
}

#[test]
fn a_part_that_unpacks_to_hundreds_of_times_its_size_is_refused() {
    let bomb = blown_up(SHEET, 16);
    assert!(bomb.len() < 30_000, "{} bytes on disk", bomb.len());
    let said = refused(&bomb);
    assert!(said.starts_with("!! part `xl/worksheets/sheet1.xml`: it unpacks to 16 MiB, ") && said.contains("times its size"), "{said}");
}

/// The directory is the sender's word. Here it names a size that would pass, and the part goes on behind it.
#[test]
fn a_part_that_unpacks_to_more_than_the_archive_says_is_damaged() {
    let mut bomb = blown_up(SHEET, 16);
    let written = |bytes: &[u8]| ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap().by_name(SHEET).unwrap().size();
    let (size, lie) = (u32::try_from(written(&bomb)).unwrap().to_le_bytes(), (1u32 << 20).to_le_bytes());
    let places: Vec<usize> = (0..bomb.len() - 4).filter(|at| bomb[*at..*at + 4] == size).collect();
    assert_eq!(places.len(), 2, "before the part and in the directory");
    for at in places {
        bomb[at..at + 4].copy_from_slice(&lie);
    }
    assert_eq!(written(&bomb), 1 << 20);
    let said = refused(&bomb);
    assert!(said.contains("larger than its declared uncompressed size"), "{said}");
}

#[test]
fn absurdly_many_parts_are_refused() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for part in 0..=MAX_PARTS {
        archive.start_file(part.to_string(), SimpleFileOptions::default()).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(refused(&bytes).contains("it has 10001 parts, a workbook has at most 10000"));
}

/// The same limits leave real workbooks alone, also one that packs well.
#[test]
fn a_repetitive_workbook_is_read() {
    let row = |n: usize| format!(r#"<row r="{n}"><c r="A{n}"><v>{}</v></c></row>"#, n * 7_919 % 1_000);
    let rows: String = (2..20_000).map(row).collect();
    let header = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row>"#;
    let shown = file("a.xlsx", sheet::workbook(&[("s", &format!("{header}{rows}"))])).shown();
    assert_eq!((shown.len(), shown[1].as_str()), (19_999, "2: 838"));
}

/// A gzip is read as it comes: what came out of it before stays, and it ends where it is out of proportion.
#[test]
fn a_gzip_that_unpacks_to_hundreds_of_times_its_size_is_refused() {
    let packed = |row: &dyn Fn(usize) -> String, rows: usize| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(b"n,text\n").unwrap();
        (0..rows).for_each(|n| gzip.write_all(row(n).as_bytes()).unwrap());
        gzip.finish().unwrap()
    };
    let bomb = packed(&|_| format!("1,{}\n", " ".repeat(998)), 64_000);
    assert!(bomb.len() < 300_000, "{} bytes on disk", bomb.len());
    let shown = file("a.csv.gz", bomb).shown();
    assert!(shown.last().unwrap().contains("it unpacks to more than 250 times its size"), "{:?}", shown.last());
    assert!(shown.len() < 64_000, "{}", shown.len());
    // What people write packs well, and not that well.
    let real = packed(&|n| format!("{n},{}\n", n * 7_919 % 1_000), 1_200_000);
    let shown = file("a.csv.gz", real).shown();
    assert_eq!((shown.len(), shown.last().unwrap().as_str()), (1_200_001, "1200001: 1199999|81"));
}

/// Small parts may be packed however well.
#[test]
fn a_small_part_is_not_suspected() {
    let said = file("a.xlsx", blown_up("xl/theme/theme1.xml", 4)).shown();
    assert!(!said[0].contains("times its size"), "{said:?}");
}
