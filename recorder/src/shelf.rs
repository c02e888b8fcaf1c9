//! The store in which sealed recordings are kept: a folder, S3, Azure or Google Cloud.
//!
//! In: an address, sealed objects. Out: the same, kept; and back.
//! Never: replaces a part; retries by itself for longer than one request takes, since whoever
//! waits for it (`upload.rs`) tries for ever.

mod archive;

pub use archive::{Archive, ArchiveFault};

use crate::manifest::MANIFEST;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, Checksum};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::prefix::PrefixStore;
use object_store::{
    BackoffConfig, ClientConfigKey, Error, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload,
    RetryConfig,
};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long one request may take. A part has a megabyte or less; a line that needs longer for it
/// is no line to record over.
const REQUEST_TIMEOUT: &str = "30 seconds";
/// How long connecting may take.
const CONNECT_TIMEOUT: &str = "5 seconds";
/// Tries of one request inside the library; the endless ones are the uploader's.
const QUICK_RETRIES: usize = 1;
const QUICK_RETRY_TIMEOUT: Duration = Duration::from_secs(5);
const FOLDER_MODE: u32 = 0o700;

/// The store.
#[derive(Debug, Clone)]
pub struct Shelf {
    store: Arc<dyn ObjectStore>,
}

/// An object in the store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// Why the store cannot be used as it is named.
#[derive(Debug, thiserror::Error)]
pub enum ShelfRefusal {
    /// The address is none.
    #[error(
        "`{address}` is no place to keep recordings: give a folder, s3://bucket/prefix, \
         az://container/prefix or gs://bucket/prefix"
    )]
    Address {
        /// As it was given.
        address: String,
    },
    /// The folder cannot be made.
    #[error("the folder {folder} cannot be made")]
    Folder {
        /// The folder.
        folder: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Credentials or options in the environment do not do.
    #[error("the store cannot be reached as the environment says; are its credentials set?")]
    Options(#[source] Box<Error>),
}

/// Why the store did not do something.
#[derive(Debug, thiserror::Error)]
pub enum ShelfFault {
    /// It failed, or was not there.
    #[error("cannot {doing} in the store")]
    Store {
        /// What was being done.
        doing: &'static str,
        /// What it says.
        #[source]
        source: Box<Error>,
    },
    /// Something else has the name of a part.
    #[error("the store has another object of the name {name} in recording {recording}")]
    Conflict {
        /// The recording.
        recording: Uuid,
        /// The object.
        name: String,
    },
}

impl Shelf {
    /// Opens the store at an address; credentials come from the environment (`AWS_…`, `AZURE_…`,
    /// `GOOGLE_…`).
    ///
    /// # Errors
    /// The address is none, a folder cannot be made, or the environment lacks something.
    pub fn open(address: &str) -> Result<Self, ShelfRefusal> {
        let Some((scheme, rest)) = address.split_once("://") else {
            return Self::folder(Path::new(address));
        };
        let prefix = rest.split_once('/').map_or("", |(_bucket, prefix)| prefix);
        let prefix = Place::parse(prefix.trim_end_matches('/'))
            .map_err(|_path| ShelfRefusal::Address { address: address.to_owned() })?;
        let store: Arc<dyn ObjectStore> = match scheme {
            "file" => return Self::folder(Path::new(rest)),
            "s3" => Arc::new(s3(address).map_err(options)?),
            "az" => Arc::new(azure(address).map_err(options)?),
            "gs" => Arc::new(google(address).map_err(options)?),
            _ => return Err(ShelfRefusal::Address { address: address.to_owned() }),
        };
        Ok(Self { store: Arc::new(PrefixStore::new(store, prefix)) })
    }

    /// Opens a store in a folder, made when it is missing.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn folder(folder: &Path) -> Result<Self, ShelfRefusal> {
        if folder.as_os_str().is_empty() {
            return Err(ShelfRefusal::Address { address: String::new() });
        }
        if !folder.is_dir() {
            DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder).map_err(
                |source| ShelfRefusal::Folder { folder: folder.display().to_string(), source },
            )?;
        }
        let store = LocalFileSystem::new_with_prefix(folder).map_err(options)?;
        let store = store.with_fsync(true).with_automatic_cleanup(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// Keeps a sealed object. One that is there already is left as it is, if it is the same.
    ///
    /// # Errors
    /// The store fails, or keeps something else under this name.
    pub async fn put(&self, recording: Uuid, name: &str, bytes: Bytes) -> Result<(), ShelfFault> {
        let place = place(recording, name);
        let payload = PutPayload::from_bytes(bytes.clone());
        match self.store.put_opts(&place, payload, PutMode::Create.into()).await {
            Ok(_stored) => Ok(()),
            // After a crash between storing and being told so. It is rare, so it may cost a read.
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {
                let there = self.get(recording, name).await?;
                if there.is_some_and(|there| there == bytes) {
                    Ok(())
                } else {
                    Err(ShelfFault::Conflict { recording, name: name.to_owned() })
                }
            }
            Err(source) => Err(fault("keep an object", source)),
        }
    }

    /// Keeps the manifest in place of the shorter one that is there.
    ///
    /// # Errors
    /// The store fails.
    pub async fn put_manifest(&self, recording: Uuid, bytes: Bytes) -> Result<(), ShelfFault> {
        let payload = PutPayload::from_bytes(bytes);
        let put = self.store.put(&place(recording, MANIFEST), payload).await;
        put.map(drop).map_err(|source| fault("keep a manifest", source))
    }

    /// An object's bytes; nothing, if it is not there.
    ///
    /// # Errors
    /// The store fails.
    pub async fn get(&self, recording: Uuid, name: &str) -> Result<Option<Bytes>, ShelfFault> {
        let doing = "read an object";
        let got = match self.store.get(&place(recording, name)).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            got => got.map_err(|source| fault(doing, source))?,
        };
        got.bytes().await.map(Some).map_err(|source| fault(doing, source))
    }

    /// A recording's objects, by name.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list(&self, recording: Uuid) -> Result<Vec<Kept>, ShelfFault> {
        let folder = Place::from(recording.to_string());
        let listed: Result<Vec<_>, Error> = self.store.list(Some(&folder)).try_collect().await;
        let mut kept: Vec<Kept> = listed
            .map_err(|source| fault("list objects", source))?
            .into_iter()
            .filter_map(|object| {
                let name = object.location.filename()?.to_owned();
                Some(Kept { name, bytes: object.size })
            })
            .collect();
        kept.sort();
        Ok(kept)
    }

    /// Recordings the store has.
    ///
    /// # Errors
    /// The store fails.
    pub async fn recordings(&self) -> Result<Vec<Uuid>, ShelfFault> {
        let listed = self.store.list_with_delimiter(None).await;
        let folders = listed.map_err(|source| fault("list recordings", source))?.common_prefixes;
        let mut recordings: Vec<Uuid> =
            folders.iter().filter_map(|folder| folder.filename()?.parse().ok()).collect();
        recordings.sort_unstable();
        Ok(recordings)
    }

    /// Removes an object. Says whether it was there, where the store tells.
    ///
    /// # Errors
    /// The store fails.
    pub async fn remove(&self, recording: Uuid, name: &str) -> Result<(), ShelfFault> {
        match self.store.delete(&place(recording, name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(fault("remove an object", source)),
        }
    }
}

