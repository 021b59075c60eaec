//! The file of refused rows.

use hansa::imports::mapping::{Reject, RejectFile};

/// A spreadsheet must not run what a hostile file made us repeat; the row itself stays as it was, to be mended and sent again.
#[test]
fn formulas_are_disarmed_and_originals_exact() {
    let mut rejects = RejectFile::new(Vec::new()).unwrap();
    let original = "1,\"=HYPERLINK(\"\"http://evil\"\")\"".to_owned();
    rejects
        .write(&Reject { line: 7, column: Some("=cmd".into()), reason: "@reason, \"quoted\"".into(), original: original.clone() })
        .unwrap();
    rejects.write(&Reject { line: 9, column: None, reason: "no member".into(), original: "a\nb".into() }).unwrap();
    let text = String::from_utf8(rejects.finish().unwrap()).unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<_> = rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert_eq!(rows[0], ["7", "'=cmd", "'@reason, \"quoted\"", original.as_str()]);
    assert_eq!(rows[1], ["9", "", "no member", "a\nb"]);
    assert!(text.starts_with("line,column,reason,original\n"));
}
