//! Coalesces keyframe requests: many receivers lose a packet, the publisher is asked once.
//!
//! In: requests for one layer, and a tick. Out: whether to ask the publisher now.
//! Never: drops a request; one that comes too soon is held until it may go or a keyframe came.

use std::time::{Duration, Instant};

/// Least time between two requests for the same layer. A keyframe is some ten times a normal
/// frame: shorter heals sooner after loss, longer spares the publisher's line.
pub(crate) const KEYFRAME_INTERVAL: Duration = Duration::from_millis(300);

/// Requests for one layer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyframeRequests {
    asked_at: Option<Instant>,
    held: bool,
}

impl KeyframeRequests {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self { asked_at: None, held: false }
    }

    /// Somebody needs a keyframe. Whether to ask now.
    pub(crate) fn handle_request(&mut self, now: Instant) -> bool {
        self.held = true;
        self.handle_tick(now)
    }

    /// A keyframe has come; what was held is answered.
    pub(crate) fn handle_keyframe(&mut self) {
        self.held = false;
    }

    /// Whether to ask now for one that was held.
    pub(crate) fn handle_tick(&mut self, now: Instant) -> bool {
        let soon = self.asked_at.is_some_and(|at| now < at + KEYFRAME_INTERVAL);
        if !self.held || soon {
            return false;
        }
        self.held = false;
        self.asked_at = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_requests_becomes_one_an_interval() {
        let (mut requests, start) = (KeyframeRequests::new(), crate::some_instant());
        let asked: Vec<_> = (0..1_000_u32)
            .filter(|ms| requests.handle_request(start + Duration::from_millis(1) * *ms))
            .collect();
        assert_eq!(asked, [0, 300, 600, 900]);
    }

    #[test]
    fn a_keyframe_that_came_answers_what_was_held() {
        let (mut requests, start) = (KeyframeRequests::new(), crate::some_instant());
        assert!(requests.handle_request(start));
        assert!(!requests.handle_request(start + Duration::from_millis(50)));
        requests.handle_keyframe();
        assert!(!requests.handle_tick(start + KEYFRAME_INTERVAL));
    }

    #[test]
    fn a_held_request_goes_later() {
        let (mut requests, start) = (KeyframeRequests::new(), crate::some_instant());
        assert!(requests.handle_request(start));
        assert!(!requests.handle_request(start + Duration::from_millis(10)));
        assert!(!requests.handle_tick(start + Duration::from_millis(299)));
        assert!(requests.handle_tick(start + Duration::from_millis(300)));
        assert!(!requests.handle_tick(start + Duration::from_millis(900)));
    }
}
