//! Measurements of a shard, copied out as values.
//!
//! In: counts kept by a shard. Out: one snapshot a second.
//! Never: an id of a room or a person; these numbers become public metrics.

use serde::{Deserialize, Serialize};

/// The SRTP protection profile of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SrtpSuite {
    /// AEAD_AES_256_GCM (RFC 7714).
    AeadAes256Gcm,
    /// AEAD_AES_128_GCM (RFC 7714).
    AeadAes128Gcm,
    /// AES128_CM_HMAC_SHA1_80 (RFC 3711): costs 4.9 times as much as GCM.
    Aes128CmSha1,
}

impl SrtpSuite {
    /// Every suite.
    pub const ALL: [Self; 3] = [Self::AeadAes256Gcm, Self::AeadAes128Gcm, Self::Aes128CmSha1];

    /// The name in the IANA registry of SRTP protection profiles.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AeadAes256Gcm => "SRTP_AEAD_AES_256_GCM",
            Self::AeadAes128Gcm => "SRTP_AEAD_AES_128_GCM",
            Self::Aes128CmSha1 => "SRTP_AES128_CM_HMAC_SHA1_80",
        }
    }
}

/// What one shard has done since it started (counts) and holds now (`rooms`, `participants`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardStats {
    /// Which shard.
    pub shard: u16,
    /// Rooms open now.
    pub rooms: u64,
    /// People connected or connecting now.
    pub participants: u64,
    /// Datagrams received.
    pub datagrams_in: u64,
    /// Datagrams sent.
    pub datagrams_out: u64,
    /// Bytes received, without IP and UDP headers.
    pub bytes_in: u64,
    /// Bytes sent, without IP and UDP headers.
    pub bytes_out: u64,
    /// Datagrams from nobody we know.
    pub datagrams_unknown: u64,
    /// Datagrams the kernel would not take.
    pub datagrams_unsent: u64,
    /// RTP packets accepted from publishers.
    pub rtp_in: u64,
    /// RTP packets forwarded to receivers.
    pub rtp_forwarded: u64,
    /// Packets that a grant did not allow and that were dropped.
    pub rtp_not_granted: u64,
    /// RTP packets taken for a recorder.
    pub rtp_tapped: u64,
    /// Of those, packets that it was too slow for and that it was told are missing.
    pub rtp_tap_missed: u64,
    /// Keyframe requests received from receivers (RFC 4585 PLI, RFC 5104 FIR).
    pub keyframe_requests_in: u64,
    /// Keyframe requests passed on to publishers.
    pub keyframe_requests_out: u64,
    /// Layer switches made.
    pub layer_switches: u64,
    /// Rooms ended by a broken invariant.
    pub rooms_failed: u64,
}
