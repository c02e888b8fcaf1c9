//! A film made while frames come in, in virtual time and on a real thread.

use super::desk::Desk;
use super::{Composed, Composite, FILM};
use crate::film::Plan;
use crate::film::tests::material::{of, person, pictures, tone};
use crate::take::Frame;
use bedside_sfu_api::Source::{Camera, Microphone};
use bedside_sfu_api::{Codec, Turn};
use bedside_signaling_api::recorder::{Labelled, Layout};

fn labelled(number: u128, label: &str) -> Labelled {
    Labelled { participant: person(number).0, label: label.to_owned() }
}

/// Four seconds of two people, in the order they come: pictures 100 ms after sound.
fn frames() -> Vec<Frame> {
    let red = pictures(Codec::Vp8, "color=red:size=320x180:rate=30", "4");
    let mut frames = [
        of(person(1), Camera, Codec::Vp8, &red),
        of(person(2), Camera, Codec::Vp8, &red),
        of(person(2), Microphone, Codec::Opus, &tone(400.0, 0, 4_000, 4_000)),
    ]
    .concat();
    frames.sort_by_key(|frame| frame.at_ms + if frame.track.1 == Camera { 100 } else { 0 });
    frames
}

/// What a film is made of, by kind: whether pictures need others before them, and moments.
fn seen(composed: &[Composed], turn: u64) -> (Vec<(u64, bool)>, Vec<u64>) {
    let of_turn = composed.iter().filter_map(|composed| match composed {
        Composed::Frame(Turn(other), frame) if *other == turn => Some(frame),
        Composed::Frame(..) | Composed::Rested(_) | Composed::Refresh(..) => None,
        Composed::TooSlow | Composed::KeepsUp => None,
    });
    let of_turn: Vec<&Frame> = of_turn.collect();
    assert!(of_turn.iter().all(|frame| frame.track.0 == FILM));
    let pictures = of_turn.iter().filter(|frame| frame.codec == Codec::H264);
    let sounds = of_turn.iter().filter(|frame| frame.codec == Codec::Opus);
    (
        pictures.map(|frame| (frame.at_ms, frame.key)).collect(),
        sounds.map(|frame| frame.at_ms).collect(),
    )
}

#[test]
fn each_turn_begins_with_a_keyframe_and_the_clock_is_the_recordings() {
    let mut composite = Composite::new(Plan::new(Layout::Grid), &[0, 1]).expect("a thread");
    let both = [labelled(1, "Anna"), labelled(2, "Béla")];
    composite.allow(Turn(7), 10_000, &both);
    for mut frame in frames() {
        let at_ms = frame.at_ms + 10_000;
        frame.at_ms = at_ms;
        if at_ms == 12_000 && frame.track.1 == Microphone {
            composite.allow(Turn(8), at_ms, &both[..1]);
        }
        composite.handle_frame(frame);
        composite.handle_now(at_ms);
    }
    composite.rest(14_000);
    let composed = composite.finish();
    let (first, second) = (seen(&composed, 7), seen(&composed, 8));
    assert_eq!((first.0[0], second.0[0].1), ((10_000, true), true));
    let moments: Vec<u64> = first.1.iter().chain(&second.1).copied().collect();
    let wanted: Vec<u64> = (10_000..14_000).step_by(20).collect();
    assert_eq!(moments, wanted, "no sound is missing and none comes twice");
    let pictures: Vec<(u64, bool)> = [first.0, second.0].concat();
    assert!(pictures.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert_eq!(composed.last(), Some(&Composed::Rested(Turn(8))));
}

#[test]
fn nobody_is_let_in_who_is_not_in_the_turn() {
    let mut composite = Composite::new(Plan::new(Layout::Grid), &[]).expect("a thread");
    let stranger = of(person(9), Camera, Codec::Vp8, &vec![(0, true, vec![1, 2, 3])]);
    composite.handle_frame(stranger[0].clone());
    composite.allow(Turn(1), 0, &[labelled(1, "Anna")]);
    composite.handle_frame(stranger[0].clone());
    composite.rest(100);
    composite.handle_frame(stranger[0].clone());
    assert_eq!(composite.shared.waiting.load(std::sync::atomic::Ordering::Relaxed), 0);
    assert!(composite.is_alive());
    assert_eq!(composite.finish().last(), Some(&Composed::Rested(Turn(1))));
}

#[test]
fn a_film_that_is_too_slow_keeps_the_voices_and_asks_for_keyframes_afterwards() {
    let mut desk = Desk::new(Plan::new(Layout::Grid)).expect("a film");
    desk.handle_turn(Turn(1), 0, &[labelled(1, "Anna"), labelled(2, "Béla")]).expect("a turn");
    for (nth, frame) in frames().into_iter().enumerate() {
        let now = frame.at_ms * 3;
        desk.handle_frame(frame);
        // Whoever feeds it is a minute ahead at first, and then is not.
        let ahead = if nth < 300 { 60_000 } else { 0 };
        desk.handle_now(now, now + ahead).expect("a film");
    }
    desk.handle_rest(12_000).expect("a film");
    let composed: Vec<Composed> = std::iter::from_fn(|| desk.poll()).collect();
    let at = |wanted: &Composed| composed.iter().position(|composed| composed == wanted);
    let (slow, keeps) = (at(&Composed::TooSlow), at(&Composed::KeepsUp));
    assert!(slow.is_some() && slow < keeps, "{slow:?} {keeps:?}");
    let wanted = composed.iter().filter(|composed| matches!(composed, Composed::Refresh(..)));
    assert_eq!(wanted.count(), 2, "both cameras");
    assert_eq!(seen(&composed, 1).1.len(), 600);
}
