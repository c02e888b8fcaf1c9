//! What our own page does about a poor uplink: it gives up pictures before the voice, rung by
//! rung, and climbs again when there is room.
//!
//! In: one sample a second of what the browser knows. Out: the rung, and what is sent on it.
//! Never: another rule than the page's own, which is `web/src/sdk/uplink.ts` (`same.rs` sees to
//! it); screens are left out, as nobody shares one here.

use super::uplink::share::most;
use bedside_sfu_api::{Bitrate, LayerWorth, VoiceWorth};
use std::time::{Duration, Instant};

/// From everything down to a plainer voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub(crate) enum Rung {
    /// Every layer.
    All,
    /// All but the largest.
    WithoutTop,
    /// The smallest alone.
    Lowest,
    /// That at a third of the frames.
    Slow,
    /// No picture.
    Voice,
    /// A voice in fewer, longer packets.
    Thin,
}

/// The most a picture takes on the rung `Slow`.
const SLOW: Bitrate = Bitrate::kbps(60);
/// A voice on the rung `Thin`.
const THIN_VOICE: VoiceWorth =
    VoiceWorth { rate: Bitrate::kbps(12), packet_ms: 60, redundant: false };
/// The names of the numbers are those of `uplink.ts`.
const LEAST_SHARE_PERCENT: u64 = 35;
const LEAST_SHARE_LOWEST_PERCENT: u64 = 50;
const PICTURE_MIN: Bitrate = Bitrate::kbps(30);
const VOICE_SHARE_PERCENT: u64 = 90;
const PATIENCE: u32 = 5;
const PATIENCE_TRIAL: u32 = 3;
const PATIENCE_VOICE: u32 = 2;
const COLLAPSE_PERCENT: u64 = 250;
const SPARE_PERCENT: u64 = 115;
const PLENTY_PERCENT: u64 = 200;
const CALM_KNOWN: Duration = Duration::from_secs(3);
const CALM_UPPER: Duration = Duration::from_secs(4);
const CALM_LOWER: Duration = Duration::from_secs(8);
const CALM_THIN: Duration = Duration::from_secs(20);
const CALM_NO_ROOM: Duration = Duration::from_secs(30);
const TRIAL: Duration = Duration::from_secs(10);
const FAILURES_MAX: u32 = 6;
const CALM_MAX: Duration = Duration::from_secs(240);
const QUEUE_MAX: Duration = Duration::from_millis(200);
const VOICE_LOSS_MAX_PERCENT: u64 = 2;
const VOICE_QUEUE_MAX: Duration = Duration::from_millis(100);
const VOICE_OVERSENT_PERCENT: u64 = 160;
/// A longer round trip is taken for a longer path by three hundredths a second.
const RTT_ADOPTED_PERCENT: u32 = 3;
const RTT_LONGER_MAX: Duration = Duration::from_millis(300);

impl Rung {
    const LADDER: [Self; 6] =
        [Self::All, Self::WithoutTop, Self::Lowest, Self::Slow, Self::Voice, Self::Thin];

    fn shows_pictures(self) -> bool {
        self < Self::Voice
    }

    /// How many layers it leaves of so many.
    fn layers(self, of: usize) -> usize {
        match self {
            Self::All => of,
            Self::WithoutTop => of.saturating_sub(1).max(1),
            Self::Lowest | Self::Slow => 1,
            Self::Voice | Self::Thin => 0,
        }
    }

    /// What is worth sending of the camera on this rung. Whoever watched a layer that it gives up
    /// gets the largest it leaves instead.
    pub(crate) fn camera(self, worth: &[LayerWorth]) -> Vec<LayerWorth> {
        let count = self.layers(worth.len());
        let instead = worth.iter().skip(count).any(|layer| layer.watched);
        let slow = (self == Self::Slow).then_some(SLOW);
        let sent = worth.iter().enumerate().map(|(index, layer)| LayerWorth {
            watched: index < count && (layer.watched || (instead && index + 1 == count)),
            rate_max: layer.rate_max.into_iter().chain(slow).min(),
        });
        sent.collect()
    }

    /// One picture of so many is sent.
    pub(crate) const fn every(self) -> u32 {
        match self {
            Self::Slow => 3,
            Self::All | Self::WithoutTop | Self::Lowest | Self::Voice | Self::Thin => 1,
        }
    }

    /// How the voice is sent on this rung, whatever the server has wanted of a better line.
    pub(crate) fn voice(self, wanted: VoiceWorth) -> VoiceWorth {
        if self == Self::Thin {
            VoiceWorth { rate: THIN_VOICE.rate.min(wanted.rate), ..THIN_VOICE }
        } else {
            wanted
        }
    }
}

