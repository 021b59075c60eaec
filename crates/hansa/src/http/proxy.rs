//! Who calls through proxies: the address that a proxy says it was called from, where that proxy is trusted.
//!
//! What stands in a header anybody can write. So the way is walked back from the connection: as long as a trusted proxy is at its end, the hop before
//! is the one that it names last. The first one who is not trusted is the caller, whatever stands before it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::FORWARDED;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The networks of proxies whose word is taken. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Arc<[IpNet]>);

impl Proxies {
    /// Proxies in these networks.
    pub fn of(networks: &[IpNet]) -> Proxies {
        Proxies(networks.into())
    }

    fn trusted(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who calls over a connection from `peer`. Where both headers came along and do not say the same, one of them is not the proxy's: then neither
    /// counts, and the proxy itself is the caller.
    fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusted(peer) {
            return peer;
        }
        let plain = lines(headers, X_FORWARDED_FOR).map(|way| self.back(peer, split(&way, ',').into_iter().map(str::to_owned)));
        let standard = lines(headers, FORWARDED.as_str()).map(|way| self.back(peer, split(&way, ',').into_iter().map(named)));
        match (plain, standard) {
            (Some(one), Some(other)) if one != other => peer,
            (Some(one), _) | (None, Some(one)) => one,
            (None, None) => peer,
        }
    }

    /// The way back to the first who is not trusted. What is no address ends it: whoever said so is as far as one can see.
    fn back(&self, peer: IpAddr, hops: impl DoubleEndedIterator<Item = String>) -> IpAddr {
        let mut at = peer;
        for hop in hops.rev() {
            match node(&hop) {
                Some(before) if self.trusted(at) => at = before,
                _ => break,
            }
        }
        at
    }
}

/// Puts the caller's address in the place of the proxy's, for everything that asks where a request comes from.
pub(super) async fn whence(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(from)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let caller = proxies.caller(from.ip(), request.headers());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(caller, from.port())));
    }
    next.run(request).await
}

/// All lines of a header as one list (RFC 9110, 5.3). What is no text counts as a hop that cannot be read.
fn lines(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// The parts of a text between separators that are not quoted (RFC 9110, 5.6.4).
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut begun, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, one) in text.char_indices() {
        match one {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if one == separator && !quoted => {
                parts.push(&text[begun..at]);
                begun = at + one.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[begun..]);
    parts
}

/// Whom an element of `Forwarded` names (RFC 7239, 5.2); nothing where it names nobody.
fn named(element: &str) -> String {
    let pairs = split(element, ';').into_iter().filter_map(|pair| pair.split_once('='));
    let mut whom = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, value)| value.trim());
    match (whom.next(), whom.next()) {
        (Some(one), None) => one.strip_prefix('"').and_then(|one| one.strip_suffix('"')).unwrap_or(one).to_owned(),
        _ => String::new(),
    }
}

/// The address of a hop: alone, or with a port; that of IPv6 in brackets, or alone without.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).and_then(|text| text.parse::<IpAddr>().ok());
    let ported = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse::<IpAddr>().ok().or_else(bare).or_else(ported).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let proxies = Proxies::of(&["10.0.0.0/8".parse().unwrap(), "2001:db8:aaaa::/48".parse().unwrap()]);
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, axum::http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        proxies.caller(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn the_last_hop_that_is_not_trusted_calls() {
        for (peer, way, who) in [
            // Who is not trusted says what it likes.
            ("192.0.2.9", "198.51.100.7", "192.0.2.9"),
            ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
            // What the caller wrote itself stands before what the proxy added.
            ("10.0.0.1", "203.0.113.1, 198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "203.0.113.1, 198.51.100.7, 10.9.9.9,10.0.0.2", "198.51.100.7"),
            ("10.0.0.1", "10.1.1.1", "10.1.1.1"),
            ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
            ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
            ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
            ("2001:db8:aaaa::1", "::ffff:198.51.100.7", "198.51.100.7"),
            // What cannot be read ends the way.
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.7, ?, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "198.51.100.7,", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.256", "10.0.0.1"),
            ("10.0.0.1", "\u{e9}, é", "10.0.0.1"),
        ] {
            assert_eq!(caller(peer, &[(X_FORWARDED_FOR, way)]), who, "{peer} {way}");
        }
        assert_eq!(caller("10.0.0.1", &[]), "10.0.0.1");
        let lines = [(X_FORWARDED_FOR, "203.0.113.1"), (X_FORWARDED_FOR, "198.51.100.7, 10.0.0.2")];
        assert_eq!(caller("10.0.0.1", &lines), "198.51.100.7", "two lines are one list");
    }

    #[test]
    fn the_standard_header_says_the_same() {
        for (way, who) in [
            ("for=198.51.100.7", "198.51.100.7"),
            ("For=\"198.51.100.7:4711\";proto=https", "198.51.100.7"),
            ("proto=https;for=\"[2001:db8::1]:4711\";by=10.0.0.1", "2001:db8::1"),
            ("for=203.0.113.1, for=198.51.100.7;by=\"a,b;for=1\", for=10.0.0.2", "198.51.100.7"),
            ("for=198.51.100.7, for=_hidden", "10.0.0.1"),
            ("for=198.51.100.7, for=unknown", "10.0.0.1"),
            ("for=198.51.100.7, proto=https", "10.0.0.1"),
            ("for=198.51.100.7;for=203.0.113.1", "10.0.0.1"),
            ("for=\"198.51.100.7, for=203.0.113.1", "10.0.0.1"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(caller("10.0.0.1", &[("forwarded", way)]), who, "{way}");
            assert_eq!(caller("192.0.2.9", &[("forwarded", way)]), "192.0.2.9", "{way}");
        }
    }

    /// A proxy writes one of the two headers and passes the other one on as the caller wrote it.
    #[test]
    fn two_headers_that_differ_are_none() {
        let both = |plain, standard| caller("10.0.0.1", &[(X_FORWARDED_FOR, plain), ("forwarded", standard)]);
        assert_eq!(both("198.51.100.7", "for=198.51.100.7"), "198.51.100.7");
        assert_eq!(both("198.51.100.7", "for=203.0.113.1"), "10.0.0.1");
        assert_eq!(both("203.0.113.1", "for=198.51.100.7"), "10.0.0.1");
    }
}
