//! What a publisher's own line has for their voice, seen from how late it comes.
//!
//! In: the queue in front of their voice, once a tick. Out: the bits a second worth asking for.
//! Never: an estimate of the line; the client has one, and gives up pictures by it. This is for
//! the line that cannot even tell us so.

use bedside_sfu_api::Bitrate;
use std::time::{Duration, Instant};

/// A queue from which the voice alone is too much for the line.
const JAMMED_FROM: Duration = Duration::from_millis(400);
/// A queue below which the line is taken to have room again.
const CLEAR_BELOW: Duration = Duration::from_millis(80);
/// Room for a voice of the lowest rate in its longest packets.
const LEAST: Bitrate = Bitrate::kbps(25);
/// Room for any voice.
const MOST: Bitrate = Bitrate::kbps(150);
/// How much more is tried, in percent, and how long the line has to be clear for it: longer each
/// time it was too much.
const TRY_PERCENT: u64 = 140;
const TRY_AFTER: Duration = Duration::from_secs(5);
const TRY_AFTER_MAX: Duration = Duration::from_secs(60);

/// The line of one publisher.
#[derive(Debug)]
pub(crate) struct Uplink {
    room: Bitrate,
    try_after: Duration,
    clear_since: Option<Instant>,
}

impl Default for Uplink {
    fn default() -> Self {
        Self { room: MOST, try_after: TRY_AFTER, clear_since: None }
    }
}

impl Uplink {
    /// The voice waits this long in front of the line.
    pub(crate) fn handle_queue(&mut self, now: Instant, queue: Duration) {
        if queue > JAMMED_FROM {
            if self.room > LEAST && self.room < MOST {
                self.try_after = (self.try_after * 2).min(TRY_AFTER_MAX);
            }
            self.room = LEAST;
        }
        if queue > CLEAR_BELOW {
            self.clear_since = None;
            return;
        }
        let since = *self.clear_since.get_or_insert(now);
        if self.room < MOST && now >= since + self.try_after {
            self.room = self.room.percent(TRY_PERCENT).min(MOST);
            self.clear_since = Some(now);
        }
    }

    /// Whether it has room for any voice, so that nothing tells of a line that is short of it.
    pub(crate) fn is_clear(&self) -> bool {
        self.room == MOST
    }

    /// What it has for the voice, all headers counted.
    pub(crate) const fn room(&self) -> Bitrate {
        self.room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jammed_line_is_asked_for_little_and_for_more_by_and_by() {
        let (start, mut uplink) = (crate::some_instant(), Uplink::default());
        let at = |s: u64| start + Duration::from_secs(s);
        let ms = Duration::from_millis;
        uplink.handle_queue(at(0), ms(300));
        assert!(uplink.is_clear(), "a moment's queue");
        uplink.handle_queue(at(1), ms(900));
        assert_eq!((uplink.room(), uplink.is_clear()), (LEAST, false));
        (2..=7).for_each(|s| uplink.handle_queue(at(s), ms(20)));
        assert_eq!(uplink.room(), LEAST.percent(TRY_PERCENT));
        uplink.handle_queue(at(8), ms(500));
        (9..=18).for_each(|s| uplink.handle_queue(at(s), ms(20)));
        assert_eq!(uplink.room(), LEAST, "it was too much: wait longer");
        (19..=120).for_each(|s| uplink.handle_queue(at(s), ms(20)));
        assert_eq!(uplink.room(), MOST);
    }
}
