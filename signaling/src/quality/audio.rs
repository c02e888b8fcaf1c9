//! How a voice comes through: the E-model of ITU-T G.107, in whole numbers so that every
//! machine finds the same.
//!
//! In: delay, the share of sound that is missing, how the packets are made. Out: an opinion
//! score from 1 to 4.41.
//! Never: a word about noise, echo, a bad microphone or what was said; the model hears packets.
//!
//! `R = 93.2 - Id - Ie,eff`, with the defaults of G.107 for all that a network does not change.
//! `Id = 0.024 d + 0.11 (d - 177.3)` where the second part counts above 177.3 ms only (R. G. Cole
//! and J. H. Rosenbluth, "Voice over IP performance monitoring", ACM SIGCOMM CCR 31(2), 2001: a
//! fit of G.107's own delay term with echo cancelled).
//! `Ie,eff = Ie + (95 - Ie) p / (p + Bpl)` (G.107, equation 7-29, with BurstR = 1) where `p` is
//! the percentage of sound missing. `MOS = 1 + 0.035 R + 7e-6 R (R - 60) (100 - R)` (G.107,
//! annex B).
//!
//! Limits, plainly: the scale is that of a narrow-band telephone, so a wide-band voice is worth
//! more than 4.41 says; the ITU has no `Ie` and `Bpl` of Opus, those below are chosen; losses in
//! bursts are heard as worse than the same number alone; and whether anybody spoke in that second
//! is not looked at.

#[cfg(test)]
mod tests;

use bedside_signaling_api::socket::Sound;

/// R of a line that takes nothing away, in thousandths.
const R_BEST: i64 = 93_200;
/// R at which a voice that misses everything ends (the 95 of equation 7-29), in thousandths.
const IE_WORST: i64 = 95_000;
/// What Opus itself takes away, in thousandths of R: nothing from 24 kbit/s up, on this scale.
const IE_OPUS: i64 = 0;
/// The same when the line is so thin that the voice goes at 12 to 16 kbit/s. Chosen between
/// G.729 (11) and AMR at 12.2 kbit/s (5), as G.113 lists them.
const IE_THIN: i64 = 8_000;
/// How well lost packets are hidden, in thousandths: ten of a hundred halve what is left. Chosen;
/// G.113 has 4.3 for G.711 that hides nothing and 25.1 for G.711 that hides well, and what is
/// put in here is mostly what the browser had to make up after all hiding but its last.
const BPL_OPUS: i64 = 100;
/// Delay above which people begin to talk into each other, in thousandths of a millisecond.
const DELAY_KNEE: i64 = 177_300;
/// Longest delay looked at, in milliseconds. R is zero long before.
const DELAY_MAX: u32 = 60_000;

/// Milliseconds of sound in a packet.
const PACKET_MS: u32 = 20;
/// The same on a very thin line.
const PACKET_THIN_MS: u32 = 60;
/// Milliseconds Opus looks ahead (RFC 6716, section 2.1.3: 6.5 in all modes people use).
const LOOK_AHEAD_MS: u32 = 7;

/// A voice score in hundredths: 100 to 441.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mos(pub(super) u16);

impl Mos {
    /// As people write it.
    pub(super) fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// Delay that making packets adds.
pub(super) const fn packet_delay_ms(sound: Sound) -> u32 {
    let packet = match sound {
        Sound::Plain | Sound::Protected => PACKET_MS,
        Sound::Thin => PACKET_THIN_MS,
    };
    packet + LOOK_AHEAD_MS
}

/// What is missing after repair, of a thousand, where nobody counted it: with one copy of each
/// word a word is gone when both are. That holds for losses that come alone; the page's own
/// count replaces it wherever there is one.
pub(super) fn residual_permille(lost_permille: u32, sound: Sound) -> u32 {
    let lost = lost_permille.min(1_000);
    match sound {
        Sound::Plain | Sound::Thin => lost,
        Sound::Protected => lost * lost / 1_000,
    }
}

/// The score of a voice that arrives so late and misses so much.
pub(super) fn score(delay_ms: u32, missing_permille: u32, sound: Sound) -> Mos {
    let own = match sound {
        Sound::Plain | Sound::Protected => IE_OPUS,
        Sound::Thin => IE_THIN,
    };
    let missing = i64::from(missing_permille.min(1_000));
    let equipment = own + (IE_WORST - own) * missing / (missing + BPL_OPUS);
    mos(R_BEST - delay_impairment(delay_ms) - equipment)
}

/// `Id`, in thousandths of R.
fn delay_impairment(delay_ms: u32) -> i64 {
    let delay = i64::from(delay_ms.min(DELAY_MAX));
    let over_knee = (delay * 1_000 - DELAY_KNEE).max(0);
    delay * 24 + over_knee * 11 / 100
}

/// G.107, annex B, in integers: R in thousandths.
fn mos(r: i64) -> Mos {
    let r = r.clamp(0, 100_000);
    let curve = r * (r - 60_000) * (100_000 - r) / 1_000_000_000 * 7 / 1_000;
    let thousandths = 1_000 + r * 35 / 1_000 + curve;
    let hundredths = (thousandths + 5) / 10;
    Mos(u16::try_from(hundredths.max(100)).unwrap_or(u16::MAX))
}
