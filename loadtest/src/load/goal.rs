//! What a script wants to hold, by name.
//!
//! In: words of a script. Out: numbers that a report is held against.
//! Never: a goal nobody wrote, but for those that no server may miss.

use serde::Deserialize;

/// Goals: each number is the most there may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Goals {
    /// Joins, 95 of 100.
    pub join_p95_ms: Option<f64>,
    /// First pictures, 95 of 100.
    pub first_picture_p95_ms: Option<f64>,
    /// Share of the voices that was made up.
    pub concealed_percent: Option<f64>,
    /// Share of the time that pictures stood still.
    pub frozen_percent: Option<f64>,
    /// Through the server: the middle one, 99 of 100, 999 of 1,000.
    pub latency_p50_ms: Option<f64>,
    /// See above.
    pub latency_p99_ms: Option<f64>,
    /// See above.
    pub latency_p999_ms: Option<f64>,
    /// Time of a core for each packet the server sent.
    pub cpu_us_per_packet: Option<f64>,
    /// Memory for each person beyond what an empty server takes.
    pub kib_per_person: Option<f64>,
    /// Growth of the server's memory, in percent an hour.
    pub rss_percent_per_hour: Option<f64>,
    /// Open files and threads more than before, once everybody has gone.
    pub files_left: Option<f64>,
    /// See above.
    pub threads_left: Option<f64>,
}
