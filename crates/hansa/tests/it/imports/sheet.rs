//! Workbooks.

use std::io::Write;

use hansa::imports::read::ReadOptions;

use super::{Given, file};

/// A workbook with the sheets of these names and rows of XML.
pub fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let head = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let numbered = || sheets.iter().enumerate().map(|(at, sheet)| (at + 1, sheet));
    let list: String = numbered().map(|(at, (name, _))| format!(r#"<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>"#)).collect();
    let links: String = numbered()
        .map(|(at, _)| format!(r#"<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>"#))
        .collect();
    let styles = format!(r#"<Relationship Id="rIdS" Type="{office}/styles" Target="styles.xml"/>"#);
    let mut files = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(r#"{head}<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"{head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        ("xl/workbook.xml".to_owned(), format!(r#"{head}<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{list}</sheets></workbook>"#)),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"{head}<Relationships xmlns="{package}/relationships">{links}{styles}</Relationships>"#),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                r#"{head}<styleSheet xmlns="{main}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
            ),
        ),
    ];
    for (at, (_, rows)) in numbered() {
        files.push((
            format!("xl/worksheets/sheet{at}.xml"),
            format!(r#"{head}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#),
        ));
    }
    zip(&files)
}

/// A ZIP archive of stored files (PKWARE APPNOTE 6.3).
fn zip(files: &[(String, String)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let offset = u32::try_from(bytes.len()).unwrap();
        let (size, length) = (u32::try_from(text.len()).unwrap(), u16::try_from(name.len()).unwrap());
        let mut sum = flate2::Crc::new();
        sum.update(text.as_bytes());
        let mut entry = Vec::new();
        for half in [20u16, 0, 0, 0, 33] {
            entry.extend(half.to_le_bytes());
        }
        for word in [sum.sum(), size, size] {
            entry.extend(word.to_le_bytes());
        }
        entry.extend(length.to_le_bytes());
        entry.extend(0u16.to_le_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&entry);
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&entry);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (count, start, size) =
        (u16::try_from(files.len()).unwrap(), u32::try_from(bytes.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.write_all(&[0, 0]).unwrap();
    bytes
}

pub fn sample() -> Given {
    let orders = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>order</t></is></c><c r="B1" t="inlineStr"><is><t>at</t></is></c><c r="C1" t="inlineStr"><is><t>amount</t></is></c></row>
        <row r="2"><c r="A2"><v>1001</v></c><c r="B2" s="1"><v>40513.351388888892</v></c><c r="C2"><v>2.55</v></c></row>
        <row r="4"><c r="A4" t="inlineStr"><is><t>轴承</t></is></c><c r="B4" s="2"><v>40513</v></c></row>
        <row r="5"><c r="A5" t="e"><v>#DIV/0!</v></c></row>
        <row r="6"><c r="A6" t="b"><v>1</v></c><c r="E6"><v>1</v></c></row>"#;
    let other = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="2"><c r="A2"><v>0.1</v></c></row>"#;
    file("a.xlsx", workbook(&[("orders", orders), ("other", other)]))
}

#[test]
fn cells_become_text_and_dates_iso() {
    assert_eq!(
        sample().shown(),
        [
            "order|at|amount",
            "2: 1001|2010-12-01T08:26:00|2.55",
            "4: 轴承|2010-12-01|",
            "! 5 order: the cell holds the error #DIV/0!",
            "! 6: the row has 5 fields, the header 3",
        ]
    );
}

#[test]
fn a_sheet_is_taken_by_its_name() {
    let named = |name: &str| sample().shown_with(&ReadOptions { sheet: Some(name.into()), ..Default::default() });
    assert_eq!(named("other"), ["x", "2: 0.1"]);
    assert_eq!(named("third"), ["!! sheet `third`: there is no such sheet; there are orders, other"]);
}

/// A cell far out must cost nothing: a reader that keeps the rectangle around all cells would ask for gigabytes.
#[test]
fn a_cell_in_the_last_corner_is_one_bad_row() {
    let rows = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    assert_eq!(file("a.xlsx", workbook(&[("s", rows)])).shown(), ["1", "! 1048576: the row has 16384 fields, the header 1"]);
}

#[test]
fn a_damaged_workbook_is_refused() {
    let whole = std::fs::read(&sample().path).unwrap();
    let shown = file("a.xlsx", &whole[..whole.len() / 2]).shown();
    assert!(shown[0].contains("damaged or cut off"), "{shown:?}");
    let rows = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v>"#;
    let shown = file("a.xlsx", workbook(&[("s", rows)])).shown();
    assert!(shown.last().unwrap().contains("damaged or cut off"), "{shown:?}");
}
