//! A mail server: the protocol of `mailin` on a listener of our own.

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mailin::{Action, Handler, Response, SessionBuilder, response};

#[derive(Clone, Default)]
struct Shelf {
    letters: Arc<Mutex<Vec<(String, String)>>>,
    to: String,
    text: Vec<u8>,
    full: Arc<AtomicBool>,
}

impl Handler for Shelf {
    fn rcpt(&mut self, to: &str) -> Response {
        if self.full.load(Ordering::SeqCst) {
            return response::NO_MAILBOX;
        }
        self.to = to.to_owned();
        response::OK
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.text.clear();
        response::OK
    }

    fn data(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.text.extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let text = String::from_utf8(std::mem::take(&mut self.text)).expect("mail is ASCII");
        self.letters.lock().unwrap().push((self.to.clone(), text));
        response::OK
    }
}

/// Takes mail for everybody.
pub struct PostOffice {
    address: SocketAddr,
    shelf: Shelf,
}

impl PostOffice {
    pub fn open() -> PostOffice {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, shelf) = (listener.local_addr().unwrap(), Shelf::default());
        let kept = shelf.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shelf = shelf.clone();
                std::thread::spawn(move || talk(&stream, shelf));
            }
        });
        PostOffice { address, shelf: kept }
    }

    /// Takes nothing from now on, or takes mail again.
    pub fn full(&self, full: bool) {
        self.shelf.full.store(full, Ordering::SeqCst);
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// How many letters came.
    pub fn count(&self) -> usize {
        self.shelf.letters.lock().unwrap().len()
    }

    /// The text of the last letter to an address, decoded.
    pub fn last(&self, to: &str) -> Option<String> {
        self.part(to, "text/plain")
    }

    /// The same as the page that it comes with.
    pub fn last_page(&self, to: &str) -> Option<String> {
        self.part(to, "text/html")
    }

    /// A part of the last letter to an address (RFC 2046, 5.1.4).
    fn part(&self, to: &str, kind: &str) -> Option<String> {
        let letters = self.shelf.letters.lock().unwrap();
        let (_, text) = letters.iter().rev().find(|(whom, _)| whom == to)?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        assert!(head.contains("multipart/alternative"), "{head}");
        let boundary = head.split_once("boundary=\"")?.1.split_once('"')?.0;
        let boundary = format!("--{boundary}");
        let parts = body.split(&boundary).map(str::trim_start);
        let (head, body) = parts.filter_map(|part| part.split_once("\r\n\r\n")).find(|(head, _)| head.contains(kind))?;
        let body = body.strip_suffix("\r\n").unwrap_or(body);
        Some(if head.contains("quoted-printable") {
            decoded(body)
        } else if head.contains("base64") {
            String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap()
        } else {
            body.to_owned()
        })
    }
}

/// Quoted-printable (RFC 2045, 6.7) of letters and links.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let text = text.replace("=\r\n", "");
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'=', [high, low, after @ ..]) => {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&[*high, *low]).unwrap(), 16).unwrap());
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn talk(stream: &TcpStream, shelf: Shelf) {
    let mut session = SessionBuilder::new("localhost").build(IpAddr::from([127, 0, 0, 1]), shelf);
    let (mut reader, mut writer) = (BufReader::new(stream), stream);
    let mut say = |response: &Response| response.write_to(&mut writer);
    say(&session.greeting()).unwrap();
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let answer = session.process(&line);
        line.clear();
        match answer.action {
            Action::NoReply => {}
            Action::Close => {
                say(&answer).unwrap();
                break;
            }
            _ => say(&answer).unwrap(),
        }
    }
}
