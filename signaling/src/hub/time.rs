//! What the passing of time does to a live visit.
//!
//! In: now. Out: the visit's own `Wake`, and the door opened to those who came early.
//! Never: a timer a person; the next moment is worked out from the visit.

use super::HubError;
use super::client::Client;
use super::live::Live;
use crate::clock;
use crate::store::Actor;
use crate::visit::{Command, Place, Refusal};
use bedside_signaling_api::socket::{ServerMessage, Standing};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// Longest sleep until the wall clock is looked at again: it may be set while we sleep.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

impl Live {
    /// When time alone may change something; a moment of tokio's clock.
    pub(super) fn visit_wakes_at(&self) -> Option<Instant> {
        let opens_at = (!self.outside().is_empty()).then(|| self.visit.opens_at());
        let due = self.visit.wakes_at().into_iter().chain(opens_at).min()?;
        let due = due.max(self.looked_at);
        let ahead = Duration::try_from(due.duration_since(clock::now())).unwrap_or_default();
        Some(Instant::now() + ahead.min(LOOK_AGAIN))
    }

    /// Does what is due in the visit.
    pub(super) async fn handle_visit_time(&mut self) {
        let now = clock::now();
        if self.visit.wakes_at().is_some_and(|due| due <= now) {
            let failed = self.command(Actor::Clock, Command::Wake).await.is_err();
            // A store that fails is not asked in a circle.
            let pause = if failed { self.rooms.limits.retry } else { Duration::ZERO };
            self.looked_at = now.checked_add(pause).unwrap_or(now);
        }
        if now < self.visit.opens_at() && !self.visit.staff_here() {
            return;
        }
        for participant in self.outside() {
            let open = Command::Open { participant };
            match self.command(Actor::Person(participant), open).await {
                Ok(()) => {
                    self.say(participant, ServerMessage::Standing { standing: Standing::Waiting });
                }
                Err(HubError::Refused(Refusal::TooLate)) => {
                    self.send_away(participant, Standing::Missed);
                }
                // The store fails, or the door stays shut: it is tried again, not in a circle.
                Err(_) => {
                    self.looked_at = now.checked_add(self.rooms.limits.retry).unwrap_or(now);
                }
            }
        }
    }

    /// Those with a page who stand before a door that is not open yet.
    fn outside(&self) -> Vec<Uuid> {
        let outside = |(id, client): (&Uuid, &Client)| {
            let seat = self.visit.seat(*id);
            let early = seat.is_some_and(|s| s.place == Place::Expected && !s.admitted);
            (client.line.is_some() && early).then_some(*id)
        };
        self.client_by_participant.iter().filter_map(outside).collect()
    }
}
