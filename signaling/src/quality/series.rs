//! A person's record over time, in the API's words.
//!
//! In: seconds and minutes as held. Out: the same as bodies.
//! Never: more than is held; both lists have their limits.

use super::audio::Mos;
use super::minute::Minute;
use super::second::{FeltSecond, Line, Second};
use bedside_signaling_api::quality::{
    FeltSample, LegSample, MinuteSample, PictureSample, SecondSample,
};
use jiff::Timestamp;

/// One second.
pub(super) fn second(second: &Second) -> SecondSample {
    SecondSample {
        at: instant(second.at),
        down: leg(&second.down, second.audio_down()),
        up: leg(&second.up, second.audio_up()),
        wanted_kbps: second.wanted_kbps,
        given_kbps: second.given_kbps,
        sound: second.sound,
        picture: second.picture.map(|picture| PictureSample {
            wanted: picture.wanted,
            given: picture.given,
            motion: picture.motion,
            cause: picture.cause,
        }),
        felt: second.felt.map(felt),
        video_score: second.video(),
    }
}

fn leg(line: &Line, audio: Option<Mos>) -> LegSample {
    LegSample {
        loss_permille: line.loss_permille,
        jitter_ms: line.jitter_ms,
        rtt_ms: line.rtt_ms,
        queue_ms: line.queue_ms,
        estimate_kbps: line.estimate_kbps,
        rate_kbps: line.rate_kbps,
        audio_score: audio.map(Mos::as_f64),
    }
}

const fn felt(felt: FeltSecond) -> FeltSample {
    FeltSample {
        concealed_permille: felt.concealed_permille,
        jitter_buffer_ms: felt.jitter_buffer_ms,
        freezes: felt.freezes,
        frozen_permille: felt.frozen_permille,
        frames_per_second: felt.frames_per_second,
        height: felt.height,
        up_kbps: felt.up_kbps,
        limited: felt.limited,
    }
}

/// One minute.
pub(super) fn minute(minute: &Minute) -> MinuteSample {
    let score = |hundredths: u32| f64::from(hundredths) / 100.0;
    MinuteSample {
        at: instant(minute.at),
        seconds: minute.seconds,
        audio_score: minute.audio_down.value().map(score),
        audio_score_up: minute.audio_up.value().map(score),
        video_score: minute.video.value(),
        loss_down_permille: minute.loss_down.value().unwrap_or_default(),
        loss_up_permille: minute.loss_up.value().unwrap_or_default(),
        rtt_ms: minute.rtt.value(),
        queue_down_ms: minute.queue_down.value().unwrap_or_default(),
        estimate_down_kbps: minute.estimate_down.value(),
        rate_down_kbps: minute.rate_down.value().unwrap_or_default(),
        rate_up_kbps: minute.rate_up.value().unwrap_or_default(),
        concealed_permille: minute.concealed.value(),
        frozen_permille: minute.frozen.value(),
        freezes: minute.freezes,
    }
}

/// A second as held; one the calendar does not know is its end.
pub(super) fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}
