//! The way to the media plane, and its words in the words of the WebSocket.
//!
//! In: values of one language. Out: the same values in the other.
//! Never: a packet, a name; a participant crosses here as an opaque id.

use bedside_sfu_api as sfu;
use bedside_signaling_api::socket;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Both ends of the talk with the media plane.
#[derive(Debug)]
pub struct MediaLink {
    /// To the media plane.
    pub commands: mpsc::Sender<sfu::Command>,
    /// From the media plane.
    pub events: mpsc::Receiver<sfu::Event>,
}

/// The visit an event is about; `None` when it is about a shard.
pub(crate) fn visit_of(event: &sfu::Event) -> Option<Uuid> {
    event.room().map(|room| room.0)
}

/// What is switched on, for the media plane.
pub(crate) const fn media_sources(sources: socket::Sources) -> sfu::Sources {
    let socket::Sources { microphone, camera, screen } = sources;
    sfu::Sources { microphone, camera, screen }
}

/// A picture on a page, for the media plane.
pub(crate) const fn media_view(view: socket::View) -> sfu::View {
    sfu::View {
        publisher: sfu::ParticipantId(view.participant),
        source: match view.source {
            socket::Source::Microphone => sfu::Source::Microphone,
            socket::Source::Camera => sfu::Source::Camera,
            socket::Source::Screen => sfu::Source::Screen,
        },
        height: sfu::VideoHeight(view.height),
        pinned: view.pinned,
        signing: view.signing,
    }
}

/// A source, for a page.
pub(crate) const fn page_source(source: sfu::Source) -> socket::Source {
    match source {
        sfu::Source::Microphone => socket::Source::Microphone,
        sfu::Source::Camera => socket::Source::Camera,
        sfu::Source::Screen => socket::Source::Screen,
    }
}

/// A receive slot, for a page.
pub(crate) fn page_slot(slot: sfu::Slot) -> socket::Slot {
    let bound = slot.bound.map(|(publisher, source)| socket::Bound {
        participant: publisher.0,
        source: page_source(source),
    });
    socket::Slot { mid: slot.mid, bound }
}

/// What a viewer is given of one picture, for a page.
pub(crate) const fn page_delivery(delivery: sfu::Delivery) -> socket::Delivery {
    socket::Delivery {
        participant: delivery.publisher.0,
        source: page_source(delivery.source),
        wanted: delivery.wanted,
        given: delivery.given,
        motion: match delivery.motion {
            sfu::Motion::Still => socket::Motion::Still,
            sfu::Motion::Slow => socket::Motion::Slow,
            sfu::Motion::Half => socket::Motion::Half,
            sfu::Motion::Full => socket::Motion::Full,
        },
        cause: match delivery.cause {
            sfu::Cause::AsWanted => socket::Cause::AsWanted,
            sfu::Cause::YourLine => socket::Cause::YourLine,
            sfu::Cause::TheirSide => socket::Cause::TheirSide,
            sfu::Cause::NotShown => socket::Cause::NotShown,
            sfu::Cause::DataSaver => socket::Cause::DataSaver,
            sfu::Cause::TheServer => socket::Cause::TheServer,
        },
    }
}

/// How the voices are sent, for a page.
pub(crate) const fn page_sound(sound: sfu::Sound) -> socket::Sound {
    match sound {
        sfu::Sound::Plain => socket::Sound::Plain,
        sfu::Sound::Protected => socket::Sound::Protected,
        sfu::Sound::Thin => socket::Sound::Thin,
    }
}

/// What is worth sending of one layer, for a page.
pub(crate) fn page_worth(worth: sfu::LayerWorth) -> socket::LayerWorth {
    socket::LayerWorth { watched: worth.watched, kbps_max: worth.rate_max.map(kbps) }
}

/// What is worth sending of a voice, for a page.
pub(crate) fn page_voice(voice: sfu::VoiceWorth) -> socket::ServerMessage {
    let sfu::VoiceWorth { rate, packet_ms, redundant } = voice;
    socket::ServerMessage::VoiceWanted { kbps: kbps(rate), packet_ms, redundant }
}

/// Whole kilobits a second; a rate no line carries is the largest number there is.
pub(crate) fn kbps(rate: sfu::Bitrate) -> u32 {
    u32::try_from(rate.as_bps() / 1_000).unwrap_or(u32::MAX)
}

/// Why an offer was not accepted, for a page.
pub(crate) const fn page_refusal(refusal: sfu::MediaRefusal) -> socket::RefusalCode {
    match refusal {
        sfu::MediaRefusal::BadOffer => socket::RefusalCode::BadOffer,
        sfu::MediaRefusal::RoomFull => socket::RefusalCode::RoomFull,
        sfu::MediaRefusal::ServerFull => socket::RefusalCode::ServerFull,
    }
}
