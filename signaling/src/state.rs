//! What every handler is given.
//!
//! In: the parts of the service, once, at start. Out: cheap clones.
//! Never: a part that is exchanged after the start.

use crate::http::Quota;
use crate::hub::Hub;
use crate::link::Links;
use crate::metrics::Metrics;
use crate::store::Store;
use std::sync::{Arc, Mutex};
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
    /// Becomes true when the service stops; sockets then say `going_away`.
    pub stopping: watch::Receiver<bool>,
    /// How often one address may open links. Held for a few instructions, never over an await.
    pub(crate) link_quota: Arc<Mutex<Quota>>,
}
