//! Offers of real browsers, and what is refused.

use super::*;
use crate::packet::Codec;
use bedside_rtp::header::Extension;
use bedside_sfu_api::Kind;
use proptest::prelude::*;

const CHROMIUM: &str = include_str!("../../shard/offer.sdp");
const FIREFOX: &str = include_str!("firefox.sdp");

fn refused(offer: &str) -> Option<BadOffer> {
    Offer::read(offer).err()
}

#[test]
fn chromiums_offer_is_read() {
    let offer = Offer::read(CHROMIUM).unwrap();
    assert_eq!((offer.theirs.ufrag(), offer.mixes, offer.sections.len()), ("xl6O", true, 10));
    assert!(offer.fingerprint.to_string().starts_with("sha-256 AB:08:72:7C:"));
    let [microphone, camera, screen, ..] = &offer.sections[..] else { panic!() };
    let opus = microphone.codecs.first().unwrap();
    assert_eq!(
        (opus.codec, opus.number, opus.red, opus.repair),
        (Codec::Opus, 111, Some(63), None)
    );
    assert_eq!(opus.feedback, 0b1);
    let codecs: Vec<_> = camera.codecs.iter().map(|c| (c.codec, c.number, c.repair)).collect();
    assert_eq!(codecs, [(Codec::Vp8, 96, Some(97)), (Codec::H264, 108, Some(109))]);
    assert_eq!(camera.codecs[0].feedback, 0b1_1111);
    assert_eq!(&camera.rids[..], ["q", "h", "f"]);
    assert_eq!((camera.stream, screen.stream.is_some()), (None, true));
    assert_eq!((microphone.kind, camera.kind), (Some(Kind::Audio), Some(Kind::Video)));
    assert_eq!(camera.extensions.id(Extension::Orientation), Some(13));
    assert_eq!(camera.extensions.id(Extension::AudioLevel), None);
    assert!(microphone.sends && !microphone.receives);
}

#[test]
fn firefoxs_offer_is_read() {
    let offer = Offer::read(FIREFOX).unwrap();
    let sends = offer.sections.iter().filter(|section| section.sends).count();
    assert_eq!(sends, 3);
    let camera = &offer.sections[1];
    assert_eq!(&camera.rids[..], ["q", "h", "f"]);
    assert_eq!(
        camera.codecs.first().map(|c| (c.codec, c.repair.is_some())),
        Some((Codec::Vp8, true))
    );
}

#[test]
fn an_offer_that_cannot_be_answered_is_refused_by_its_reason() {
    let without = |part: &str| -> String {
        CHROMIUM.split_inclusive('\n').filter(|line| !line.starts_with(part)).collect()
    };
    for (offer, reason) in [
        ("hello".to_owned(), BadOffer::NotSdp),
        (CHROMIUM.replacen("m=audio 9 ", "m=audio nine ", 1), BadOffer::NotSdp),
        (CHROMIUM.split("m=").next().unwrap().to_owned(), BadOffer::Sections),
        (without("a=mid:3"), BadOffer::Name),
        (CHROMIUM.replace("a=mid:3", "a=mid:4"), BadOffer::Name),
        (CHROMIUM.replace("a=mid:3", "a=mid:3 4"), BadOffer::Name),
        (CHROMIUM.replace("a=mid:3", "a=mid:much-longer-than-it-may"), BadOffer::Name),
        (CHROMIUM.replace("BUNDLE 0 1", "BUNDLE 0"), BadOffer::NotBundled),
        (CHROMIUM.replace("BUNDLE 0 1", "BUNDLE 0 1 10"), BadOffer::NotBundled),
        (without("a=group"), BadOffer::NotBundled),
        (CHROMIUM.replace("a=rtpmap:9 ", "a=rtpmap:111 "), BadOffer::Formats),
        (CHROMIUM.replacen("SAVPF 111", "SAVPF 128", 1), BadOffer::Formats),
        (without("a=ice-pwd"), BadOffer::NoCredentials),
        (without("a=fingerprint"), BadOffer::NoFingerprint),
        (CHROMIUM.replace("sha-256", "sha-1"), BadOffer::NoFingerprint),
        (CHROMIUM.replace("setup:actpass", "setup:passive"), BadOffer::Passive),
        (
            CHROMIUM.replacen("a=msid-semantic", "a=ice-lite\r\na=msid-semantic", 1),
            BadOffer::Passive,
        ),
    ] {
        assert_eq!(refused(&offer), Some(reason), "{offer}");
    }
}

#[test]
fn sections_come_to_an_end() {
    let (head, section) =
        (CHROMIUM.split("m=").next().unwrap(), CHROMIUM.split("m=").nth(1).unwrap());
    let sections = |count: usize| -> String {
        (0..count).map(|n| format!("m={section}").replace("mid:0", &format!("mid:{n}"))).collect()
    };
    let bundle = |count: usize| {
        let mids: Vec<_> = (0..count).map(|n| n.to_string()).collect();
        let head = head.replace("0 1 2 3 4 5 6 7 8 9", &mids.join(" "));
        head + &sections(count)
    };
    assert_eq!(Offer::read(&bundle(SECTIONS_MAX)).unwrap().sections.len(), SECTIONS_MAX);
    assert_eq!(refused(&bundle(SECTIONS_MAX + 1)), Some(BadOffer::Sections));
}

#[test]
fn h264_is_taken_in_the_one_way_that_all_have() {
    let offer = |parameters: &str| {
        CHROMIUM.replace(
            "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
            parameters,
        )
    };
    for (parameters, taken) in [
        ("packetization-mode=1;profile-level-id=42e01f", true),
        ("profile-level-id=42E034; packetization-mode=1", true),
        ("profile-level-id=4d801f;packetization-mode=1", true),
        ("profile-level-id=42001f;packetization-mode=1", false),
        ("profile-level-id=640c1f;packetization-mode=1", false),
        ("profile-level-id=42e01f;packetization-mode=0", false),
        ("profile-level-id=42e01f", false),
        ("packetization-mode=1", false),
        ("profile-level-id=+2e01f;packetization-mode=1", false),
    ] {
        let text = offer(parameters);
        let read = Offer::read(&text).unwrap();
        let has = read.sections[1].codecs.iter().any(|offered| offered.codec == Codec::H264);
        assert_eq!(has, taken, "{parameters}");
    }
}

#[test]
fn layers_are_read_in_every_way_they_are_written() {
    let of = |text: &str| -> Vec<String> {
        let offer = CHROMIUM.replace("a=simulcast:send q;h;f", text);
        let offer = Offer::read(&offer).unwrap();
        offer.sections[1].rids.iter().map(|rid| (*rid).to_owned()).collect()
    };
    assert_eq!(of("a=simulcast:recv x send q;~h;f,g"), ["q", "h", "f"]);
    assert_eq!(of("a=simulcast:send a;b;c;d;e"), ["a", "b", "c"]);
    assert_eq!(of("a=simulcast:send a b;;ü"), ["a"]);
    assert_eq!(of("a=simulcast:recv a;b"), [""; 0]);
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,200}", lines in proptest::collection::vec("(m=|a=|a=rtpmap:|a=fmtp:|a=ssrc-group:FID |a=extmap:|a=simulcast:send |a=fingerprint:sha-256 )[ -~]{0,30}", 0..40)) {
        let _ = Offer::read(&text);
        let _ = Offer::read(&format!("v=0\r\n{}", lines.join("\r\n")));
    }
}
