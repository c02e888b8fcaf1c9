//! Why a call of ours came to nothing.
//!
//! In: what the network, the name service, TLS or HTTP said. Out: a word for a list and a sentence
//! for the operator.
//! Never: the URL, which may hold a secret of its owner; an answer's body.

use std::io;
use thiserror::Error;

/// Why a call came to nothing.
#[derive(Debug, Error)]
pub enum OutwardError {
    /// It is no URL to call.
    #[error("the URL is not one to call: {0}")]
    Url(&'static str),
    /// Only `https://` goes to the open internet.
    #[error("only https:// is called, but for hosts named in `outward.allow`")]
    NotTls,
    /// The host is at private addresses only.
    #[error("the host is at a private address, and not named in `outward.allow`")]
    Private,
    /// The host has no address.
    #[error("the host has no address")]
    NoAddress,
    /// The name service failed.
    #[error("the host's name cannot be looked up")]
    Lookup(#[source] io::Error),
    /// No connection.
    #[error("the host does not take a connection")]
    Connect(#[source] io::Error),
    /// No TLS, or a certificate that is not believed.
    #[error("TLS with the host failed")]
    Tls(#[source] io::Error),
    /// The host does not speak HTTP as we do.
    #[error("the host did not answer in HTTP")]
    Http(#[source] hyper::Error),
    /// The request cannot be written.
    #[error("the request cannot be written")]
    Request(#[source] hyper::http::Error),
    /// The answer is longer than is taken.
    #[error("the answer is too long")]
    TooLong,
    /// It took too long.
    #[error("the answer took too long")]
    Late,
}

impl OutwardError {
    /// The word for it, in lists and in the API.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url(_) => "bad_url",
            Self::NotTls => "not_https",
            Self::Private => "private_address",
            Self::NoAddress => "no_address",
            Self::Lookup(_) => "lookup_failed",
            Self::Connect(_) => "connect_failed",
            Self::Tls(_) => "tls_failed",
            Self::Http(_) | Self::Request(_) => "not_http",
            Self::TooLong => "answer_too_long",
            Self::Late => "timeout",
        }
    }
}
