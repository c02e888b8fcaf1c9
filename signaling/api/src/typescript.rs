//! The TypeScript twins of the messages, as one file.
//!
//! In: the Rust types of this crate. Out: the text of `web/src/protocol.ts`.
//! Never: a type written by hand; `make generate` writes the file and a test compares it.

use crate::{
    attend, caption, care, interpreting, link, person, policy, quality, recorder, recording, role,
    socket, tutorial, visit,
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
    let all = [people(&config), of_interpreting(&config), of_attending(&config), messages(&config)];
    let declarations = all.concat();
    let constants = format!(
        "export const SUBPROTOCOL = \"{}\";\nexport const MESSAGE_BYTES_MAX = {};\n\
         export const CAPTION_CHARS_MAX = {};\nexport const CAPTIONS_PER_SECOND = {};\n",
        socket::SUBPROTOCOL,
        socket::MESSAGE_BYTES_MAX,
        caption::CAPTION_CHARS_MAX,
        caption::CAPTIONS_PER_SECOND
    );
    format!("{HEAD}\n{constants}\n{}", declarations.join("\n"))
}

/// Who is in a visit, what they are asked, send and are shown.
fn people(config: &Config) -> Vec<String> {
    vec![
        declaration::<role::Role>(config),
        declaration::<person::Relationship>(config),
        declaration::<person::Method>(config),
        declaration::<person::Outcome>(config),
        declaration::<person::Apart>(config),
        declaration::<policy::Purpose>(config),
        declaration::<policy::Gate>(config),
        declaration::<policy::Need>(config),
        declaration::<policy::Point>(config),
        declaration::<visit::SegmentKind>(config),
        declaration::<recorder::RecordingFailure>(config),
        declaration::<recording::RecordingAction>(config),
        declaration::<recording::RecordingState>(config),
        declaration::<recording::RestReason>(config),
        declaration::<care::Shown>(config),
        declaration::<care::Skip>(config),
        declaration::<care::SkipOf>(config),
        declaration::<care::Evidence>(config),
        declaration::<care::ConsentAnswer>(config),
        declaration::<care::ConsentAsk>(config),
        declaration::<care::GateAsk>(config),
        declaration::<care::Readiness>(config),
        declaration::<care::ChatTo>(config),
        declaration::<care::ReadyMade>(config),
        declaration::<care::ChatLine>(config),
        declaration::<care::Invitation>(config),
        declaration::<caption::CaptionLine>(config),
        declaration::<link::Redeem>(config),
        declaration::<link::Session>(config),
        declaration::<socket::Source>(config),
        declaration::<socket::Sources>(config),
        declaration::<socket::View>(config),
        declaration::<socket::Limited>(config),
        declaration::<socket::Felt>(config),
        declaration::<tutorial::Audience>(config),
        declaration::<tutorial::Playing>(config),
        declaration::<tutorial::Playable>(config),
        declaration::<tutorial::Showing>(config),
    ]
}

/// Languages, who interprets, and how well their lines do.
fn of_interpreting(config: &Config) -> Vec<String> {
    vec![
        declaration::<interpreting::InterpretingMode>(config),
        declaration::<interpreting::Level>(config),
        declaration::<interpreting::Heard>(config),
        declaration::<interpreting::Direction>(config),
        declaration::<interpreting::Channel>(config),
        declaration::<interpreting::SignLanguage>(config),
        declaration::<interpreting::Worked>(config),
        declaration::<quality::Verdict>(config),
        declaration::<quality::Measure>(config),
        declaration::<interpreting::StandardNow>(config),
        declaration::<interpreting::StandardsNow>(config),
    ]
}

/// What staff does for one person beside the talk.
fn of_attending(config: &Config) -> Vec<String> {
    vec![
        declaration::<attend::Topic>(config),
        declaration::<attend::Experience>(config),
        declaration::<attend::Told>(config),
        declaration::<attend::StillState>(config),
        declaration::<attend::LineState>(config),
        declaration::<attend::LineStep>(config),
        declaration::<attend::PersonLine>(config),
    ]
}

/// What is said, and what of it is said in parts.
fn messages(config: &Config) -> Vec<String> {
    vec![
        declaration::<socket::ClientMessage>(config),
        declaration::<socket::Standing>(config),
        declaration::<socket::Capability>(config),
        declaration::<socket::Presence>(config),
        declaration::<socket::Person>(config),
        declaration::<socket::Bound>(config),
        declaration::<socket::Slot>(config),
        declaration::<socket::Cause>(config),
        declaration::<socket::Motion>(config),
        declaration::<socket::Sound>(config),
        declaration::<socket::LayerWorth>(config),
        declaration::<socket::Delivery>(config),
        declaration::<socket::RefusalCode>(config),
        declaration::<socket::SlotCount>(config),
        declaration::<socket::ServerMessage>(config),
    ]
}

fn declaration<T: TS>(config: &Config) -> String {
    let docs: String = T::docs().unwrap_or_default();
    format!("{docs}export {}\n", T::decl(config))
}
