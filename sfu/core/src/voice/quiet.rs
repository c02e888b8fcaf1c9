//! Fewer packets of somebody who is silent.
//!
//! While nobody speaks, an encoder with DTX sends every 400 ms one frame of the background's
//! noise and one that says it is quiet again. A decoder goes on with that noise by itself, so on
//! a line where headers count most of these pairs are left out, always both frames of one.
//!
//! In: frames, and whether the line is thin. Out: the frames worth sending, at times one later.
//! Never: leaves out a frame with a voice in it.

use super::VoiceFrame;
use crate::codec::opus;
use std::time::{Duration, Instant};

/// How often the noise is sent. The background seldom changes faster, and at 2 s four silent
/// people take 2 kbit/s instead of 12.
const COMFORT_EVERY: Duration = Duration::from_secs(2);

/// How long a frame waits for the next, which tells whether it was noise or the start of a
/// word: a packet of 20 ms and what its way may add.
const DOUBT_MAX: Duration = Duration::from_millis(60);

/// Whether somebody is silent.
#[derive(Debug, Default)]
pub(super) struct Quiet {
    silence: Option<Silence>,
}

#[derive(Debug)]
struct Silence {
    /// When noise was last sent.
    comforted_at: Instant,
    /// Noise was just sent; the frame that ends it goes too.
    comforting: bool,
    /// A frame in doubt, and when it came.
    doubted: Option<(Instant, VoiceFrame)>,
    /// A packet was lost, and with it perhaps the word that it is quiet.
    lost: bool,
}

impl Quiet {
    /// The frames to send now, in order.
    pub(super) fn handle_frame(
        &mut self,
        now: Instant,
        frame: VoiceFrame,
        thin: bool,
    ) -> [Option<VoiceFrame>; 2] {
        let silent = opus::is_silence(&frame.payload);
        let Some(silence) = &mut self.silence else {
            if silent {
                self.silence = Some(Silence::begin(now));
            }
            return [None, Some(frame)];
        };
        let doubted = silence.doubted.take().map(|(_, frame)| frame);
        let due = !thin || silence.lost || now >= silence.comforted_at + COMFORT_EVERY;
        if silent {
            if due || silence.comforting {
                *silence = Silence::begin(now);
                return [doubted, Some(frame)];
            }
            return [None, None];
        }
        let noise = frame.level.is_some_and(|level| !level.voice);
        if !noise || doubted.is_some() || silence.comforting {
            self.silence = None;
            return [doubted, Some(frame)];
        }
        if due {
            silence.comforting = true;
            return [None, Some(frame)];
        }
        silence.doubted = Some((now, frame));
        [None, None]
    }

    /// When a frame in doubt is given up.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let (came, _) = self.silence.as_ref()?.doubted.as_ref()?;
        Some(*came + DOUBT_MAX)
    }

    /// Gives a frame in doubt up: nothing followed it, so it was noise.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout().is_some_and(|at| at <= now)
            && let Some(silence) = &mut self.silence
        {
            silence.doubted = None;
        }
    }

    /// A packet was lost: a decoder that was not told of the silence hides losses instead of
    /// making noise, until it is told.
    pub(super) const fn handle_lost(&mut self) {
        if let Some(silence) = &mut self.silence {
            silence.lost = true;
        }
    }
}

impl Silence {
    const fn begin(now: Instant) -> Self {
        Self { comforted_at: now, comforting: false, doubted: None, lost: false }
    }
}
