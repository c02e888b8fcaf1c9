//! A camera or a screen that somebody sends: pictures at the rates of the script, as far as the
//! server finds them worth it and the line carries them.
//!
//! In: time, what is watched, requests for a keyframe. Out: packets, paced.
//! Never: a layer that nobody watches.

use crate::sim::camera::{Camera, LAYERS, Lens};
use crate::sim::outbox::{Outbox, Outgoing};
use bedside_sfu_api::{Bitrate, LayerWorth};
use std::time::{Duration, Instant};

/// A screen: one layer, a few pictures a second.
const SCREEN: Lens = Lens { layers: 1, rate: 5 };
const SCREEN_RATE: Bitrate = Bitrate::kbps(400);
/// In the number of who painted a picture: it is of a screen.
pub(crate) const SCREEN_BIT: u8 = 0x80;
/// The share of a line that pictures may take; voices and reports need the rest.
const LINE_PERCENT: u64 = 75;

/// From a keyframe that nobody asked for to the next.
const REFRESHED_EVERY: Duration = Duration::from_secs(2);

/// The pictures.
#[derive(Debug)]
pub(crate) struct Pictures {
    camera: Camera,
    outbox: Outbox,
    /// What each layer takes, smallest first.
    rates: Vec<Bitrate>,
    worth: Vec<LayerWorth>,
    /// The rates are the script's, whatever the server finds worth it.
    is_steady: bool,
    line: Option<Bitrate>,
    is_on: bool,
    begins: Instant,
    frame: u32,
    /// When a keyframe is made that nobody asked for.
    refresh_at: Option<Instant>,
}

impl Pictures {
    pub(crate) fn camera(origin: u8, rates: Vec<Bitrate>, now: Instant, seed: u64) -> Self {
        let lens = Lens { layers: rates.len(), ..Lens::LARGE };
        Self::new(Camera::new(origin, lens, seed), rates, now)
    }

    /// Sends what the script says from now on, whatever the server finds worth it.
    pub(crate) const fn keep_steady(mut self, is_steady: bool) -> Self {
        self.is_steady = is_steady;
        self
    }

    pub(crate) fn screen(origin: u8, now: Instant, seed: u64) -> Self {
        Self::new(Camera::new(origin | SCREEN_BIT, SCREEN, seed), vec![SCREEN_RATE], now)
    }

    fn new(camera: Camera, rates: Vec<Bitrate>, now: Instant) -> Self {
        let worth = vec![LayerWorth { watched: true, rate_max: None }; rates.len()];
        let outbox = Outbox::default();
        let mut pictures = Self {
            camera,
            outbox,
            rates,
            worth,
            is_steady: false,
            line: None,
            is_on: false,
            begins: now,
            frame: 0,
            refresh_at: None,
        };
        pictures.share();
        pictures
    }

    /// Makes keyframes that nobody asked for, or none.
    pub(crate) fn refresh(mut self, is_wanted: bool) -> Self {
        self.refresh_at = is_wanted.then(|| self.begins + REFRESHED_EVERY);
        self
    }

    pub(crate) fn set_worth(&mut self, worth: Vec<LayerWorth>) {
        if !self.is_steady {
            self.worth = worth;
            self.share();
        }
    }

    pub(crate) fn set_line(&mut self, rate: Option<Bitrate>) {
        self.line = rate;
        self.share();
    }

    pub(crate) fn switch(&mut self, on: bool) {
        self.is_on = on;
        self.share();
    }

    pub(crate) fn request_keyframe(&mut self, now: Instant) {
        self.camera.request_keyframe(now);
    }

    /// The first picture is taken now.
    pub(crate) fn begin(&mut self, now: Instant) {
        self.begins = now;
        self.frame = 0;
    }

    pub(crate) fn next_at(&self) -> Instant {
        let frame = self.frame_at();
        self.outbox.next_at().map_or(frame, |at| at.min(frame))
    }

    /// The next packet whose turn it is.
    pub(crate) fn poll(&mut self, now: Instant) -> Option<Outgoing> {
        while self.frame_at() <= now {
            let since = self.frame_at().saturating_duration_since(self.begins);
            self.frame += 1;
            if self.refresh_at.is_some_and(|at| at <= now) {
                self.refresh_at = Some(now + REFRESHED_EVERY);
                self.camera.request_keyframe(now);
            }
            let full = self.outbox.full(now);
            for frame in self.camera.handle_frame(now, since, full) {
                self.outbox.push_frame(now, frame);
            }
        }
        self.outbox.poll(now, self.rate())
    }

