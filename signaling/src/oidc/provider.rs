//! The clinic's identity provider, as it is reached.
//!
//! In: settings, calls outward, the time. Out: the URL to sign in at; who a code stands for.
//! Never: a call for each page view; a code or a secret in the log.

use super::id_token::{ALGORITHMS, Expected, subject};
use super::provider_document::{Credentials, Document, WrongDocument};
use super::{CALLBACK_PATH, Ticket};
use crate::outward::{Limit, Outward, OutwardError};
use crate::token::{Jws, RemoteKeys, Untrusted};
use crate::{Fault, secret};
use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::sync::Mutex;

/// How long a provider's description is believed. They change it about never, and say so ahead.
const DOCUMENT_AGE_MAX: Duration = Duration::from_secs(60 * 60);
/// How long a call may take, and the longest answer: many times a real one.
const CALL: Limit = Limit { wait: Duration::from_secs(8), bytes: 256 * 1024 };

/// The provider. Clones share what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Provider(Arc<Inner>);

struct Inner {
    issuer: String,
    name: String,
    credentials: Credentials,
    callback: String,
    outward: Outward,
    keys: RemoteKeys,
    document: Mutex<Option<(Document, Instant)>>,
}

/// Why nobody was signed in.
#[derive(Debug, Error)]
pub(crate) enum SignInError {
    /// The provider cannot be reached.
    #[error("the sign-in provider cannot be reached")]
    Unreachable(#[from] OutwardError),
    /// It answered with something else than was asked for.
    #[error("the sign-in provider answered {0}")]
    Status(StatusCode),
    /// Its description is of no use.
    #[error("the sign-in provider is not what it should be")]
    Document(#[from] WrongDocument),
    /// Its answer to a code holds no ID token.
    #[error("the sign-in provider's answer holds no ID token")]
    NoToken,
    /// Its ID token is not to be believed.
    #[error("the sign-in provider's ID token is not believed")]
    Untrusted(#[from] Untrusted),
}

#[derive(Deserialize)]
struct Redeemed {
    id_token: String,
}

impl Provider {
    /// The provider of the settings; none when no issuer is named.
    pub(crate) fn new(
        settings: &bedside_config::Oidc,
        public_url: &str,
        outward: &Outward,
    ) -> Result<Option<Self>, Fault> {
        if settings.issuer.is_empty() {
            return Ok(None);
        }
        let file = &settings.client_secret_file;
        let secret = if file.as_os_str().is_empty() { None } else { Some(secret::password(file)?) };
        Ok(Some(Self(Arc::new(Inner {
            issuer: settings.issuer.clone(),
            name: settings.name.clone(),
            credentials: Credentials { client_id: settings.client_id.clone(), secret },
            callback: format!("{public_url}{CALLBACK_PATH}"),
            outward: outward.clone(),
            keys: RemoteKeys::new(outward.clone()),
            document: Mutex::new(None),
        }))))
    }

    /// What people know it as.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// The issuer, for the keyed hash of a person.
    pub(crate) fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Where a person signs in.
    pub(crate) async fn sign_in_url(&self, ticket: &Ticket) -> Result<String, SignInError> {
        let document = self.document().await?;
        let Inner { credentials, callback, .. } = &*self.0;
        Ok(document.sign_in_url(&credentials.client_id, ticket, callback))
    }

    /// Who signed in: the subject of the ID token that the code stands for.
    pub(crate) async fn redeem(
        &self,
        code: &str,
        ticket: &Ticket,
        now: Timestamp,
    ) -> Result<String, SignInError> {
        let Inner { issuer, credentials, callback, outward, keys, .. } = &*self.0;
        let document = self.document().await?;
        let (body, authorization) =
            document.redemption(credentials, code, (&ticket.verifier, callback));
        let mut headers = HeaderMap::new();
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, kind);
        if let Some(value) = authorization {
            let mut value = HeaderValue::from_str(&value)
                .expect("a percent-encoded pair in Base64 is a header value");
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let reply =
            outward.post(&document.token_endpoint, headers, Bytes::from(body), CALL).await?;
        if reply.status != StatusCode::OK {
            return Err(SignInError::Status(reply.status));
        }
        let redeemed: Redeemed =
            serde_json::from_slice(&reply.body).map_err(|_| SignInError::NoToken)?;
        let token = Jws::parse(&redeemed.id_token)?;
        let claims = keys.open(&document.jwks_uri, &token, &ALGORITHMS).await?;
        let client_id = &credentials.client_id;
        let expected = Expected { issuer, client_id, nonce: &ticket.nonce };
        Ok(subject(&claims, expected, now)?.to_owned())
    }

    async fn document(&self) -> Result<Document, SignInError> {
        let Inner { issuer, outward, document, .. } = &*self.0;
        let mut kept = document.lock().await;
        if let Some((document, at)) = &*kept
            && at.elapsed() < DOCUMENT_AGE_MAX
        {
            return Ok(document.clone());
        }
        let reply = outward.get(&Document::url(issuer), HeaderMap::new(), CALL).await?;
        if reply.status != StatusCode::OK {
            return Err(SignInError::Status(reply.status));
        }
        let fresh = Document::read(&reply.body, issuer)?;
        *kept = Some((fresh.clone(), Instant::now()));
        Ok(fresh)
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
