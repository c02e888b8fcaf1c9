//! Counters for the operator.

/// Counters of the service; clones share them.
#[derive(Debug, Clone)]
pub struct Metrics;
