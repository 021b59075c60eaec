//! The rows that an import refused, given out in the caller's language.

use std::fs::File;
use std::io;

use axum::body::Body;
use tokio::sync::mpsc;

use crate::language::Language;

/// How much is read before it is sent, in bytes.
const PIECE: usize = 64 * 1024;

/// The place of the reason in a row.
const REASON: usize = 2;

/// A file of rejects as it is given out, piece by piece: a file may have more rows than fit into memory.
pub(super) fn given_out(file: File, language: Language) -> Body {
    let (pieces, given) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        let put = |piece| pieces.blocking_send(piece).is_ok();
        if let Err(error) = translate(file, language, &mut |piece| put(Ok(piece))) {
            put(Err(error));
        }
    });
    Body::from_stream(futures_util::stream::unfold(given, async |mut given| given.recv().await.map(|piece| (piece, given))))
}

/// Reads row by row; `put` says whether anybody listens still.
fn translate(file: impl io::Read, language: Language, put: &mut dyn FnMut(Vec<u8>) -> bool) -> io::Result<()> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(file);
    let mut told = csv::Writer::from_writer(Vec::new());
    let mut row = csv::StringRecord::new();
    while rows.read_record(&mut row)? {
        let fields = row.iter().enumerate();
        told.write_record(fields.map(|(place, field)| if place == REASON { language.tell(field.to_owned()) } else { field.to_owned() }))?;
        told.flush()?;
        if told.get_ref().len() >= PIECE {
            let full = std::mem::replace(&mut told, csv::Writer::from_writer(Vec::new()));
            if !put(full.into_inner().map_err(|error| error.into_error())?) {
                return Ok(());
            }
        }
    }
    put(told.into_inner().map_err(|error| error.into_error())?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_in_the_language_and_rows_stay_as_they_are() {
        let file = "line,column,reason,original\n2,客户,no member: 客户 is empty,\"a,\"\"b\"\"\"\n3,,bad,\"x\ny\"\n";
        let mut all = Vec::new();
        let mut put = |piece: Vec<u8>| {
            all.extend(piece);
            true
        };
        translate(file.as_bytes(), Language::Simplified, &mut put).expect("it can be read");
        let told = "line,column,reason,original\n2,客户,缺少 member：客户 为空,\"a,\"\"b\"\"\"\n3,,bad,\"x\ny\"\n";
        assert_eq!(String::from_utf8(all).expect("text"), told);
    }
}
