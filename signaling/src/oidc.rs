//! Staff signs in with the clinic's identity provider (OpenID Connect: code, PKCE, state, nonce).
//!
//! In: settings, a provider's documents, a code it gave. Out: the URL to sign in at; the
//! keyed hash of who signed in.
//! Never: a name, a mail address or the subject itself kept; a provider's word without its
//! signature.

mod id_token;
mod provider;
mod provider_document;
mod ticket;

pub(crate) use provider::{Provider, SignInError};
pub(crate) use ticket::{Ticket, Tickets};

/// Path that the provider sends people back to; it has to be registered there.
pub(crate) const CALLBACK_PATH: &str = "/v1/staff/callback";
