//! One second of everybody's lines, for the record.
//!
//! In: what each line was measured to do. Out: a sample a person a second.
//! Never: scores; that is signaling's part, which also knows what people saw.

use super::Room;
use bedside_sfu_api::{Event, Leg, QualitySample};
use std::time::{Duration, Instant};

impl Room {
    /// Samples everybody's lines; once a second.
    pub(super) fn sample_quality(&mut self) {
        for (id, person) in self.participant_by_id.iter_mut().filter(|(_, p)| p.connected) {
            let reading = person.path.egress.reading();
            let (loss_permille, jitter_ms, rate) = person.path.egress.take_second();
            let rtt_ms = reading.rtt.map(millis);
            let down = Leg {
                loss_permille,
                jitter_ms,
                rtt_ms,
                queue_ms: millis(reading.queue),
                estimate: Some(reading.estimate),
                rate,
            };
            let (loss_permille, jitter_ms, rate) = person.take_up_second();
            let up = Leg { loss_permille, jitter_ms, rtt_ms, queue_ms: 0, estimate: None, rate };
            let sample = QualitySample {
                down,
                up,
                wanted: person.path.wanted,
                given: person.path.given,
                sound: person.sound(),
            };
            self.events.push_back(Event::Quality { room: self.id, participant: *id, sample });
        }
    }

    /// Whether a second has passed since the last samples.
    pub(super) fn is_second(&mut self, now: Instant) -> bool {
        let due = now >= self.sample_at;
        if due {
            self.sample_at = now + Duration::from_secs(1);
        }
        due
    }
}

fn millis(duration: Duration) -> u16 {
    u16::try_from(duration.as_millis()).unwrap_or(u16::MAX)
}