fn place(recording: Uuid, name: &str) -> Place {
    Place::from_iter([recording.to_string().as_str(), name])
}

fn fault(doing: &'static str, source: Error) -> ShelfFault {
    ShelfFault::Store { doing, source: Box::new(source) }
}

fn options(source: Error) -> ShelfRefusal {
    ShelfRefusal::Options(Box::new(source))
}

fn retry() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: QUICK_RETRIES,
        retry_timeout: QUICK_RETRY_TIMEOUT,
    }
}

fn s3(address: &str) -> Result<object_store::aws::AmazonS3, Error> {
    use AmazonS3ConfigKey::Client;
    AmazonS3Builder::from_env()
        .with_url(address)
        .with_config(Client(ClientConfigKey::Timeout), REQUEST_TIMEOUT)
        .with_config(Client(ClientConfigKey::ConnectTimeout), CONNECT_TIMEOUT)
        .with_checksum_algorithm(Checksum::SHA256)
        .with_retry(retry())
        .build()
}

fn azure(address: &str) -> Result<object_store::azure::MicrosoftAzure, Error> {
    use AzureConfigKey::Client;
    MicrosoftAzureBuilder::from_env()
        .with_url(address)
        .with_config(Client(ClientConfigKey::Timeout), REQUEST_TIMEOUT)
        .with_config(Client(ClientConfigKey::ConnectTimeout), CONNECT_TIMEOUT)
        .with_retry(retry())
        .build()
}

fn google(address: &str) -> Result<object_store::gcp::GoogleCloudStorage, Error> {
    use GoogleConfigKey::Client;
    GoogleCloudStorageBuilder::from_env()
        .with_url(address)
        .with_config(Client(ClientConfigKey::Timeout), REQUEST_TIMEOUT)
        .with_config(Client(ClientConfigKey::ConnectTimeout), CONNECT_TIMEOUT)
        .with_retry(retry())
        .build()
}

#[cfg(test)]
mod tests;
