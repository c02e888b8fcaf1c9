//! What each viewer is sent, decided at our own pace and not at the packets'.
//!
//! In: each viewer's budget and views, what each track offers. Out: targets of the forwarders,
//! keyframe requests, layers to pause, and what people are told about it.
//! Never: touches a packet.

use super::Room;
use crate::allocate::{Step, TEMPORAL_TOP, Want, allocate};
use crate::bind::Play;
use crate::packet::Layer;
use crate::participant::Participant;
use crate::track::Track;
use bedside_sfu_api::{
    Bitrate, Cause, Delivery, Event, Kind, LayerWorth, Motion, ParticipantId, Sound, Source,
};
use std::time::Instant;

/// What each voice is kept out of the video's budget for: Opus at 32 kbit/s and its headers.
const VOICE: Bitrate = Bitrate::kbps(40);
/// Room to ask for beyond the next step, so that the estimate can grow into it.
const PAD_PERCENT: u64 = 115;

/// A picture one viewer would like, with what is needed to tell them about it.
struct Wish {
    slot: usize,
    play: Play,
    top: Layer,
    shown: bool,
    want: Want,
}

impl Room {
    /// Decides for everybody.
    pub(super) fn decide(&mut self, now: Instant) {
        let viewers: Vec<_> = self.participant_by_id.keys().copied().collect();
        for viewer in viewers {
            let wishes = self.wishes(now, viewer);
            self.grant_wishes(now, viewer, &wishes);
        }
        self.ask_needed_keyframes(now);
        self.release_keyframe_requests(now);
        self.tell_publishers(now);
    }

    fn track(&self, play: Play) -> Option<&Track> {
        self.participant_by_id.get(&play.0)?.track_by_source.get(&play.1)
    }

    /// The pictures bound to a viewer's slots: screens first, which must be legible.
    fn wishes(&self, now: Instant, viewer: ParticipantId) -> Vec<Wish> {
        let Some(viewer) = self.participant_by_id.get(&viewer) else { return Vec::new() };
        let slots = viewer.slots.iter().enumerate();
        let mut wishes: Vec<Wish> = slots
            .filter(|(_, slot)| slot.kind == Kind::Video)
            .filter_map(|(index, slot)| {
                let play = slot.bound?;
                let track = self.track(play)?;
                if track.codec.is_some_and(|codec| !viewer.peer.decodes(codec)) {
                    return None;
                }
                let height = viewer.height_of(play);
                let top = track.layer_for(height);
                let shown = height.0 > 0;
                let rates = if shown { track.rates(now, top) } else { Vec::new() };
                let temporal = track.has_temporal();
                let current = slot.forwarder.target();
                let may_raise = viewer.may_raise(now, play, current.is_none());
                let want = Want { rates, temporal, current, may_raise };
                Some(Wish { slot: index, play, top, shown, want })
            })
            .collect();
        wishes.sort_by_key(|wish| wish.play.1 != Source::Screen);
        wishes
    }

    fn grant_wishes(&mut self, now: Instant, id: ParticipantId, wishes: &[Wish]) {
        let Some(viewer) = self.participant_by_id.get_mut(&id) else { return };
        let voices = viewer.slots.iter().filter(|slot| slot.kind == Kind::Audio);
        let voices = voices.filter(|slot| slot.bound.is_some()).map(|_| VOICE).sum();
        let budget = viewer.path.budget.saturating_sub(voices);
        let mut wants: Vec<Want> = wishes.iter().map(|wish| wish.want.clone()).collect();
        let given = allocate(budget, &wants);
        for want in &mut wants {
            want.may_raise = !viewer.path.draining;
        }
        let soon = allocate(budget, &wants);
        let before = viewer.targets();
        for (wish, step) in wishes.iter().zip(&given) {
            if let Some(slot) = viewer.slots.get_mut(wish.slot) {
                slot.forwarder.aim(*step);
            }
        }
        if viewer.targets() != before {
            viewer.path.switched_at = Some(now);
            self.counts.layer_switches += 1;
        }
        viewer.path.starved =
            wishes.iter().any(|wish| wish.shown) && given.iter().all(Option::is_none);
        set_rates(viewer, voices, wishes, &given);
        let steps = wishes.iter().zip(given.iter().zip(&soon));
        let deliveries: Vec<Delivery> =
            steps.map(|(wish, (step, soon))| delivery(wish, *step, *soon)).collect();
        if deliveries != viewer.path.told {
            viewer.path.told.clone_from(&deliveries);
            self.events.push_back(Event::Delivered {
                room: self.id,
                participant: id,
                budget,
                sound: Sound::Plain,
                deliveries,
            });
        }
    }

