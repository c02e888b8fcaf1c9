//! What every handler is given.
//!
//! In: the parts of the service, once, at start. Out: cheap clones.
//! Never: a part that is exchanged after the start.

use crate::audit::Audit;
use crate::films::Films;
use crate::http::Limits;
use crate::hub::Hub;
use crate::identifiers::Identifiers;
use crate::link::Links;
use crate::metrics::Metrics;
use crate::oidc::{Provider, Tickets};
use crate::outward::Outward;
use crate::recordings::Recordings;
use crate::store::Store;
use crate::token::{AccessTokens, RemoteKeys};
use crate::webhook::SigningKeys;
use bedside_config::Range;
use std::sync::Arc;
use tokio::sync::watch;

/// What every handler is given.
#[derive(Debug, Clone)]
pub struct AppState {
    /// Visits, keys and sessions.
    pub store: Store,
    /// The actors of the live visits.
    pub hub: Hub,
    /// Counters.
    pub metrics: Metrics,
    /// Makes and checks personal links.
    pub links: Links,
    /// Compares what tells that somebody is who they should be.
    pub identifiers: Identifiers,
    /// Notes who looks at records.
    pub(crate) audit: Audit,
    /// What was recorded.
    pub(crate) recordings: Recordings,
    /// Calls others.
    pub outward: Outward,
    /// Derives the secrets of webhooks.
    pub(crate) webhook_keys: SigningKeys,
    /// Becomes true when the service stops; sockets then say `going_away`.
    pub stopping: watch::Receiver<bool>,
    /// The proxies whose word about the peer's address is believed.
    pub(crate) trusted_proxies: Arc<[Range]>,
    /// Makes and checks clients' access tokens.
    pub(crate) tokens: AccessTokens,
    /// The keys that clients publish.
    pub(crate) remote_keys: RemoteKeys,
    /// The clinic's identity provider, where one is set up.
    pub(crate) provider: Option<Provider>,
    /// Makes attempts to sign in.
    pub(crate) tickets: Tickets,
    /// The films of tutorials.
    pub(crate) films: Films,
    /// Who may ask how often.
    pub(crate) limits: Arc<Limits>,
}
