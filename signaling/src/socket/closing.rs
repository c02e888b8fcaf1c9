//! Why a socket is closed, in the close frame's own words (RFC 6455).
//!
//! In: a reason. Out: a status code and a plain sentence.
//! Never: a name, an id or a secret.

use axum::extract::ws::{CloseFrame, close_code};
use bedside_signaling_api::socket::Standing;

/// Status code "service restart" of the IANA registry; the `ws` crate has no name for it.
const SERVICE_RESTART: u16 = 1012;

/// Why a socket is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The person has no more business here.
    Standing(Standing),
    /// The first message was not `hello`, or came too late.
    NoHello,
    /// The session is unknown or over.
    BadSession,
    /// The server could not do it; trying again may work.
    Fault,
    /// More messages than a person can mean, for too long.
    TooMany,
    /// Too many messages that are none.
    BadMessages,
    /// A message over the size limit.
    TooBig,
    /// What came is no WebSocket frame, or far too long a one.
    BadFrame,
    /// The page does not take in what is sent to it.
    TooSlow,
    /// Nothing was heard for too long.
    Silent,
    /// The server is stopping.
    GoingAway,
    /// The visit goes on elsewhere, or from its log; come back.
    Again,
}

impl Closing {
    /// The close frame's status code.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Standing(_) => close_code::NORMAL,
            Self::NoHello
            | Self::BadSession
            | Self::TooMany
            | Self::BadMessages
            | Self::TooSlow
            | Self::Silent => close_code::POLICY,
            Self::Fault => close_code::ERROR,
            Self::TooBig => close_code::SIZE,
            Self::BadFrame => close_code::PROTOCOL,
            Self::GoingAway => close_code::AWAY,
            Self::Again => SERVICE_RESTART,
        }
    }

    /// The close frame's sentence; at most 123 bytes.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Standing(Standing::Declined) => "Staff has sent this person away.",
            Self::Standing(Standing::Removed) => "Staff has taken this person out.",
            Self::Standing(Standing::Left) => "This person has left.",
            Self::Standing(Standing::Ended) => "The visit is over.",
            Self::Standing(Standing::Cancelled) => "The visit was cancelled.",
            Self::Standing(Standing::Replaced) => "The link was opened elsewhere.",
            Self::Standing(Standing::Missed) => "The visit went by without this person.",
            Self::Standing(Standing::Early | Standing::Waiting | Standing::Admitted) => {
                "The seat is free."
            }
            Self::NoHello => "The first message must be `hello`, and soon.",
            Self::BadSession => "The session is unknown or over; open the link again.",
            Self::Fault => "The server could not do it; try again.",
            Self::TooMany => "More messages than a person can mean.",
            Self::BadMessages => "Too many messages that are not of visit.v1.",
            Self::TooBig => "The message is too long.",
            Self::BadFrame => "That is not a frame of a WebSocket.",
            Self::TooSlow => "The messages are not being read.",
            Self::Silent => "Nothing was heard for too long.",
            Self::GoingAway => "The server is stopping.",
            Self::Again => "The visit goes on; connect again.",
        }
    }

    /// The frame itself.
    pub(super) fn frame(self) -> CloseFrame {
        CloseFrame { code: self.code(), reason: self.reason().into() }
    }
}
