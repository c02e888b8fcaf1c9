//! The first look at what came over a socket.
//!
//! In: any bytes a stranger can send. Out: a message of `visit.v1`, or the kind it failed to be.
//! Never: a panic; the stranger's own text sent back.

use bedside_signaling_api::socket::ClientMessage;
use serde::Deserialize;
use std::borrow::Cow;

/// Every kind of message (`t`).
const KINDS: [&str; 11] = [
    "hello", "offer", "switch", "show", "felt", "admit", "decline", "remove", "leave", "end",
    "ping",
];

/// It is no message. Holds its kind, where that at least is one of ours, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAMessage(pub(super) &'static str);

/// Reads one text frame.
pub(super) fn parse(text: &str) -> Result<ClientMessage, NotAMessage> {
    serde_json::from_str(text).map_err(|_| NotAMessage(kind(text)))
}

/// The kind a text says it is, if it is one of ours.
fn kind(text: &str) -> &'static str {
    #[derive(Deserialize)]
    struct Tagged<'text> {
        #[serde(borrow)]
        t: Cow<'text, str>,
    }
    let tagged = serde_json::from_str::<Tagged<'_>>(text).ok();
    let known = tagged.and_then(|tagged| KINDS.into_iter().find(|kind| *kind == tagged.t));
    known.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{KINDS, NotAMessage, parse};
    use bedside_signaling_api::socket::{ClientMessage, Felt, Limited, Source, Sources, View};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn any_uuid() -> impl Strategy<Value = Uuid> {
        any::<u128>().prop_map(Uuid::from_u128)
    }

    fn any_sources() -> impl Strategy<Value = Sources> {
        any::<(bool, bool, bool)>().prop_map(|(microphone, camera, screen)| Sources {
            microphone,
            camera,
            screen,
        })
    }

    fn any_view() -> impl Strategy<Value = View> {
        let source =
            prop_oneof![Just(Source::Microphone), Just(Source::Camera), Just(Source::Screen)];
        (any_uuid(), source, any::<u16>(), any::<(bool, bool)>()).prop_map(
            |(participant, source, height, (pinned, signing))| View {
                participant,
                source,
                height,
                pinned,
                signing,
            },
        )
    }

    fn any_felt() -> impl Strategy<Value = Felt> {
        let limited = prop_oneof![Just(Limited::None), Just(Limited::Line), Just(Limited::Device)];
        let counts = any::<(u32, u64, u64, u32, u32, u32)>();
        let shown = any::<(Option<u32>, Option<u32>, Option<u32>)>();
        (counts, shown, limited).prop_map(|(counts, shown, limited)| Felt {
            span_ms: counts.0,
            samples: counts.1,
            concealed: counts.2,
            jitter_buffer_ms: counts.3,
            freezes: counts.4,
            frozen_ms: counts.5,
            frames_per_second: shown.0,
            height: shown.1,
            up_kbps: shown.2,
            limited,
        })
    }

    fn any_message() -> impl Strategy<Value = ClientMessage> {
        prop_oneof![
            any::<String>().prop_map(|session| ClientMessage::Hello { session }),
            (any::<u32>(), any::<String>(), any_sources()).prop_map(|(number, sdp, sources)| {
                ClientMessage::Offer { number, sdp, sources }
            }),
            any_sources().prop_map(|sources| ClientMessage::Switch { sources }),
            (prop::collection::vec(any_view(), 0..8), any::<bool>())
                .prop_map(|(views, data_saver)| ClientMessage::Show { views, data_saver }),
            any_felt().prop_map(|felt| ClientMessage::Felt { felt }),
            any_uuid().prop_map(|participant| ClientMessage::Admit {
                participant,
                shown: None,
                skip: Vec::new(),
            }),
            any_uuid().prop_map(|participant| ClientMessage::Decline { participant }),
            any_uuid().prop_map(|participant| ClientMessage::Remove { participant }),
            Just(ClientMessage::Leave),
            Just(ClientMessage::End { outcome: None, skip: Vec::new() }),
            Just(ClientMessage::Ping),
        ]
    }

    /// The fuzz body: any bytes, as a socket would hand them over.
    fn survives(bytes: &[u8]) {
        if let Ok(text) = std::str::from_utf8(bytes)
            && let Err(NotAMessage(kind)) = parse(text)
        {
            assert!(kind.is_empty() || KINDS.contains(&kind));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_message_comes_back(message in any_message()) {
            let text = serde_json::to_string(&message).expect("messages are JSON");
            prop_assert!(KINDS.contains(&message.kind()));
            prop_assert_eq!(parse(&text), Ok(message));
        }

        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            survives(&bytes);
        }

        #[test]
        fn broken_messages_are_survived(
            message in any_message(), at in any::<prop::sample::Index>(), byte in any::<u8>()
        ) {
            let mut bytes = serde_json::to_vec(&message).expect("messages are JSON");
            let at = at.index(bytes.len());
            bytes[at] = byte;
            survives(&bytes);
            survives(&bytes[..at]);
        }

        #[test]
        fn any_shape_of_json_is_survived(text in r#"(\{|\[|"t"|:|,|"offer"|"sdp"|null|1e9|-|\}|\]| ){0,60}"#) {
            survives(text.as_bytes());
        }
    }

    #[test]
    fn a_known_kind_with_a_wrong_body_is_named() {
        assert_eq!(parse(r#"{"t":"offer"}"#), Err(NotAMessage("offer")));
        assert_eq!(parse(r#"{"t":"admit","participant":"me"}"#), Err(NotAMessage("admit")));
        assert_eq!(parse(r#"{"t":"switch","sources":{},"why":1}"#), Err(NotAMessage("switch")));
    }

    #[test]
    fn a_stranger_s_words_are_not_sent_back() {
        for text in [r#"{"t":"<b>hi</b>"}"#, "{}", "", "[]", r#"{"t":7}"#, "\u{0}"] {
            assert_eq!(parse(text), Err(NotAMessage("")), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let text = format!(r#"{{"t":"show","views":{}"#, "[".repeat(60_000));
        assert_eq!(parse(&text), Err(NotAMessage("")));
    }
}
