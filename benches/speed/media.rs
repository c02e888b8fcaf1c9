//! The media plane as the program starts it, on one core, and what its thread uses.
//!
//! In: who comes. Out: answers; processor time of the media thread alone.
//! Never: a setting the program would not have; one shard, so that one core is measured.

use crate::Outcome;
use bedside_benches::processor::{processor_time_of, thread_named};
use bedside_config::Media as Settings;
use bedside_sfu::{Running, start};
use bedside_sfu_api::{
    Circle, Command, ConnectionId, Event, Grant, ParticipantId, Precedence, RoomId, ShardStats,
    Sources,
};
use std::net::Ipv4Addr;
use std::time::Duration;
use uuid::Uuid;

/// A media plane with one shard.
pub(crate) struct Media {
    running: Running,
    thread: u32,
    people: u128,
    stats: ShardStats,
}

impl Media {
    pub(crate) fn start() -> Outcome<Self> {
        let running = start(&Settings {
            port: 0,
            shards: 1,
            pin: true,
            addresses: vec![Ipv4Addr::LOCALHOST.into()],
            announce: Vec::new(),
        })?;
        Ok(Self {
            running,
            thread: thread_named("media-0")?,
            people: 0,
            stats: ShardStats::default(),
        })
    }

    /// Lets somebody in; the answer to their offer.
    pub(crate) fn admit(&mut self, room: u64, offer: String) -> Outcome<String> {
        self.people += 1;
        self.running.commands.blocking_send(Command::Admit {
            room: RoomId(Uuid::from_u64_pair(7, room)),
            participant: ParticipantId(Uuid::from_u128(self.people)),
            connection: ConnectionId(1),
            grant: Grant {
                publish: Sources::ALL,
                hear: true,
                see: true,
                precedence: Precedence::default(),
            },
            circle: Circle::MAIN,
            sources: Sources { screen: false, ..Sources::ALL },
            offer,
        })?;
        while let Some(event) = self.running.events.blocking_recv() {
            if let Event::Admitted { answer, .. } = event {
                return Ok(answer);
            }
            if let Event::Refused { refusal, .. } = event {
                return Err(format!("refused: {refusal:?}").into());
            }
        }
        Err("the media plane has ended".into())
    }

    /// What it counts of itself, as told last.
    pub(crate) fn stats(&mut self) -> ShardStats {
        while let Ok(event) = self.running.events.try_recv() {
            if let Event::Stats(stats) = event {
                self.stats = stats;
            }
        }
        self.stats
    }

    pub(crate) fn processor_time(&self) -> Outcome<Duration> {
        processor_time_of(self.thread)
    }

    pub(crate) fn stop(self) {
        self.running.threads.stop();
    }
}
