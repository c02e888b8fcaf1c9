//! Answers to offers of real browsers, beside those of a library that others use; and to offers
//! that nobody means well with.

use super::super::{chance, handshake};
use super::*;
use crate::mangle::mangled;
use crate::packet::{Layer, LineId};
use proptest::prelude::*;
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::{Candidate, RtcConfig};

/// Chromium's: microphone, camera in three layers, screen, three audio and four video slots.
const CHROMIUM: &str = include_str!("../../shard/offer.sdp");
/// Firefox's, of the same page.
const FIREFOX: &str = include_str!("../offer/firefox.sdp");
/// The first of our streams.
const FIRST: u32 = 1_000;

fn address() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 7882))
}

fn answered(offer: &str) -> Option<(Agreement, String)> {
    let offer = Offer::read(offer).ok()?;
    let agreement = Agreement::of(&offer, FIRST).ok()?;
    let ours = Ours {
        credentials: &chance::credentials(),
        fingerprint: handshake::fingerprint(),
        addresses: &[address()],
    };
    let answer = write(&offer, &agreement, ours);
    Some((agreement, answer))
}

/// What the library would answer, set up for the codecs we speak.
fn librarys(now: Instant, offer: &str) -> String {
    let mut config =
        RtcConfig::new().set_ice_lite(true).clear_codecs().enable_opus(true, true).enable_vp8(true);
    config.codec_config().add_h264(108.into(), Some(109.into()), true, 0x42_e0_1f);
    let mut rtc = config.build(now);
    rtc.add_local_candidate(Candidate::host(address(), "udp").unwrap());
    let offer = SdpOffer::from_sdp_string(offer).unwrap();
    rtc.sdp_api().accept_offer(offer).unwrap().to_sdp_string()
}

/// The sections of an answer, their attributes in order, without what is drawn by lot, and without
/// what we alone say, that nothing be sent in silence, or the library alone: names for lines on
/// which we send nothing, and that extensions may be mixed to whom did not ask.
fn sections(answer: &str) -> Vec<Vec<String>> {
    let mut sections: Vec<Vec<String>> = vec![Vec::new()];
    for line in answer.lines() {
        if line.starts_with("m=") {
            sections.push(Vec::new());
        }
        let drawn =
            ["o=", "a=msid", "a=ice-ufrag", "a=ice-pwd", "a=fingerprint", "a=ssrc:", "a=extmap-"];
        let line = match line.split_once(" typ host") {
            Some((_, _)) => "a=candidate",
            None if drawn.iter().any(|name| line.starts_with(name)) => continue,
            None => line.split_once("-group:FID").map_or(line, |(name, _)| name),
        };
        sections.last_mut().unwrap().push(line.replace("usedtx=1;", ""));
    }
    sections.iter_mut().for_each(|section| section.sort());
    sections
}

