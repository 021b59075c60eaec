//! Which addresses webhooks may reach: by default none inside a network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect;
use url::Url;

/// Whom webhooks may reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses, by HTTPS.
    #[default]
    Public,
    /// Any, also by HTTP: for endpoints inside the own network.
    Anybody,
}

impl Reach {
    /// The address of an endpoint.
    ///
    /// # Errors
    /// Says what would be right.
    pub fn check(self, url: &str) -> Result<Url, String> {
        let url: Url = url.parse().map_err(|_| "an address such as https://example.com/hooks".to_owned())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an address without user and password: messages are signed".to_owned());
        }
        match url.scheme() {
            "https" => {}
            "http" if self == Reach::Anybody => {}
            _ => return Err("an address that begins with https://".to_owned()),
        }
        let inside = match url.host() {
            None => return Err("an address with a host".to_owned()),
            Some(url::Host::Ipv4(ip)) => self.refuses(IpAddr::V4(ip)),
            Some(url::Host::Ipv6(ip)) => self.refuses(IpAddr::V6(ip)),
            // Names are looked at when they are resolved, each time.
            Some(url::Host::Domain(_)) => false,
        };
        if inside {
            Err("an address that is reached from everywhere; addresses inside a network need `serve --webhooks-inside`".to_owned())
        } else {
            Ok(url)
        }
    }

    /// A client that reaches nobody else, whatever names resolve to, and follows no redirects.
    ///
    /// # Errors
    /// When the platform has no such client.
    pub fn client(self) -> Result<reqwest::Client, String> {
        crate::http::outgoing::client()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .dns_resolver(std::sync::Arc::new(Resolver(self)))
            .timeout(std::time::Duration::from_secs(15))
            .connect_timeout(std::time::Duration::from_secs(5))
            .user_agent(concat!("Hansa/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| error.to_string())
    }

    fn refuses(self, ip: IpAddr) -> bool {
        self == Reach::Public && !public(ip)
    }
}

/// Looks names up, and leaves out what may not be reached.
struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.filter(|at| !reach.refuses(at.ip())).collect();
            if found.is_empty() {
                return Err(format!("{} is inside a network", name.as_str()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is reached from everywhere (the IANA registries of special-purpose addresses, RFC 6890).
fn public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(inner) => public_v4(inner),
            None => public_v6(ip),
        },
    }
}

fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special =
        ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_broadcast() || ip.is_documentation() || ip.is_multicast();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarks = a == 198 && (18..20).contains(&b);
    !(special || a == 0 || a >= 240 || shared || benchmarks || (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99))
}

fn public_v6(ip: Ipv6Addr) -> bool {
    let first = ip.segments();
    // Only 2000::/3 is given out; inside it documentation, and what carries addresses of version 4 (6to4, Teredo).
    (first[0] & 0xe000) == 0x2000 && !matches!(first, [0x2001, 0x0db8, ..] | [0x2002, ..] | [0x2001, 0, ..]) && first[0] != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_inside_a_network_is_reached() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
        ] {
            assert!(!public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "8.8.8.8", "203.0.114.1", "2606:4700:4700::1111", "2400:3200::1"] {
            assert!(public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn an_address_is_https_and_outside() {
        for wrong in [
            "",
            "example.com",
            "http://example.com",
            "ftp://example.com",
            "https://user:pw@example.com",
            "https://127.0.0.1",
            "https://[::1]:8443/",
            "https://2130706433/",
            "https://0x7f.1/",
            "file:///etc/passwd",
        ] {
            assert!(Reach::Public.check(wrong).is_err(), "{wrong}");
        }
        assert!(Reach::Public.check("https://example.com:8443/hooks?a=b").is_ok());
        assert!(Reach::Anybody.check("http://127.0.0.1:9/").is_ok());
    }

    /// A name that resolves into the network is refused when it is reached, not before.
    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_reached() {
        let refused = Reach::Public.client().unwrap().get("https://localhost:9/").send().await.unwrap_err();
        let mut why = format!("{refused:?}");
        why.make_ascii_lowercase();
        assert!(why.contains("inside a network"), "{why}");
    }
}