/// One second, as far as the browser tells.
#[derive(Debug, Clone)]
pub(crate) struct Second {
    /// What the browser thinks the line carries.
    pub(crate) line: Bitrate,
    /// The browser leaves a layer out because the line carries no more.
    pub(crate) limited: bool,
    /// Packets lost of a hundred.
    pub(crate) loss_percent: u64,
    pub(crate) rtt: Option<Duration>,
    /// What the voice takes when it is not thin, with all headers.
    pub(crate) voice: Bitrate,
    /// What it has really taken.
    pub(crate) spoken: Bitrate,
    /// What everything together has taken.
    pub(crate) sent: Bitrate,
    /// What is worth sending of the camera; empty without one.
    pub(crate) worth: Vec<LayerWorth>,
}

/// What the page remembers of the uplink.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) rung: Rung,
    misfits: u32,
    calm_since: Option<Instant>,
    climbed_at: Option<Instant>,
    failures: u32,
    rtt: Option<Duration>,
    rtt_min: Option<Duration>,
    /// In the second before.
    sent: Bitrate,
}

impl Page {
    pub(crate) const fn new() -> Self {
        Self {
            rung: Rung::All,
            misfits: 0,
            calm_since: None,
            climbed_at: None,
            failures: 0,
            rtt: None,
            rtt_min: None,
            sent: Bitrate::ZERO,
        }
    }

    /// Another second has passed.
    pub(crate) fn step(self, second: &Second, now: Instant) -> Self {
        Self { sent: second.sent, ..self.decided(second, now) }
    }

    fn decided(self, second: &Second, now: Instant) -> Self {
        let rtt_min = { self.rtt_min.into_iter() }.chain(second.rtt).min();
        let longest = rtt_min.map(|min| min + RTT_LONGER_MAX);
        let rtt = base_rtt(self.rtt, second.rtt).min(longest);
        let mut page = Self { rtt, rtt_min, ..self };
        if page.climbed_at.is_some_and(|at| now >= at + TRIAL) {
            page.climbed_at = None;
            page.failures = 0;
        }
        if !page.fits(second) {
            return page.misfit(second);
        }
        page.misfits = 0;
        if page.queue(second) > QUEUE_MAX {
            return Self { calm_since: None, ..page };
        }
        page.calm_since = Some(page.calm_since.unwrap_or(now));
        page.climb(second, now)
    }

    fn fits(self, second: &Second) -> bool {
        let sent = sent(second, self.rung).len();
        if sent > 1 && !second.limited && !self.voice_at_risk(second) {
            return true;
        }
        if second.line >= needs(second, self.rung) {
            return sent != 1 || self.queue(second) <= QUEUE_MAX;
        }
        let carried = second.spoken < second.line.percent(VOICE_OVERSENT_PERCENT);
        sent == 0 && carried && !self.suffers(second)
    }

    fn suffers(self, second: &Second) -> bool {
        second.loss_percent > VOICE_LOSS_MAX_PERCENT || self.queue(second) > VOICE_QUEUE_MAX
    }

    fn queue(self, second: &Second) -> Duration {
        match (self.rtt, second.rtt) {
            (Some(base), Some(now)) => now.saturating_sub(base),
            (_, _) => Duration::ZERO,
        }
    }

    /// Is what is sent at the very least more than the line carries? Not while little is sent.
    fn voice_at_risk(self, second: &Second) -> bool {
        let picture = if self.rung.shows_pictures() { PICTURE_MIN } else { Bitrate::ZERO };
        let full = second.sent >= second.line.percent(VOICE_SHARE_PERCENT);
        full && second.line < second.voice.percent(VOICE_SHARE_PERCENT) + picture
    }

    /// Far more is sent than the line carries: its buffer is full of pictures.
    fn collapsed(self, second: &Second) -> bool {
        let sent = self.sent.max(second.sent);
        self.rung.shows_pictures() && sent > second.line.percent(COLLAPSE_PERCENT)
    }

    fn misfit(mut self, second: &Second) -> Self {
        self.misfits += 1;
        self.calm_since = None;
        let collapsed = self.collapsed(second);
        let Some(rung) = self.fitting(second, collapsed) else { return self };
        if self.misfits < self.patience(second) && !collapsed {
            return self;
        }
        let was_mistake = self.climbed_at.take().is_some();
        self.failures = if was_mistake { FAILURES_MAX.min(self.failures + 1) } else { 0 };
        Self { rung, misfits: 0, ..self }
    }

    /// The best of those below.
    fn fitting(self, second: &Second, collapsed: bool) -> Option<Rung> {
        if collapsed {
            return Some(Rung::Voice);
        }
        let below = self.below(second);
        let fitting = below.iter().find(|rung| second.line >= needs(second, **rung));
        fitting.or(below.last()).copied()
    }

    fn patience(self, second: &Second) -> u32 {
        if self.voice_at_risk(second) {
            PATIENCE_VOICE
        } else if self.climbed_at.is_some() {
            PATIENCE_TRIAL
        } else {
            PATIENCE
        }
    }

