//! TLS with certificates of one's own, where no proxy ends it.
//!
//! The files are read when serving begins, when they change and on SIGHUP. Where new ones cannot be used, the log says why and the ones in use stay.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(5);
/// How long a caller may take to agree on keys.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// Callers who agree on keys at once; further ones wait.
const HANDSHAKES_MAX: usize = 256;
/// Callers who are ready and not yet served.
const READY_MAX: usize = 64;

/// A certificate with its key, and the files they are in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: Arc<Current>,
}

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or not for us to read.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What happened.
        error: io::Error,
    },
    /// The first file holds no certificate.
    #[error("{}: no certificate is in it; PEM is expected, the server's certificate first and then those that lead to the authority", .0.display())]
    NoCertificate(PathBuf),
    /// The second file holds no key.
    #[error("{}: no private key is in it; PEM without a password is expected (PKCS #8, PKCS #1 or SEC 1)", .0.display())]
    NoKey(PathBuf),
    /// They are not for each other, or of a kind that is not known.
    #[error("{} and {}: {why}", certificate.display(), key.display())]
    Unfit {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// In words.
        why: String,
    },
}

/// What is shown to callers, and the bytes it was read from.
#[derive(Debug)]
struct Current {
    shown: RwLock<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Tls {
    /// Reads a chain of certificates and the key of the first, both PEM.
    ///
    /// # Errors
    /// Names the file and what would be right.
    pub fn read(certificate: &Path, key: &Path) -> Result<Tls, TlsError> {
        let shown = certified(certificate, key, &bytes(certificate)?, &bytes(key)?)?;
        let current = Arc::new(Current { shown: RwLock::new(shown) });
        Ok(Tls { certificate: certificate.to_owned(), key: key.to_owned(), current })
    }

    /// Callers of a listener, once keys are agreed on. What is under way when this is dropped ends.
    ///
    /// # Errors
    /// When TLS cannot be set up or the listener has no address.
    pub fn listen(&self, listener: TcpListener) -> Result<Listener, String> {
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(self.current.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let at = listener.local_addr().map_err(|error| error.to_string())?;
        let (ready, callers) = mpsc::channel(READY_MAX);
        let accepting = tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config)), ready));
        Ok(Listener { at, callers, tasks: [accepting, tokio::spawn(self.clone().watch())] })
    }

    /// Reads the files anew when they change, and when told to.
    async fn watch(self) {
        let mut told = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())
            .inspect_err(|error| tracing::warn!(%error, "SIGHUP is not heard; changed certificates are found by looking"))
            .ok();
        let mut seen = self.both().ok();
        loop {
            let asked = async {
                match &mut told {
                    Some(told) => told.recv().await,
                    None => std::future::pending().await,
                }
            };
            let asked = tokio::time::timeout(EVERY, asked).await.is_ok();
            match self.both() {
                Ok(found) if asked || seen.as_ref() != Some(&found) => {
                    self.renew(&found);
                    seen = Some(found);
                }
                Ok(_) => {}
                // Said once; until they are back the ones in use stay.
                Err(error) if asked || seen.is_some() => {
                    tracing::error!(%error, "the certificate in use stays");
                    seen = None;
                }
                Err(_) => {}
            }
        }
    }

    fn both(&self) -> Result<[Vec<u8>; 2], TlsError> {
        Ok([bytes(&self.certificate)?, bytes(&self.key)?])
    }

    fn renew(&self, [certificate, key]: &[Vec<u8>; 2]) {
        match certified(&self.certificate, &self.key, certificate, key) {
            Ok(new) => {
                *self.current.shown.write().unwrap_or_else(PoisonError::into_inner) = new;
                tracing::info!(certificate = %self.certificate.display(), "the certificate was read anew");
            }
            Err(error) => tracing::error!(%error, "the certificate in use stays"),
        }
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| TlsError::File { path: path.to_owned(), error })
}

fn certified(certificate: &Path, key: &Path, chain: &[u8], secret: &[u8]) -> Result<Arc<CertifiedKey>, TlsError> {
    let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>().unwrap_or_default();
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(certificate.to_owned()));
    }
    let secret = PrivateKeyDer::from_pem_slice(secret).map_err(|_| TlsError::NoKey(key.to_owned()))?;
    let unfit = |error: rustls::Error| TlsError::Unfit {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        why: match error {
            rustls::Error::InconsistentKeys(_) => "the key is not that of the first certificate".to_owned(),
            other => other.to_string(),
        },
    };
    CertifiedKey::from_der(chain, secret, &ring::default_provider()).map(Arc::new).map_err(unfit)
}

/// Takes callers in; each agrees on keys by itself, so that a slow one holds up nobody.
async fn accept(listener: TcpListener, acceptor: TlsAcceptor, ready: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>) {
    let mut listener = listener;
    let places = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        // Waits where the process has no more open files, and goes on.
        let (stream, from) = axum::serve::Listener::accept(&mut listener).await;
        let (acceptor, ready) = (acceptor.clone(), ready.clone());
        tokio::spawn(async move {
            match tokio::time::timeout(HANDSHAKE_MAX, acceptor.accept(stream)).await {
                // Nobody takes it any more when the server is ending.
                Ok(Ok(stream)) => drop(ready.send((stream, from)).await),
                Ok(Err(error)) => tracing::debug!(%error, "no keys were agreed on"),
                Err(_) => tracing::debug!("a caller took too long to agree on keys"),
            }
            drop(place);
        });
    }
}

/// Where callers come in.
#[derive(Debug)]
pub struct Listener {
    at: SocketAddr,
    callers: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    tasks: [JoinHandle<()>; 2],
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TlsStream<TcpStream>, SocketAddr) {
        match self.callers.recv().await {
            Some(caller) => caller,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.at)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}
