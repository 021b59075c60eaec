//! A bucket of an S3-compatible store with the contents, in place of the folder: `prefix/ab/abcdef…`, as in the folder.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use ledger::Instant;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{ClientConfigKey, ClientOptions, Error, ObjectStore, ObjectStoreExt, RetryConfig};
use url::Url;

use super::FolderError;
use crate::http::outgoing;

/// What an address begins with.
const SCHEME: &str = "s3";
/// How long one request may take, and how long is tried in all: less than whoever waits for it does.
const TIME_MAX: Duration = Duration::from_secs(20);
const CONNECT_MAX: Duration = Duration::from_secs(5);
const RETRIES_MAX: usize = 3;

/// Where contents are kept. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    /// As it was named, for people.
    address: Arc<str>,
}

impl Bucket {
    /// The bucket of an address `s3://bucket/prefix`. Where the store is, its region and who we are stand in the standard `AWS_…` variables, or come
    /// from the machine.
    pub(super) fn at(address: &str) -> Result<Bucket, FolderError> {
        let wrong = |why: String| FolderError::Store { address: address.to_owned(), why };
        let url: Option<Url> = address.parse().ok();
        let Some((bucket, prefix)) = url.as_ref().filter(|url| url.scheme() == SCHEME).and_then(|url| Some((url.host_str()?, url.path())))
        else {
            return Err(wrong("an address such as s3://bucket/prefix is expected".to_owned()));
        };
        let builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
        let plain = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint];
        let plain = plain.iter().find_map(|key| builder.get_config_value(key)).is_some_and(|endpoint| endpoint.starts_with("http://"));
        let client = ClientOptions::new().with_allow_http(plain);
        let retry = RetryConfig { max_retries: RETRIES_MAX, retry_timeout: TIME_MAX, ..RetryConfig::default() };
        let store = builder
            .with_client_options(client)
            .with_http_connector(Ours)
            .with_retry(retry)
            .build()
            .map_err(|error| wrong(cause(&error)))?;
        let prefix = Path::parse(prefix.trim_matches('/')).map_err(|error| wrong(error.to_string()))?;
        Ok(Bucket { store: Arc::new(store), prefix, address: address.into() })
    }

    /// Keeps a content; it is there when this returns.
    pub(super) async fn put(&self, sha256: &str, content: Vec<u8>) -> Result<(), FolderError> {
        self.done(self.store.put(&self.place(sha256), content.into()).await).map(drop)
    }

    /// A content, chunk by chunk.
    pub(super) async fn open(
        &self,
        sha256: &str,
    ) -> Result<impl Stream<Item = std::io::Result<Bytes>> + Send + 'static + use<>, FolderError> {
        match self.store.get(&self.place(sha256)).await {
            Err(Error::NotFound { .. }) => Err(FolderError::Missing),
            got => Ok(self.done(got)?.into_stream().map_err(std::io::Error::other)),
        }
    }

    /// Takes a content away; one that is not there is gone already.
    pub(super) async fn discard(&self, sha256: &str) -> Result<(), FolderError> {
        match self.store.delete(&self.place(sha256)).await {
            Err(Error::NotFound { .. }) => Ok(()),
            gone => self.done(gone),
        }
    }

    /// The contents from before an instant, by their SHA-256.
    pub(super) async fn content(&self, before: Instant) -> Result<Vec<String>, FolderError> {
        let (mut found, mut listed) = (Vec::new(), self.store.list(Some(&self.prefix)));
        while let Some(one) = listed.next().await {
            let one = self.done(one)?;
            let name = one.location.filename().unwrap_or_default();
            // Whatever else is in the bucket is not ours.
            let ours = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) && one.location == self.place(name);
            if ours && one.last_modified.timestamp_micros() < before.0 {
                found.push(name.to_owned());
            }
        }
        Ok(found)
    }

    fn place(&self, sha256: &str) -> Path {
        self.prefix.clone().join(sha256.get(..2).unwrap_or("00")).join(sha256)
    }

    fn done<T>(&self, done: Result<T, Error>) -> Result<T, FolderError> {
        done.map_err(|error| FolderError::Store { address: self.address.to_string(), why: cause(&error) })
    }
}

/// Speaks to a store with our own client, which follows nobody elsewhere.
#[derive(Debug)]
struct Ours;

impl HttpConnector for Ours {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let plain = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|plain| plain == "true");
        let client = outgoing::client().timeout(TIME_MAX).connect_timeout(CONNECT_MAX).https_only(!plain).http1_only().build();
        client.map(HttpClient::new).map_err(|error| Error::Generic { store: "S3", source: Box::new(error) })
    }
}

/// The innermost cause: that is what says something.
fn cause(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