    /// Rungs that send less. The voice is thinned only once the pictures are gone and it has not
    /// helped.
    fn below(self, second: &Second) -> Vec<Rung> {
        let lower = Rung::LADDER.into_iter().filter(|rung| *rung > self.rung);
        let mut below: Vec<Rung> = lower.filter(|rung| !same(second, *rung, self.rung)).collect();
        if below.len() > 1 {
            below.retain(|rung| *rung != Rung::Thin);
        }
        below
    }

    fn climb(self, second: &Second, now: Instant) -> Self {
        let watched = all_watched(second);
        let (Some(next), Some(since)) = (self.above(&watched), self.calm_since) else {
            return self;
        };
        let beyond_doubt = { self.higher() }
            .find(|rung| second.line >= needs(&watched, *rung).percent(PLENTY_PERCENT));
        let calm = match beyond_doubt {
            Some(_) => CALM_KNOWN,
            None => self.calm(next, second, &watched).min(CALM_MAX),
        };
        if now < since + calm {
            return self;
        }
        let rung = beyond_doubt.unwrap_or(next);
        Self { rung, calm_since: None, climbed_at: Some(now), ..self }
    }

    /// `Slow` is only a step down.
    fn higher(self) -> impl DoubleEndedIterator<Item = Rung> {
        let above = Rung::LADDER.into_iter().filter(move |rung| *rung < self.rung);
        above.filter(|rung| *rung != Rung::Slow)
    }

    /// The next one up, and whatever above it is the same.
    fn above(self, watched: &Second) -> Option<Rung> {
        let next = self.higher().next_back()?;
        self.higher().find(|rung| same(watched, *rung, next))
    }

    fn calm(self, next: Rung, second: &Second, watched: &Second) -> Duration {
        let later = 1 << self.failures.min(FAILURES_MAX);
        let untried = same(second, self.rung, next);
        let wanted = if untried { watched } else { second };
        if second.line >= needs(wanted, next).percent(SPARE_PERCENT) {
            return CALM_KNOWN * later;
        }
        if untried {
            return CALM_NO_ROOM;
        }
        let needed =
            if self.rung == Rung::Thin { cost(THIN_VOICE) } else { needs(second, self.rung) };
        let voice_alone = self.rung == Rung::Voice && second.line < second.voice + PICTURE_MIN;
        if second.line < needed.percent(SPARE_PERCENT) || voice_alone {
            return CALM_NO_ROOM * later;
        }
        let tried = match next {
            Rung::Voice => CALM_THIN,
            Rung::All | Rung::WithoutTop => CALM_UPPER,
            Rung::Lowest | Rung::Slow | Rung::Thin => CALM_LOWER,
        };
        tried * later
    }
}

/// What a voice takes of the line: with IPv4, UDP, RTP and its extensions, and the tag.
pub(crate) fn cost(voice: VoiceWorth) -> Bitrate {
    const HEADERS_BITS: u64 = 8 * 64;
    let copies = if voice.redundant { 2 } else { 1 };
    let headers = HEADERS_BITS * 1_000 / u64::from(voice.packet_ms.max(20));
    voice.rate * copies + Bitrate::bps(headers)
}

/// What each layer that is sent may take, lowest first.
fn sent(second: &Second, rung: Rung) -> Vec<Bitrate> {
    let worth = rung.camera(&second.worth);
    let layers = worth.iter().zip(most(&worth));
    layers.filter(|(layer, _)| layer.watched).map(|(_, most)| most).collect()
}

fn same(second: &Second, one: Rung, other: Rung) -> bool {
    let thin = |rung| rung == Rung::Thin;
    sent(second, one) == sent(second, other) && thin(one) == thin(other)
}

/// The least a line must carry for a rung to be worth it.
fn needs(second: &Second, rung: Rung) -> Bitrate {
    if rung == Rung::Thin {
        return Bitrate::ZERO;
    }
    let sent = sent(second, rung);
    let Some((top, lower)) = sent.split_last() else {
        return second.voice.percent(VOICE_SHARE_PERCENT);
    };
    let share = if lower.is_empty() { LEAST_SHARE_LOWEST_PERCENT } else { LEAST_SHARE_PERCENT };
    let pictures = lower.iter().copied().sum::<Bitrate>() + top.percent(share);
    second.voice + pictures.max(PICTURE_MIN)
}

fn all_watched(second: &Second) -> Second {
    let worth = second.worth.iter().map(|layer| LayerWorth { watched: true, ..*layer }).collect();
    Second { worth, ..second.clone() }
}

/// Down at once, up slowly.
fn base_rtt(base: Option<Duration>, now: Option<Duration>) -> Option<Duration> {
    let (Some(base), Some(now)) = (base, now) else { return now.or(base) };
    let longer = now.saturating_sub(base) * RTT_ADOPTED_PERCENT / 100;
    Some(now.min(base + longer))
}

#[cfg(test)]
mod same;
#[cfg(test)]
mod tests;
