//! What each viewer is sent, decided at our own pace and not at the packets'.
//!
//! In: each viewer's budget and views, what each track offers. Out: targets of the forwarders,
//! keyframe requests, what publishers are asked to send, and what people are told about it.
//! Never: lets a picture take what a voice needs.

use super::Room;
use crate::allocate::{Budget, Each, Rates, Step, Want, allocate};
use crate::bind::Play;
use crate::packet::Layer;
use crate::participant::Participant;
use crate::track::Track;
use crate::worth::{Could, NOMINAL, rate_of};
use bedside_sfu_api::{
    Bitrate, Cause, Delivery, Event, Kind, Motion, ParticipantId, Source, VideoHeight,
};
use smallvec::SmallVec;
use std::time::Instant;

/// A line below this is left to the voices, even by stills: one packet of a picture would keep
/// them waiting for a tenth of a second. It takes a little more to begin again.
const PICTURES_UNTIL: Bitrate = Bitrate::kbps(108);
const PICTURES_FROM: Bitrate = Bitrate::kbps(125);
/// What pictures may take in all from somebody who saves data.
const SAVER: Bitrate = Bitrate::kbps(200);
/// Room to look for beyond the next step, in percent.
const LOOK_PERCENT: u64 = 120;
/// An estimate that fell by more than this, in percent, is acted on at once.
const FELL_PERCENT: u64 = 92;

/// Pictures that flow in a visit of six; of a larger one, a decision takes memory.
const PLAYS_FEW: usize = 32;

/// A picture one viewer would like, with what is needed to tell them about it.
struct Wish {
    slot: usize,
    play: Play,
    top: Layer,
    shown: bool,
    rank: (bool, bool, bool, u8),
    want: Want,
}

impl Room {
    /// Decides for everybody.
    pub(super) fn decide(&mut self, now: Instant) {
        for viewer in self.everybody() {
            if let Some(participant) = self.participant_by_id.get_mut(&viewer) {
                participant.path.egress.handle_timeout(now);
            }
            self.decide_for(now, viewer);
        }
        self.ask_needed_keyframes(now);
        self.tend_tap(now);
        self.release_keyframe_requests(now);
        self.tell_publishers(now);
    }

    /// Decides for one viewer if their line has become worse than the last decision knew.
    pub(super) fn decide_if_worse(&mut self, now: Instant, viewer: ParticipantId) {
        let Some(participant) = self.participant_by_id.get(&viewer) else { return };
        let path = &participant.path;
        if path.egress.reading().estimate < path.decided_with.percent(FELL_PERCENT) {
            self.decide_for(now, viewer);
            self.ask_needed_keyframes(now);
        }
    }

    fn decide_for(&mut self, now: Instant, viewer: ParticipantId) {
        let wishes = self.wishes(now, viewer);
        self.grant_wishes(now, viewer, &wishes);
    }

    fn track(&self, play: Play) -> Option<&Track> {
        self.participant_by_id.get(&play.0)?.track_by_source.get(&play.1)
    }

    /// The pictures bound to a viewer's slots, the most important first.
    fn wishes(&self, now: Instant, viewer: ParticipantId) -> Each<Wish> {
        let Some(viewer) = self.participant_by_id.get(&viewer) else { return Each::new() };
        let estimate = viewer.path.egress.reading().estimate;
        let slots = viewer.slots.iter().enumerate();
        let mut wishes: Each<Wish> = slots
            .filter(|(_, (_, slot))| slot.kind == Kind::Video)
            .filter_map(|(index, (bound, slot))| {
                let play = bound?;
                let track = self.track(play)?;
                if track.codec.is_some_and(|codec| !viewer.peer.decodes(codec)) {
                    return None;
                }
                let view = viewer.view_of(play);
                let top = track.layer_for(view.height);
                let shown = view.height > VideoHeight(0);
                let current = slot.forwarder.target();
                let least = if current.is_some() { PICTURES_UNTIL } else { PICTURES_FROM };
                let fits = shown && estimate >= least;
                let mut rates = if fits { track.rates(now, top) } else { Rates::new() };
                if let Some(step) = current
                    && let Some(Some(rate)) = rates.get_mut(step.layer.index())
                {
                    *rate = track.yields_to(now, step.layer).unwrap_or(*rate).min(*rate);
                }
                let want = Want {
                    rates,
                    temporal: track.has_temporal(),
                    still: play.1 == Source::Camera,
                    signing: view.signing,
                    current,
                    may_raise: viewer.may_raise(now, play, current.is_none()),
                };
                let precedence = self.participant_by_id.get(&play.0)?.grant.precedence.picture;
                let rank = (view.signing, view.pinned, play.1 == Source::Screen, precedence);
                Some(Wish { slot: index, play, top, shown, rank, want })
            })
            .collect();
        wishes.sort_by_key(|wish| std::cmp::Reverse(wish.rank));
        wishes
    }

