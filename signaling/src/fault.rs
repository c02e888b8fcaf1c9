//! What goes wrong on our side of the door: for the operator, never for a person.
//!
//! In: an error of the system, the database or the disk. Out: the operation that failed, in
//! words, with the cause kept as `source`.
//! Never: a secret or a name; a refusal (what a person may not do) is not a fault.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use thiserror::Error;

/// An operation of the service that failed.
#[derive(Debug, Error)]
pub enum Fault {
    /// The data folder is not usable.
    #[error("cannot use the data folder {}: make it, or name another with --data-dir", path.display())]
    DataFolder {
        /// The folder or the file in it.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A key file does not hold what it should.
    #[error("{} is not a key of {expected} bytes: put the right file back; a new one voids every link", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// Bytes it should hold.
        expected: usize,
    },
    /// The certificate authorities cannot be read.
    #[error("cannot use the certificate authorities in {}: see `outward.ca_file`", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: io::Error,
    },
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Random,
    /// The database refused or failed.
    #[error("the database failed to {operation}")]
    Database {
        /// What was to be done.
        operation: &'static str,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// The address of the database is not one.
    #[error(
        "`store.url` is not the address of a PostgreSQL, such as postgres://bedside@db.example.org/bedside"
    )]
    StoreUrl(#[source] sqlx::Error),
    /// The password of the database cannot be read.
    #[error("cannot read the password in {}: `store.password_file` names it", path.display())]
    PasswordFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The database could not be brought to this version's shape.
    #[error("the database cannot be brought to the shape of this version")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A row is there but is not what this version writes.
    #[error("a stored {what} cannot be read")]
    Stored {
        /// What it is.
        what: &'static str,
        /// Why it cannot be read.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The disk failed on a film.
    #[error("the film of a tutorial cannot be read or written")]
    Film {
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// An address to listen on is not free or not ours.
    #[error("cannot listen on {address}: {}", advice(source, flag))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The flag that chooses another.
        flag: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A server ended by itself.
    #[error("the server at {address} ended")]
    Serve {
        /// Its address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A metric could not be registered; two have the same name.
    #[error("a metric cannot be registered")]
    Metric(#[source] prometheus::Error),
    /// A tenant has as many keys as it may have.
    #[error("the tenant has {most} keys already: revoke those that nobody uses")]
    KeysFull {
        /// How many it may have.
        most: u16,
    },
    /// Another process has taken over; this one may write no more.
    #[error("another process has taken over this node's visits")]
    Fenced,
}

impl Fault {
    /// The database failed at `operation`; for `map_err`.
    pub fn database(operation: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { operation, source }
    }

    /// A stored `what` cannot be read; for `map_err`.
    pub fn stored<E>(what: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |source| Self::Stored { what, source: source.into() }
    }
}

fn advice(source: &io::Error, flag: &str) -> String {
    if source.kind() == io::ErrorKind::AddrInUse {
        return format!("another program has it; stop that, or choose another with {flag}");
    }
    if source.kind() == io::ErrorKind::PermissionDenied {
        return format!("this user may not; choose a port over 1023 with {flag}");
    }
    format!("choose another with {flag}")
}
