//! `serve --tls-certificate --tls-key`: real callers, a certificate of an authority made here, new files while it serves.

use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use reqwest::tls::{Certificate, TlsInfo};
use reqwest::{Client, Response};
use serde_json::json;

use super::serving::Server;
use super::{Place, STANDARD};

const PATIENCE: Duration = Duration::from_secs(30);

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "An authority of tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A certificate for `localhost` and its key, as PEM, and the certificate's bytes.
    fn certifies(&self) -> (String, String, Vec<u8>) {
        let key = KeyPair::generate().unwrap();
        let made = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        (made.pem(), key.serialize_pem(), made.der().to_vec())
    }

    /// A caller who trusts this authority alone, on a connection of its own.
    fn caller(&self) -> Client {
        let builder =
            hansa::http::outgoing::client().tls_info(true).tls_certs_only([Certificate::from_pem(self.0.pem().as_bytes()).unwrap()]);
        builder.build().unwrap()
    }
}

fn shown(response: &Response) -> Vec<u8> {
    response.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate).expect("a certificate").to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_come_by_tls_and_new_certificates_are_taken_while_it_serves() {
    let (authority, place) = (Authority::new(), Place::sqlite());
    let (certificate, key, first) = authority.certifies();
    let files = (place.file("server.pem", &certificate), place.file("server.key", &key));
    let (server, url, invited) = tokio::task::spawn_blocking(move || {
        place.run(&["program", "apply", STANDARD]).ends(0);
        let invite = place.run(&["staff", "invite", "ada@example.com", "--name", "Ada", "--role", "administrator"]).ends(0).out;
        let server = Server::of(&place, &["serve", "--tls-certificate", &files.0, "--tls-key", &files.1]);
        let url = format!("https://{}", server.address);
        (server, url, (invite, place))
    })
    .await
    .unwrap();
    let (invite, place) = invited;
    let caller = authority.caller();
    let health = caller.get(format!("{url}/healthz")).send().await.unwrap();
    assert_eq!((health.status().as_u16(), shown(&health)), (200, first.clone()));
    assert_eq!(health.headers()["strict-transport-security"], "max-age=31536000; includeSubDomains");

    // A session's cookie is taken and sent along.
    let ticket = invite.split("/welcome#").nth(1).unwrap().trim();
    let chosen = json!({ "ticket": ticket, "password": "correct heron bicycle" });
    let entered = caller.post(format!("{url}/v1/sign-in/choose-password")).json(&chosen).send().await.unwrap();
    let cookies: Vec<&str> = entered.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(!cookies.is_empty() && cookies.iter().all(|cookie| cookie.starts_with("__Host-") && cookie.contains("Secure")), "{cookies:?}");

    // Who trusts another authority, or speaks without TLS, is not served.
    assert!(Authority::new().caller().get(format!("{url}/healthz")).send().await.is_err());
    assert!(caller.get(format!("http://{}/healthz", server.address)).send().await.is_err());

    // New files are taken: when told, and by looking. What cannot be used changes nothing.
    let now = async |expected: &[u8]| {
        let renewed = async {
            while shown(&authority.caller().get(format!("{url}/healthz")).send().await.unwrap()) != expected {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, renewed).await.expect("the new certificate is shown");
    };
    let (certificate, key, second) = authority.certifies();
    place.file("server.pem", &certificate);
    place.file("server.key", &key);
    server.signal("-HUP");
    now(&second).await;
    place.file("server.pem", "half a certif");
    server.signal("-HUP");
    let still = authority.caller().get(format!("{url}/healthz")).send().await.unwrap();
    assert_eq!(shown(&still), second);
    let (certificate, key, third) = authority.certifies();
    place.file("server.pem", &certificate);
    place.file("server.key", &key);
    now(&third).await;

    // It ends as ever: an answer under way is finished.
    let waiting = tokio::spawn(caller.get(format!("{url}/openapi.json")).send());
    let answered = waiting.await.unwrap().unwrap();
    assert_eq!(tokio::task::spawn_blocking(|| server.interrupted()).await.unwrap(), Some(0));
    assert_eq!(answered.status(), 200);
}

#[test]
fn files_that_are_no_certificate_or_key_are_named() {
    let (place, authority) = (Place::sqlite(), Authority::new());
    let ((certificate, key, _), (_, other, _)) = (authority.certifies(), authority.certifies());
    let (certificate, key, other) = (place.file("server.pem", certificate), place.file("server.key", key), place.file("other.key", other));
    let nothing = place.file("nothing.pem", "");
    let cases = [
        ("/nowhere/server.pem", key.as_str(), "/nowhere/server.pem: No such file"),
        (&nothing, &key, "nothing.pem: no certificate is in it; PEM is expected"),
        (&key, &key, "server.key: no certificate is in it"),
        (&certificate, &certificate, "server.pem: no private key is in it; PEM without a password"),
        (&certificate, &other, "other.key: the key is not that of the first certificate"),
    ];
    for (certificate, key, why) in cases {
        let args = ["serve", "--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key];
        let refused = place.run(&args).ends(3);
        assert!(refused.err.contains(why), "{why}: {}", refused.err);
    }
    let alone = place.run(&["serve", "--tls-certificate", &certificate]).ends(2);
    assert!(alone.err.contains("--tls-key"), "{}", alone.err);
}