    fn ask_needed_keyframes(&mut self, now: Instant) {
        let viewers = self.participant_by_id.values_mut().filter(|viewer| viewer.connected);
        let needed: Vec<_> = viewers
            .flat_map(|viewer| &mut viewer.slots)
            .filter(|slot| slot.kind == Kind::Video)
            .filter_map(|slot| Some((slot.bound?, slot.forwarder.ask_keyframe(now)?)))
            .collect();
        for ((publisher, source), layer) in needed {
            self.ask_keyframe(now, publisher, source, layer);
        }
    }

    /// Tells each publisher which layers are watched, when that has changed.
    fn tell_publishers(&mut self, now: Instant) {
        let viewers = self.participant_by_id.values();
        let watched: Vec<(Play, Layer)> = viewers
            .flat_map(|viewer| &viewer.slots)
            .filter_map(|slot| Some((slot.bound?, &slot.forwarder)))
            .flat_map(|(play, forwarder)| {
                let target = forwarder.target().map(|step| step.layer);
                [forwarder.current(), target].into_iter().flatten().map(move |layer| (play, layer))
            })
            .collect();
        for (id, publisher) in &mut self.participant_by_id {
            for (source, track) in &mut publisher.track_by_source {
                if source.kind() == Kind::Audio {
                    continue;
                }
                for (_, layer) in watched.iter().filter(|(play, _)| *play == (*id, *source)) {
                    track.watch(now, *layer, publisher.connected);
                }
                if let Some(layers) = track.poll_watched(now) {
                    self.events.push_back(Event::Watched {
                        room: self.id,
                        participant: *id,
                        source: *source,
                        layers: layers
                            .into_iter()
                            .map(|watched| LayerWorth { watched, rate_max: None })
                            .collect(),
                    });
                }
            }
        }
    }
}

/// Lets the estimator look for room for the next step, and no further than what is wanted.
fn set_rates(viewer: &mut Participant, voices: Bitrate, wishes: &[Wish], given: &[Option<Step>]) {
    let cost = |wish: &Wish, layer: Option<usize>| {
        layer.and_then(|layer| wish.want.rates.get(layer).copied().flatten()).unwrap_or_default()
    };
    let desired: Bitrate = wishes.iter().map(|wish| cost(wish, Some(wish.top.index()))).sum();
    let next: Bitrate = wishes
        .iter()
        .zip(given)
        .map(|(wish, step)| {
            let next = step.map_or(0, |step| step.layer.index() + 1).min(wish.top.index());
            cost(wish, Some(next))
        })
        .sum();
    let pad_to =
        if viewer.path.draining { Bitrate::ZERO } else { next.percent(PAD_PERCENT) + voices };
    viewer.peer.set_rates(pad_to, desired.percent(PAD_PERCENT) + voices);
}

/// `soon` is the step that will be given when nothing is held back any more; a picture that is
/// only a moment from what was wanted has no cause to tell.
fn delivery(wish: &Wish, step: Option<Step>, soon: Option<Step>) -> Delivery {
    let given = step.map(|step| step.layer.0);
    let full = soon == Some(Step { layer: wish.top, temporal: TEMPORAL_TOP });
    let cause = if !wish.shown {
        Cause::NotShown
    } else if full {
        Cause::AsWanted
    } else if wish.want.rates.last().is_some_and(Option::is_none) {
        Cause::TheirSide
    } else {
        Cause::YourLine
    };
    let (publisher, source) = wish.play;
    let motion = match step {
        Some(step) if step.temporal == 0 => Motion::Slow,
        Some(_) | None => Motion::Full,
    };
    Delivery { publisher, source, wanted: wish.top.0, given, motion, cause }
}
