//! Several voices into one.
//!
//! In: samples at 48 kHz, mono, from -1 to 1. Out: their sum, never louder than full scale, with
//! short fades where a voice begins and ends.
//! Never: decodes, or a hard clip.

/// Samples a second.
pub(crate) const SAMPLE_RATE: u64 = 48_000;

/// Samples a millisecond.
pub(crate) const SAMPLES_A_MS: u64 = SAMPLE_RATE / 1_000;

/// Milliseconds of sound that are mixed and encoded at once: Opus's usual frame.
pub(crate) const SOUND_MS: u64 = 20;

/// The same in samples.
pub(crate) const SOUND_SAMPLES: usize = 960;

/// Loudness from which peaks are rounded: two voices at once seldom reach it.
const KNEE: f32 = 0.7;

/// Samples of a fade at the beginning of a voice (5 ms): longer than a click, shorter than a
/// consonant.
pub(crate) const FADE_IN: usize = 240;

/// Adds a voice to what is there.
pub(crate) fn add(sum: &mut [f32], voice: &[f32]) {
    for (sum, sample) in sum.iter_mut().zip(voice) {
        *sum += sample;
    }
}

/// Rounds peaks, so that everything stays within full scale: exact below the knee, and above it a
/// tangent hyperbolic that goes on with the same slope.
pub(crate) fn limit(samples: &mut [f32]) {
    let room = 1.0 - KNEE;
    for sample in samples {
        let loud = sample.abs() - KNEE;
        if loud > 0.0 {
            *sample = sample.signum() * (KNEE + room * (loud / room).tanh());
        }
    }
}

/// Lets a voice begin without a click.
pub(crate) fn fade_in(samples: &mut [f32]) {
    ramp(samples.iter_mut().take(FADE_IN), FADE_IN);
}

/// Lets a voice end within these samples.
pub(crate) fn fade_out(samples: &mut [f32]) {
    let len = samples.len();
    ramp(samples.iter_mut().rev(), len);
}

fn ramp<'a>(samples: impl Iterator<Item = &'a mut f32>, len: usize) {
    let mut factor = 0.0;
    #[expect(clippy::cast_precision_loss, reason = "a fade has some hundred samples")]
    let step = 1.0 / len.max(1) as f32;
    for sample in samples {
        *sample *= factor;
        factor += step;
    }
}

/// Root mean square: how loud this is.
pub(crate) fn level(samples: &[f32]) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a frame has some thousand samples")]
    let len = samples.len().max(1) as f32;
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / len).sqrt()
}

/// The same sound in a few samples more or less, by straight lines between its samples.
pub(crate) fn stretch(samples: &[f32], len: usize, into: &mut Vec<f32>) {
    into.clear();
    if samples.len() < 2 || len < 2 || samples.len() == len {
        into.extend_from_slice(samples);
        return;
    }
    let (steps, of) = (samples.len() - 1, len - 1);
    for nth in 0..len {
        let (at, rest) = (nth * steps / of, nth * steps % of);
        let before = samples.get(at).copied().unwrap_or_default();
        let after = samples.get(at + 1).copied().unwrap_or(before);
        #[expect(clippy::cast_precision_loss, reason = "a frame has some thousand samples")]
        let part = rest as f32 / of as f32;
        into.push(before + (after - before) * part);
    }
}

#[cfg(test)]
mod tests;
