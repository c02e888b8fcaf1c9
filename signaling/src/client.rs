//! Software that proves itself by its own private key: what is registered of it.
//!
//! In: a name, scopes, and public keys or where they are. Out: a row to keep; or what is wrong
//! with the keys, told at once and not when the software first asks.
//! Never: a private key; a key set fetched here.

use crate::key::{Scope, Scopes};
use crate::outward::Target;
use crate::store::{ClientKeys, NewClientRow};
use crate::token::Keys;
use jiff::Timestamp;
use thiserror::Error;
use uuid::Uuid;

/// A client to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClient {
    /// Whose it is; made when it is new.
    pub tenant: String,
    /// What the operator calls it.
    pub name: String,
    /// What it may ask for.
    pub scopes: Vec<Scope>,
    /// Its public keys.
    pub keys: ClientKeys,
}

/// What is wrong with a client's keys.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}")]
pub struct WrongKeys {
    /// Where: the name of a field, or empty.
    pub field: &'static str,
    /// What; follows the name.
    pub what: String,
}

/// The public keys of a client, or where they are; exactly one of both.
///
/// # Errors
/// When there is none or both, or what there is is of no use.
pub fn keys(jwks: Option<String>, url: Option<String>) -> Result<ClientKeys, WrongKeys> {
    let wrong = |field, what: String| WrongKeys { field, what };
    match (jwks, url) {
        (Some(jwks), None) => {
            Keys::from_json(jwks.as_bytes()).map_err(|error| wrong("jwks", error.to_string()))?;
            Ok(ClientKeys::Here(jwks))
        }
        (None, Some(url)) => {
            Target::parse(&url).map_err(|error| wrong("jwks_url", error.to_string()))?;
            Ok(ClientKeys::At(url))
        }
        (None, None) => Err(wrong("", "needs its public keys, or the URL of them".to_owned())),
        (Some(_), Some(_)) => {
            Err(wrong("", "takes either its public keys or the URL of them".to_owned()))
        }
    }
}

/// The row of a client; `made_by` is the key or client that registers it.
pub(crate) fn row(new: NewClient, made_by: Option<Uuid>, now: Timestamp) -> NewClientRow {
    NewClientRow {
        id: Uuid::now_v7(),
        tenant: new.tenant,
        name: new.name,
        scopes: new.scopes.into_iter().collect::<Scopes>().kept(),
        keys: new.keys,
        made_by,
        created_at: now,
    }
}