    fn grant_wishes(&mut self, now: Instant, id: ParticipantId, wishes: &[Wish]) {
        let Some(viewer) = self.participant_by_id.get_mut(&id) else { return };
        let reading = viewer.path.egress.reading();
        viewer.path.decided_with = reading.estimate;
        let voices = viewer.voices_cost();
        let line = reading.budget.saturating_sub(voices);
        let spend = if viewer.saver { line.min(SAVER) } else { line };
        let budget = Budget { now: spend, steady: viewer.path.steady.handle(now, spend) };
        let mut wants: Each<Want> = wishes.iter().map(|wish| wish.want.clone()).collect();
        let given = allocate(budget, &wants);
        for want in &mut wants {
            want.may_raise = !reading.held;
        }
        let soon = allocate(Budget { now: spend, steady: spend }, &wants);
        if aim(now, viewer, wishes, &given) {
            self.counts.layer_switches += 1;
        }
        account(viewer, voices, spend, wishes, &given);
        let saves = viewer.saver && spend < line;
        let steps = wishes.iter().zip(given.iter().zip(&soon));
        let deliveries: Each<Delivery> =
            steps.map(|(wish, (step, soon))| delivery(wish, *step, *soon, saves)).collect();
        let sound = viewer.sound();
        if deliveries.as_slice() != viewer.path.told || sound != viewer.path.told_sound {
            viewer.path.told = deliveries.to_vec();
            viewer.path.told_sound = sound;
            self.events.push_back(Event::Delivered {
                room: self.id,
                participant: id,
                budget: spend,
                sound,
                deliveries: deliveries.to_vec(),
            });
        }
    }

    fn ask_needed_keyframes(&mut self, now: Instant) {
        let viewers = self.participant_by_id.values_mut().filter(|viewer| viewer.connected);
        // A keyframe for a line that is full or silent would grow old in front of it.
        let needed: Each<_> = viewers
            .filter(|viewer| !viewer.path.egress.reading().held)
            .flat_map(|viewer| viewer.slots.iter_mut())
            // One asked for before a viewer may have it would come too soon.
            .filter(|(_, slot)| slot.kind == Kind::Video && slot.shared_from <= now)
            .filter_map(|(bound, slot)| Some((bound?, slot.forwarder.ask_keyframe(now)?)))
            .collect();
        for ((publisher, source), layer) in needed {
            self.ask_keyframe(now, publisher, source, layer);
        }
    }

    /// Tells each publisher what is worth sending, when that has changed.
    fn tell_publishers(&mut self, now: Instant) {
        let viewers = self.participant_by_id.values();
        let watched: SmallVec<[(Play, Layer); PLAYS_FEW]> = viewers
            .clone()
            .flat_map(|viewer| viewer.slots.iter())
            .filter(|(_, slot)| slot.kind == Kind::Video)
            .filter_map(|(bound, slot)| Some((bound?, &slot.forwarder)))
            .flat_map(|(play, forwarder)| {
                let current = forwarder.current();
                let target = forwarder.target().map(|step| step.layer);
                let layers = [current, target.filter(|_| target != current)];
                layers.into_iter().flatten().map(move |layer| (play, layer))
            })
            .collect();
        let could: SmallVec<[(Play, Could); PLAYS_FEW]> =
            viewers.flat_map(|viewer| &viewer.path.could).copied().collect();
        for (id, publisher) in &mut self.participant_by_id {
            for (source, track) in &mut publisher.track_by_source {
                if source.kind() == Kind::Audio {
                    continue;
                }
                let play = (*id, *source);
                for (_, layer) in watched.iter().filter(|(of, _)| *of == play) {
                    track.watch(now, *layer, publisher.connected);
                }
                if *source == Source::Camera {
                    let could = could.iter().filter(|(of, _)| *of == play).map(|(_, could)| *could);
                    ask_rates(now, track, &could.collect::<Each<_>>());
                }
                if let Some(layers) = track.poll_worth(now) {
                    self.events.push_back(Event::Watched {
                        room: self.id,
                        participant: *id,
                        source: *source,
                        layers,
                    });
                }
            }
        }
    }
}

