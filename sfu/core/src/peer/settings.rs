//! How the library is set up for each connection.
//!
//! In: nothing. Out: its configuration.
//! Never: anything of one client; all have the same.

use str0m::RtcConfig;
use str0m::config::DtlsVersion;

pub(super) fn configuration() -> RtcConfig {
    let mut config = RtcConfig::new()
        .set_ice_lite(true)
        .set_rtp_mode(true)
        .set_dtls_version(DtlsVersion::Dtls12)
        // Its own estimator and pacer stay off: `egress` does both. Raw packets carry the
        // receiver's feedback; they cost a copy of each packet.
        .enable_raw_packets(true)
        .clear_codecs()
        .enable_opus(true, true)
        .enable_vp8(true);
    let codecs = config.codec_config();
    // Constrained Baseline 3.1, several units a packet: what every browser has.
    codecs.add_h264(108.into(), Some(109.into()), true, 0x42_e0_1f);
    config
}
