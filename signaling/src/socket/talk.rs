//! One person's socket, from the first message to the close.
//!
//! In: frames of the client, messages of the visit. Out: the same, each on its way.
//! Never: a frame that blocks the visit; an end without a reason.

use super::bucket::Bucket;
use super::hello::hello;
use super::parse::{NotAMessage, parse};
use super::{Closing, Desk};
use crate::hub::{Joined, Mouth, Outgoing};
use axum::body::Bytes;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use bedside_signaling_api::socket::{ClientMessage, MESSAGE_BYTES_MAX, RefusalCode, ServerMessage};
use futures_util::FutureExt;
use futures_util::future::Fuse;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// Messages that are none before the socket is closed. A newer client may say a few things
/// this server does not know.
pub const BAD_MESSAGES_MAX: u32 = 20;
/// Messages over the rate, one after another, before the socket is closed.
pub const EXCESS_MAX: u32 = 100;
/// Between two pings of ours. Browsers answer them even where a hidden tab's own timers stand
/// still; proxies that close silent connections see life.
const BEAT: Duration = Duration::from_secs(10);
/// Silence after which the other end is taken for gone: three beats.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// How long one message may take into the socket. The visit's own bound, the full queue, is
/// met sooner wherever there is something to say.
const WRITE_MAX: Duration = Duration::from_secs(10);
/// How long a close waits for the other end's. Longer gives a slow reader the reason.
const CLOSE_MAX: Duration = Duration::from_secs(5);

/// What a client sends.
#[derive(Debug)]
pub(super) enum Next {
    /// A text frame.
    Text(Utf8Bytes),
    /// A binary frame; `visit.v1` has none.
    Binary,
    /// A message over the size limit.
    TooBig,
    /// What came is not a WebSocket frame, or far too long a one.
    BadFrame,
    /// The other end has closed, or is gone.
    Gone,
}

/// Carries one socket through its life.
pub(super) async fn talk(mut socket: WebSocket, desk: Desk) {
    let mut stopping = desk.stopping.clone();
    let seated = tokio::select! {
        biased;
        () = stopped(&mut stopping) => Err(Some(Closing::GoingAway)),
        seated = hello(&mut socket, &desk) => seated,
    };
    let closing = match seated {
        Ok(joined) => carry(&mut socket, joined, stopping).await,
        Err(closing) => closing,
    };
    tracing::debug!(reason = closing.map_or("The client closed.", Closing::reason), "socket");
    if closing == Some(Closing::GoingAway) {
        // Whether or not it is heard, the socket is closed.
        let _heard = say(&mut socket, &ServerMessage::GoingAway).await;
    }
    hang_up(socket, closing).await;
}

/// The part of a talk that is changed by what is heard.
struct Hearing {
    mouth: Mouth,
    bucket: Bucket,
    excess: u32,
    bad: u32,
}

type Cut = Fuse<oneshot::Receiver<Closing>>;

/// Carries messages both ways. `None`: the other end has closed.
async fn carry(
    socket: &mut WebSocket,
    joined: Joined,
    mut stopping: watch::Receiver<bool>,
) -> Option<Closing> {
    let Joined { mut queue, cut, mouth } = joined;
    let mut cut = cut.fuse();
    let bucket = Bucket::full(Instant::now().into_std());
    let mut hearing = Hearing { mouth, bucket, excess: 0, bad: 0 };
    let mut heard_at = Instant::now();
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let to_send = tokio::select! {
            biased;
            Ok(closing) = &mut cut => return Some(closing),
            () = stopped(&mut stopping) => return Some(Closing::GoingAway),
            outgoing = queue.recv() => match outgoing {
                Some(Outgoing::Say(message)) => Some(frame(&message)),
                Some(Outgoing::Close(closing)) => return Some(closing),
                // The visit's actor is gone without a word.
                None => return Some(Closing::Again),
            },
            received = socket.recv() => {
                heard_at = Instant::now();
                match hearing.hear(sort(received)).await {
                    Ok(answer) => answer.map(|message| frame(&message)),
                    Err(closing) => return closing,
                }
            }
            _ = beat.tick() => {
                if heard_at.elapsed() > SILENCE_MAX {
                    return Some(Closing::Silent);
                }
                Some(Message::Ping(Bytes::new()))
            }
        };
        if let Some(message) = to_send
            && let Err(closing) = write_unless_cut(socket, message, &mut cut).await
        {
            return closing;
        }
    }
}

/// Returns when the service stops; never, when nobody is left who could say so.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let is_stopping = stopping.wait_for(|stopping| *stopping).await.is_ok();
    if !is_stopping {
        std::future::pending::<()>().await;
    }
}