/// Aims the forwarders. What is over is thrown away where it waits, and not sent again. Whether
/// anything changed.
fn aim(now: Instant, viewer: &mut Participant, wishes: &[Wish], given: &[Option<Step>]) -> bool {
    let before = viewer.targets();
    for (wish, step) in wishes.iter().zip(given) {
        let Some(slot) = viewer.slots.get_mut(wish.slot) else { continue };
        let line = slot.line;
        if slot.forwarder.aim(*step) {
            viewer.flush(wish.slot);
            viewer.peer.forget_repairs(line);
        }
    }
    let after = viewer.targets();
    if before.iter().zip(&after).any(|(before, after)| after < before) {
        viewer.path.fell(now);
    }
    if before.iter().zip(&after).any(|(before, after)| after > before) {
        viewer.path.rose_at = Some(now);
    }
    before != after
}

/// Notes what is wanted, given and needed, for probing, for the publishers and for the record.
fn account(
    viewer: &mut Participant,
    voices: Bitrate,
    spend: Bitrate,
    wishes: &[Wish],
    given: &[Option<Step>],
) {
    let steps = || wishes.iter().zip(given);
    let costs =
        |wish: &Wish, step: &Option<Step>| step.map_or(Bitrate::ZERO, |s| wish.want.cost(s));
    let spent: Bitrate = steps().map(|(wish, step)| costs(wish, step)).sum();
    let nominal = |wish: &Wish| NOMINAL.get(wish.top.index()).copied().unwrap_or_default();
    let shown = wishes.iter().filter(|wish| wish.shown);
    let wanted: Bitrate = shown.map(nominal).sum();
    let lacking = steps().filter(|(wish, step)| **step < Some(Step::full(wish.top))).count();
    let share = u64::try_from(lacking.max(1)).unwrap_or(1);
    let spare = Bitrate::bps(spend.saturating_sub(spent).as_bps() / share);
    let next = steps().filter_map(|(wish, step)| {
        let next = wish.want.next(*step)?;
        Some(next.saturating_sub(costs(wish, step)))
    });
    let path = &mut viewer.path;
    path.could.clear();
    path.could.extend(steps().filter(|(wish, _)| wish.shown).map(|(wish, step)| {
        let room = costs(wish, step) + spare;
        (wish.play, Could { top: wish.top, room })
    }));
    path.wanted = voices + wanted;
    path.given = voices + spent;
    path.needed = match next.max() {
        Some(next) if !viewer.saver => voices + (spent + next).percent(LOOK_PERCENT),
        Some(_) | None => Bitrate::ZERO,
    };
}

fn ask_rates(now: Instant, track: &mut Track, could: &[Could]) {
    let layers = track.layers();
    for layer in (0_u8..).map(Layer).take(layers) {
        if let Some(rate) = rate_of(layer, layers, could) {
            track.ask_rate(now, layer, rate);
        }
    }
}

/// `soon` is the step that will be given when nothing is held back any more; a picture that is
/// only a moment from what was wanted has no cause to tell.
fn delivery(wish: &Wish, step: Option<Step>, soon: Option<Step>, saves: bool) -> Delivery {
    let full = soon == Some(Step::full(wish.top));
    let cause = if !wish.shown {
        Cause::NotShown
    } else if full {
        Cause::AsWanted
    } else if wish.want.rates.last().is_some_and(Option::is_none) {
        Cause::TheirSide
    } else if saves {
        Cause::DataSaver
    } else {
        Cause::YourLine
    };
    let (publisher, source) = wish.play;
    Delivery {
        publisher,
        source,
        wanted: wish.top.0,
        given: step.map(|step| step.layer.0),
        motion: step.map_or(Motion::Full, |step| step.motion),
        cause,
    }
}
