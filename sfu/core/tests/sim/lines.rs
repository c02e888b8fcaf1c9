//! Bad lines: loss that is repaired, a line that collapses and comes back.

use crate::link::Line;
use crate::world::{World, participant_id};
use bedside_sfu_api::{Cause, Event};
use std::time::Duration;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn lost_video_is_sent_again() {
    for seed in 1..=3 {
        let mut world = World::new(seed);
        world.admit((1, 1), Line::GOOD);
        world.admit((1, 2), Line { loss_permille: 50, ..Line::GOOD });
        world.run(seconds(4));
        let since = world.now;
        world.run(seconds(10));
        let received = world.received((1, 2), since);
        let video = received.iter().filter(|packet| packet.descriptor.is_some());
        let mut seqs: Vec<_> = video.clone().map(|packet| packet.seq).collect();
        seqs.sort_unstable();
        seqs.dedup();
        // What was lost in the last second may still be on its way.
        let settled = video.filter(|packet| packet.at < world.now - seconds(1));
        let last = settled.map(|packet| packet.seq).max().unwrap();
        seqs.retain(|seq| *seq <= last);
        let span = last - seqs.first().unwrap() + 1;
        let lost = span - u64::try_from(seqs.len()).unwrap();
        assert!(span > 200, "seed {seed}: only {span} packets");
        assert!(lost * 100 < span, "seed {seed}: {lost} of {span} packets never came");
    }
}

#[test]
fn a_collapsing_line_keeps_the_voice_gives_up_layers_says_why_and_recovers() {
    for seed in 1..=3 {
        let mut world = World::new(seed);
        world.admit((1, 1), Line::GOOD);
        world.admit((1, 2), Line::GOOD);
        world.show((1, 2), 720);
        world.run(seconds(10));
        let top = |world: &World, since| {
            let received = world.received((1, 2), since);
            received.iter().filter(|p| p.descriptor.is_some()).map(|p| p.tag.layer).max()
        };
        assert_eq!(top(&world, world.now - seconds(1)), Some(2), "seed {seed}: a good line");

        let collapsed = world.now;
        let thin = Line { kbps: 400, buffer_bytes: 15_000, ..Line::GOOD };
        world.line((1, 2), thin);
        world.run(seconds(20));
        let lower = top(&world, world.now - seconds(3));
        assert!(matches!(lower, Some(0 | 1)), "seed {seed}: layers go down, not out: {lower:?}");
        let voices = world.received((1, 2), world.now - seconds(10));
        let voices = voices.iter().filter(|packet| packet.descriptor.is_none()).count();
        assert!(voices > 475, "seed {seed}: only {voices} of 500 voice packets in ten seconds");
        let told = world.events.iter().any(|(at, event)| {
            let Event::Delivered { participant, deliveries, .. } = event else { return false };
            *at > collapsed
                && *participant == participant_id((1, 2))
                && deliveries.iter().any(|delivery| delivery.cause == Cause::YourLine)
        });
        assert!(told, "seed {seed}: nobody was told why");

        world.line((1, 2), Line::GOOD);
        world.run(seconds(30));
        assert_eq!(top(&world, world.now - seconds(1)), Some(2), "seed {seed}: it comes back");
    }
}
