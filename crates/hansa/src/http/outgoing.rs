//! Asking others over HTTP.

/// Where every client of ours begins: TLS is rustls with ring, and trusts whom the machine trusts. It follows nobody elsewhere.
pub fn client() -> reqwest::ClientBuilder {
    // Only the first choice of a process counts, and there is no other.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none())
}