impl Hearing {
    /// Takes in what was heard; returns what the socket itself answers.
    async fn hear(&mut self, next: Heard) -> Result<Option<ServerMessage>, Option<Closing>> {
        let text = match next {
            Heard::Sign => return Ok(None),
            Heard::Next(Next::Text(text)) => text,
            Heard::Next(Next::Binary) => return self.refuse_bad(""),
            Heard::Next(Next::TooBig) => return Err(Some(Closing::TooBig)),
            Heard::Next(Next::BadFrame) => return Err(Some(Closing::BadFrame)),
            Heard::Next(Next::Gone) => return Err(None),
        };
        if !self.bucket.take(Instant::now().into_std()) {
            return self.refuse_excess();
        }
        self.excess = 0;
        match parse(&text) {
            Ok(ClientMessage::Ping) => Ok(Some(ServerMessage::Pong)),
            Ok(message) => {
                if self.mouth.say(message).await {
                    Ok(None)
                } else {
                    Err(Some(Closing::Again))
                }
            }
            Err(NotAMessage(kind)) => self.refuse_bad(kind),
        }
    }

    fn refuse_bad(&mut self, to: &str) -> Result<Option<ServerMessage>, Option<Closing>> {
        self.bad = self.bad.saturating_add(1);
        if self.bad > BAD_MESSAGES_MAX {
            return Err(Some(Closing::BadMessages));
        }
        Ok(Some(ServerMessage::Refused {
            to: to.to_owned(),
            code: RefusalCode::BadMessage,
            number: None,
        }))
    }

    fn refuse_excess(&mut self) -> Result<Option<ServerMessage>, Option<Closing>> {
        self.excess = self.excess.saturating_add(1);
        if self.excess > EXCESS_MAX {
            return Err(Some(Closing::TooMany));
        }
        Ok(Some(ServerMessage::Refused {
            to: String::new(),
            code: RefusalCode::TooMany,
            number: None,
        }))
    }
}

/// What came over the socket.
enum Heard {
    /// A sign of life without content.
    Sign,
    /// Something to look at.
    Next(Next),
}

fn sort(received: Option<Result<Message, axum::Error>>) -> Heard {
    match received {
        Some(Ok(Message::Text(text))) if text.len() > MESSAGE_BYTES_MAX => {
            Heard::Next(Next::TooBig)
        }
        Some(Ok(Message::Text(text))) => Heard::Next(Next::Text(text)),
        Some(Ok(Message::Binary(_))) => Heard::Next(Next::Binary),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Heard::Sign,
        Some(Ok(Message::Close(_))) | None => Heard::Next(Next::Gone),
        Some(Err(_)) => Heard::Next(Next::BadFrame),
    }
}

/// The next thing that is more than a sign of life.
pub(super) async fn next(socket: &mut WebSocket) -> Next {
    loop {
        if let Heard::Next(next) = sort(socket.recv().await) {
            return next;
        }
    }
}

/// Sends one message to a socket that has no visit. `Err`: it is gone or too slow.
pub(super) async fn say(
    socket: &mut WebSocket,
    message: &ServerMessage,
) -> Result<(), Option<Closing>> {
    write(socket, frame(message)).await
}

async fn write_unless_cut(
    socket: &mut WebSocket,
    message: Message,
    cut: &mut Cut,
) -> Result<(), Option<Closing>> {
    tokio::select! {
        biased;
        Ok(closing) = cut => Err(Some(closing)),
        written = write(socket, message) => written,
    }
}

async fn write(socket: &mut WebSocket, message: Message) -> Result<(), Option<Closing>> {
    match timeout(WRITE_MAX, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(None),
        Err(_) => Err(Some(Closing::TooSlow)),
    }
}

fn frame(message: &ServerMessage) -> Message {
    let text = serde_json::to_string(message)
        .expect("messages hold only strings, numbers, lists and ids, which JSON can always write");
    Message::Text(text.into())
}

/// Closes with the reason, and waits a little for the other end to do the same.
async fn hang_up(mut socket: WebSocket, closing: Option<Closing>) {
    let goodbye = async {
        if let Some(closing) = closing {
            socket.send(Message::Close(Some(closing.frame()))).await?;
        }
        while let Some(received) = socket.recv().await {
            received?;
        }
        Ok::<(), axum::Error>(())
    };
    // The other end may be gone, or may not care; the socket is dropped in any case.
    let _said = timeout(CLOSE_MAX, goodbye).await;
}