#[test]
fn a_browsers_offer_is_answered_as_the_library_answers_it() {
    for offer in [CHROMIUM, FIREFOX] {
        let (_, answer) = answered(offer).unwrap();
        let theirs = sections(&librarys(crate::some_instant(), offer));
        assert_eq!(sections(&answer), theirs, "{answer}");
        SdpAnswer::from_sdp_string(&answer).unwrap();
    }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn what_chromium_sends_and_receives_is_agreed_on() {
    let (agreement, answer) = answered(CHROMIUM).unwrap();
    let brief: Vec<_> =
        agreement.lines.iter().map(|l| (l.mid(), l.kind, l.sends, l.layers())).collect();
    assert_eq!(
        brief[..4],
        [
            ("0", Kind::Audio, true, 1),
            ("1", Kind::Video, true, 3),
            ("2", Kind::Video, true, 1),
            ("3", Kind::Audio, false, 1),
        ]
    );
    assert!(agreement.lines.iter().all(|line| line.sends != line.receives));
    assert_eq!(agreement.red(), Some(63));
    assert_eq!(agreement.payload_type(Codec::H264), Some(108));
    assert_eq!(agreement.repair_of(96), Some(97));
    let (carries, red) = agreement.carries(97).unwrap();
    assert_eq!((carries.codec, carries.repairs, red), (Codec::Vp8, true, false));
    assert_eq!(agreement.carries(126), None);
    assert!(answer.contains("m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n"), "RED comes first");
    assert!(answer.contains("a=ssrc:1000 cname:bedside\r\na=ssrc:1000 msid:seat-0 line-3\r\n"));
    assert!(answer.contains("a=ssrc-group:FID 1003 1004\r\n"));
    assert_eq!(count(&answer, "a=candidate:"), 1);
    assert_eq!(count(&answer, "a=setup:passive"), 10);
    assert_eq!(count(&answer, "a=msid:seat-0 "), 2, "a voice and a face");
    assert_eq!(count(&answer, "a=msid:seat-3 "), 1, "a screen alone");
}

#[test]
fn a_stream_that_does_not_say_its_line_is_found_by_the_offer() {
    let (agreement, _) = answered(CHROMIUM).unwrap();
    let place = |ssrc| agreement.declared(ssrc).map(|place| (place.line, place.layer));
    assert_eq!(place(4_125_191_060), Some((LineId(0), Layer(0))));
    assert_eq!(place(682_181_890), Some((LineId(2), Layer(0))));
    assert_eq!(place(1_135_036_665), Some((LineId(2), Layer(0))), "its repeats");
    assert_eq!(place(1), None);
}

/// The offer with the section of that name changed.
fn changed(offer: &str, mid: &str, change: impl Fn(&str) -> String) -> String {
    let mut sections = offer.split("m=");
    let mut changed = sections.next().unwrap().to_owned();
    for section in sections {
        let section = format!("m={section}");
        let is_it = section.contains(&format!("a=mid:{mid}\r\n"));
        changed += &if is_it { change(&section) } else { section };
    }
    changed
}

#[test]
fn what_we_do_not_speak_is_refused_and_the_rest_is_not() {
    let data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n\
        a=mid:2\r\na=sctp-port:5000\r\n";
    let unknown = |section: &str| {
        section.replace("VP8/90000", "VP9/90000").replace("H264/90000", "AV1/90000")
    };
    for (offer, refused) in [
        (
            changed(CHROMIUM, "2", |_| data.to_owned()),
            "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n",
        ),
        (changed(CHROMIUM, "2", unknown), "m=video 0 UDP/TLS/RTP/SAVPF 0\r\n"),
        (
            changed(CHROMIUM, "2", |section| section.replace("TLS/RTP/SAVPF", "RTP/AVP")),
            "m=video 0 UDP/RTP/AVP 0\r\n",
        ),
    ] {
        let (agreement, answer) = answered(&offer).unwrap();
        assert!(answer.contains(refused), "{answer}");
        assert!(answer.contains("a=group:BUNDLE 0 1 3 4 5 6 7 8 9\r\n"), "{answer}");
        assert_eq!(count(&answer, "m="), 10);
        assert!(
            agreement.lines.iter().all(|line| line.mid() != "2" || !line.sends && !line.receives)
        );
        if !answer.contains("RTP/AVP") {
            SdpAnswer::from_sdp_string(&answer).unwrap();
        }
    }
    let given_up = changed(CHROMIUM, "2", |section| section.replace("video 9 ", "video 0 "));
    let given_up = given_up.replace("BUNDLE 0 1 2", "BUNDLE 0 1");
    assert!(answered(&given_up).unwrap().1.contains("m=video 0 "));
    let bundled = changed(CHROMIUM, "2", |section| section.replace("video 9 ", "video 0 "));
    assert!(!answered(&bundled).unwrap().1.contains("m=video 0 "), "port zero, and bundled");
}

#[test]
fn numbers_that_differ_from_the_first_are_not_taken() {
    let other = changed(CHROMIUM, "2", |section| {
        section
            .replace(" 96 97 ", " 98 99 ")
            .replace(":96 ", ":98 ")
            .replace(":97 apt=96", ":99 apt=98")
            .replace(":97 ", ":99 ")
    });
    let (_, answer) = answered(&other).unwrap();
    assert_eq!(count(&answer, "m=video 9 UDP/TLS/RTP/SAVPF 108 109\r\n"), 1, "{answer}");
    let other = changed(CHROMIUM, "2", |section| section.replace("extmap:4 ", "extmap:5 "));
    let (_, answer) = answered(&other).unwrap();
    assert_eq!(count(&answer, "a=extmap:4 "), 9, "{answer}");
    assert!(!answer.contains("a=extmap:5 "));
}

#[test]
fn feedback_is_answered_as_it_is_offered() {
    let (_, answer) = answered(&CHROMIUM.replace("a=rtcp-fb:96 goog-remb\r\n", "")).unwrap();
    assert!(!answer.contains("a=rtcp-fb:96 goog-remb") && answer.contains("a=rtcp-fb:96 nack pli"));
    let (_, answer) =
        answered(&FIREFOX.replace("a=rtcp-fb:120 nack\r\n", "a=rtcp-fb:* nack\r\n")).unwrap();
    assert!(answer.contains("a=rtcp-fb:120 nack\r\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Real offers with lines dropped, doubled, cut, moved or overwritten. What is answered is
    /// answered section by section, and can be read.
    #[test]
    fn hostile_offers_are_answered_well_or_refused(
        offer in prop_oneof![mangled(FIREFOX), mangled(CHROMIUM)],
    ) {
        if let Some((agreement, answer)) = answered(&offer) {
            let mids = |text: &str| -> Vec<String> {
                text.lines().filter(|line| line.starts_with("a=mid:")).map(str::to_owned).collect()
            };
            prop_assert_eq!(mids(&answer), mids(&offer));
            let heads = || answer.lines().filter(|line| line.starts_with("m="));
            // The library reads no protocol but this, refused or not.
            if heads().all(|head| head.contains(" UDP/TLS/RTP/SAVPF ")) {
                let read = SdpAnswer::from_sdp_string(&answer);
                prop_assert!(read.is_ok(), "{:?} {}", read.err(), answer);
            }
            let ssrcs: Vec<_> = agreement.lines.iter().filter_map(|line| line.ours).collect();
            prop_assert_eq!(
                ssrcs.len(),
                agreement.lines.iter().filter(|line| line.receives).count()
            );
        }
    }
}
