//! The TypeScript twins of the messages, as one file.
//!
//! In: the Rust types of this crate. Out: the text of `web/src/protocol.ts`.
//! Never: a type written by hand; `make generate` writes the file and a test compares it.

use crate::{
    care, interpreting, link, person, policy, recorder, recording, role, socket, tutorial, visit,
};
use ts_rs::{Config, TS};

/// First lines of the generated file.
const HEAD: &str = "\
// The messages of `visit.v1` and of link redemption.
// Generated from signaling/api by `make generate`; do not edit.
";

/// The text of `protocol.ts`.
#[must_use]
pub fn typescript() -> String {
    let config = Config::default();
    let declarations = [
        declaration::<role::Role>(&config),
        declaration::<person::Relationship>(&config),
        declaration::<person::Method>(&config),
        declaration::<person::Outcome>(&config),
        declaration::<person::Apart>(&config),
        declaration::<policy::Purpose>(&config),
        declaration::<policy::Gate>(&config),
        declaration::<policy::Need>(&config),
        declaration::<policy::Point>(&config),
        declaration::<visit::SegmentKind>(&config),
        declaration::<recorder::RecordingFailure>(&config),
        declaration::<recording::RecordingAction>(&config),
        declaration::<recording::RecordingState>(&config),
        declaration::<recording::RestReason>(&config),
        declaration::<care::Shown>(&config),
        declaration::<care::Skip>(&config),
        declaration::<care::SkipOf>(&config),
        declaration::<care::Evidence>(&config),
        declaration::<care::ConsentAnswer>(&config),
        declaration::<care::ConsentAsk>(&config),
        declaration::<care::GateAsk>(&config),
        declaration::<care::Readiness>(&config),
        declaration::<care::ChatTo>(&config),
        declaration::<care::ReadyMade>(&config),
        declaration::<care::ChatLine>(&config),
        declaration::<care::Invitation>(&config),
        declaration::<link::Redeem>(&config),
        declaration::<link::Session>(&config),
        declaration::<socket::Source>(&config),
        declaration::<socket::Sources>(&config),
        declaration::<socket::View>(&config),
        declaration::<socket::Limited>(&config),
        declaration::<socket::Felt>(&config),
        declaration::<tutorial::Audience>(&config),
        declaration::<tutorial::Playing>(&config),
        declaration::<tutorial::Playable>(&config),
        declaration::<tutorial::Showing>(&config),
        declaration::<interpreting::InterpretingMode>(&config),
        declaration::<interpreting::Level>(&config),
        declaration::<interpreting::Heard>(&config),
        declaration::<interpreting::Direction>(&config),
        declaration::<interpreting::Channel>(&config),
        declaration::<socket::ClientMessage>(&config),
        declaration::<socket::Standing>(&config),
        declaration::<socket::Capability>(&config),
        declaration::<socket::Presence>(&config),
        declaration::<socket::Person>(&config),
        declaration::<socket::Bound>(&config),
        declaration::<socket::Slot>(&config),
        declaration::<socket::Cause>(&config),
        declaration::<socket::Motion>(&config),
        declaration::<socket::Sound>(&config),
        declaration::<socket::LayerWorth>(&config),
        declaration::<socket::Delivery>(&config),
        declaration::<socket::RefusalCode>(&config),
        declaration::<socket::SlotCount>(&config),
        declaration::<socket::ServerMessage>(&config),
    ];
    let constants = format!(
        "export const SUBPROTOCOL = \"{}\";\nexport const MESSAGE_BYTES_MAX = {};\n",
        socket::SUBPROTOCOL,
        socket::MESSAGE_BYTES_MAX
    );
    format!("{HEAD}\n{constants}\n{}", declarations.join("\n"))
}

fn declaration<T: TS>(config: &Config) -> String {
    let docs: String = T::docs().unwrap_or_default();
    format!("{docs}export {}\n", T::decl(config))
}
