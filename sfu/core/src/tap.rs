//! One picture that is taken for a recorder: which of its layers, and from which keyframe on.
//!
//! In: what is known of each layer, packets of all of them. Out: whether a packet is taken, which
//! layers are worth sending for it, and when a keyframe is needed.
//! Never: a packet of two layers side by side, or one before a keyframe of its stream.

use crate::forward::{Arrival, KEYFRAME_PATIENCE};
use crate::packet::Layer;
use std::time::{Duration, Instant};

/// Tallest layer that is taken, in lines. A taller one shows no more of a face, costs more than
/// twice the disk, and whoever composes the recording decodes it all.
const HEIGHT_MAX: u32 = 720;
/// How long a higher layer has to flow before it is taken instead of the one that is. Shorter is
/// sharper sooner; longer spares a keyframe each time an uplink wavers.
const RISES_AFTER: Duration = Duration::from_secs(2);
/// How long a layer may take to begin before the one below is asked for too: two keyframes' time
/// on a slow line, and no longer, as nothing is recorded meanwhile.
const STARTS_WITHIN: Duration = Duration::from_secs(3);
/// After how long without a keyframe one is asked for, so that there is one in every ten seconds:
/// a player seeks no finer than this, and a part that was lost costs no more. Browsers send none
/// by themselves; each takes a line some ten ordinary pictures.
const KEYFRAME_AFTER: Duration = Duration::from_secs(9);

/// What is known of one layer now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LayerSight {
    /// Lines, measured or guessed.
    pub(crate) height: u32,
    /// For how long it has flowed; `None` when it does not.
    pub(crate) flows_for: Option<Duration>,
}

/// The highest layer that is low enough; the lowest, if none is.
fn best(layers: &[LayerSight]) -> Layer {
    let low_enough = layers.iter().rposition(|layer| layer.height <= HEIGHT_MAX);
    Layer(u8::try_from(low_enough.unwrap_or_default()).unwrap_or(u8::MAX))
}

/// Which layer to take: the highest that flows and is low enough; one above the layer that is
/// taken now only once it has flowed for a while.
fn choose(layers: &[LayerSight], current: Option<Layer>) -> Option<Layer> {
    let best = best(layers);
    let current = current.filter(|layer| layers.get(layer.index()).is_some_and(flows));
    (0..=best.0).rev().map(Layer).find(|layer| {
        let Some(flows_for) = layers.get(layer.index()).and_then(|sight| sight.flows_for) else {
            return false;
        };
        current.is_none_or(|current| *layer <= current) || flows_for >= RISES_AFTER
    })
}

const fn flows(layer: &LayerSight) -> bool {
    layer.flows_for.is_some()
}

/// A picture that is taken.
#[derive(Debug, Default)]
pub(crate) struct TakenPicture {
    /// The layer that shall be taken; `None` while none flows.
    target: Option<Layer>,
    /// The layer that is, and its stream (SSRC).
    current: Option<(Layer, u32)>,
    /// The stream that its sender gave up for that one.
    former: Option<u32>,
    asked_at: Option<Instant>,
    keyframe_at: Option<Instant>,
    /// Since when nothing flows that could be taken.
    dark_since: Option<Instant>,
}

impl TakenPicture {
    /// A look at the layers, at each tick. Those worth sending for the recorder's sake.
    pub(crate) fn handle_layers(&mut self, now: Instant, layers: &[LayerSight]) -> Vec<Layer> {
        let current = self.current.map(|(layer, _)| layer);
        let target = choose(layers, current);
        if target != self.target {
            self.asked_at = None;
        }
        self.target = target;
        let best = best(layers);
        let depth = match target {
            Some(_) => {
                self.dark_since = None;
                0
            }
            None => {
                let since = *self.dark_since.get_or_insert(now);
                now.saturating_duration_since(since).as_secs() / STARTS_WITHIN.as_secs()
            }
        };
        let lowest = best.0.saturating_sub(u8::try_from(depth).unwrap_or(u8::MAX));
        let wanted = (lowest..=best.0).map(Layer);
        // What is taken now goes on until the better one has begun.
        let others = target.into_iter().chain(current.filter(|layer| Some(*layer) != target));
        wanted.chain(others.filter(|layer| layer.0 < lowest)).collect()
    }

    /// Whether the packet is taken.
    pub(crate) fn handle_packet(&mut self, now: Instant, arrival: &Arrival) -> bool {
        if self.former == Some(arrival.stream) {
            return false;
        }
        if let Some((layer, stream)) = self.current
            && layer == arrival.layer
            && stream != arrival.stream
        {
            // The sender has begun anew.
            self.former = Some(stream);
            self.current = None;
        }
        if arrival.starts && Some(arrival.layer) == self.target {
            self.current = Some((arrival.layer, arrival.stream));
            self.keyframe_at = Some(now);
            self.asked_at = None;
        }
        self.current == Some((arrival.layer, arrival.stream))
    }

    /// The layer of which a keyframe is to be asked now, if one is needed and not just asked for.
    pub(crate) fn ask_keyframe(&mut self, now: Instant) -> Option<Layer> {
        let target = self.target?;
        let starts = self.current.is_none_or(|(layer, _)| layer != target);
        let old = self.keyframe_at.is_none_or(|at| now >= at + KEYFRAME_AFTER);
        let asked = self.asked_at.is_some_and(|at| now < at + KEYFRAME_PATIENCE);
        if !(starts || old) || asked {
            return None;
        }
        self.asked_at = Some(now);
        Some(target)
    }

    /// The recorder lost too much to go on. The layer of which to ask for a keyframe, if any flows.
    pub(crate) fn handle_refresh(&self) -> Option<Layer> {
        self.target
    }
}

#[cfg(test)]
mod tests;
