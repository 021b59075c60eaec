//! Reads a file of these bytes to its end and holds what is promised about rows.

use hansa::imports::read::{Fault, MAX_FIELD, ReadOptions, Record, open};

pub fn to_the_end(name: &str, bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("the file is written");
    let Ok(mut records) = open(&path, &ReadOptions::default()) else {
        return;
    };
    let columns = records.header().len();
    let mut record = Record::default();
    loop {
        match records.next(&mut record) {
            Ok(true) => {
                assert_eq!(record.fields.len(), columns);
                assert!(record.fields.iter().all(|field| field.len() <= MAX_FIELD));
            }
            Err(Fault::Row(_)) => {}
            Ok(false) | Err(Fault::End(_)) => return,
        }
    }
}