    fn frame_at(&self) -> Instant {
        // A moment after the first word, as no two clocks begin together.
        self.begins + Duration::from_millis(7) + self.camera.lens().interval() * self.frame
    }

    fn rate(&self) -> Bitrate {
        self.camera.rates().into_iter().flatten().sum()
    }

    fn share(&mut self) {
        let shares = shares(&self.rates, &self.worth, self.line);
        self.camera.set_rates(if self.is_on { shares } else { [None; LAYERS] });
    }
}

/// What each layer takes: what the script says, no more than the server wants, and together what
/// the line carries; the smallest layer goes even where it does not fit.
fn shares(
    rates: &[Bitrate],
    worth: &[LayerWorth],
    line: Option<Bitrate>,
) -> [Option<Bitrate>; LAYERS] {
    let mut left = line.map(|line| line.percent(LINE_PERCENT));
    let mut shares = [None; LAYERS];
    for (place, (share, rate)) in shares.iter_mut().zip(rates).enumerate() {
        let worth = worth.get(place).copied();
        let worth = worth.unwrap_or(LayerWorth { watched: place == 0, rate_max: None });
        let rate = worth.rate_max.map_or(*rate, |most| most.min(*rate));
        let fits = left.is_none_or(|left| rate <= left) || place == 0;
        if worth.watched && fits {
            *share = Some(rate);
            left = left.map(|left| left.saturating_sub(rate));
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::some_instant;
    use proptest::prelude::*;

    const ON: LayerWorth = LayerWorth { watched: true, rate_max: None };
    const OFF: LayerWorth = LayerWorth { watched: false, rate_max: None };

    fn rates() -> Vec<Bitrate> {
        vec![Bitrate::kbps(150), Bitrate::kbps(500), Bitrate::kbps(1_500)]
    }

    #[test]
    fn what_nobody_watches_and_what_does_not_fit_is_left_out() {
        let kbps = |shares: [Option<Bitrate>; LAYERS]| {
            shares.map(|share| share.map_or(0, |rate| rate.as_bps() / 1_000))
        };
        let line = |kbps| Some(Bitrate::kbps(kbps));
        assert_eq!(kbps(shares(&rates(), &[ON; 3], None)), [150, 500, 1_500]);
        assert_eq!(kbps(shares(&rates(), &[ON, OFF, ON], None)), [150, 0, 1_500]);
        assert_eq!(kbps(shares(&rates(), &[ON; 3], line(1_000))), [150, 500, 0]);
        assert_eq!(kbps(shares(&rates(), &[ON; 3], line(100))), [150, 0, 0]);
        let capped = LayerWorth { watched: true, rate_max: Some(Bitrate::kbps(80)) };
        assert_eq!(kbps(shares(&rates(), &[capped, OFF, OFF], line(400))), [80, 0, 0]);
    }

    #[test]
    fn a_camera_sends_its_rate_and_nothing_while_it_is_off() {
        let start = some_instant();
        let mut pictures = Pictures::camera(1, vec![Bitrate::kbps(1_000)], start, 1);
        let mut second = |number: u32, on: bool| {
            pictures.switch(on);
            let from = start + Duration::from_secs(number.into());
            let mut bytes = 0;
            for ms in 0..1_000 {
                while let Some(out) = pictures.poll(from + Duration::from_millis(ms)) {
                    assert_eq!(out.layer, Some(0));
                    bytes += out.payload.len();
                }
            }
            8 * bytes / 1_000
        };
        second(0, true);
        second(1, true);
        let kbps = second(2, true);
        assert!((900..1_100).contains(&kbps), "{kbps}");
        second(3, false);
        assert_eq!(second(4, false), 0);
    }

    proptest! {
        #[test]
        fn no_more_than_the_line_carries_but_the_smallest(line in 200_u64..10_000) {
            let sent: Bitrate =
                shares(&rates(), &[ON; 3], Some(Bitrate::kbps(line))).into_iter().flatten().sum();
            prop_assert!(sent <= Bitrate::kbps(line));
        }
    }
}
