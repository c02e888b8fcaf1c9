//! How the library is set up for each connection.
//!
//! In: nothing. Out: its configuration.
//! Never: anything of one client; all have the same.

use super::handshake;
use std::time::Duration;
use str0m::RtcConfig;
use str0m::config::DtlsVersion;

/// Longer than any visit.
const NEVER: Duration = Duration::from_secs(30 * 86_400);

pub(super) fn configuration() -> RtcConfig {
    let mut config = RtcConfig::new()
        .set_ice_lite(true)
        .set_rtp_mode(true)
        .set_dtls_version(DtlsVersion::Dtls12)
        .set_crypto_provider(handshake::provider())
        // It sees no media, so it has nothing to report; `media` does.
        .set_rtcp_report_interval_audio(NEVER)
        .set_rtcp_report_interval_video(NEVER)
        .clear_codecs()
        .enable_opus(true, true)
        .enable_vp8(true);
    let codecs = config.codec_config();
    // Constrained Baseline 3.1, several units a packet: what every browser has.
    codecs.add_h264(108.into(), Some(109.into()), true, 0x42_e0_1f);
    config
}
