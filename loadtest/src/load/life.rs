//! One person's life in a visit of Bedside: opens the link, waits, is let in, offers, does what the
//! script says, leaves. Staff lets the others in.
//!
//! In: a link, a part of the script, what the server says. Out: stays; troubles, as words.
//! Never: media; that is the thread's, which gets orders from here.

mod heard;

use super::crew::{Order, Reins, SeatId, Word};
use super::desk::{Desk, Heard, Page};
use super::script::{Act, Doing, Person, Speaks, StackName, is_staff};
use super::seat::{Persona, Told};
use super::stack::Wanted;
use super::stay::Stay;
use super::visit::Curtain;
use crate::sim::voice::Talk;
use bedside_signaling_api::socket::{ClientMessage, SlotCount, Sources, Standing, View};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{MissedTickBehavior, interval, sleep, sleep_until};
use uuid::Uuid;

/// A page proves that its way is open.
const PING_EVERY: Duration = Duration::from_secs(5);
/// A page comes back so long after a reload or a cut.
const BACK_AFTER: Duration = Duration::from_millis(300);
/// Who goes sooner may go before their media is there.
const CONNECTS_WITHIN: Duration = Duration::from_secs(4);
/// Tries to come back before it is given up.
const TRIES_MAX: u32 = 5;

/// What went wrong, in words to count by.
pub(crate) type Trouble = String;

/// What all lives of a test share.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) desk: Desk,
    /// Counts who sat down.
    pub(crate) seats: Arc<AtomicU64>,
    pub(crate) troubles: UnboundedSender<Trouble>,
    pub(crate) curtain: Curtain,
}

/// Where and when a life is lived.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Number of the visit.
    pub(crate) visit: u32,
    /// Number of the person in it.
    pub(crate) origin: u8,
    pub(crate) link: String,
    /// When the visit began.
    pub(crate) began: Instant,
    /// When this person goes.
    pub(crate) goes_at: Instant,
    /// Whether they end the visit for all as they go.
    pub(crate) ends_it: bool,
    pub(crate) talk: Talk,
    pub(crate) seed: u64,
}

/// A life.
pub(crate) struct Life {
    world: World,
    reins: Reins,
    person: Arc<Person>,
    place: Place,
    came_at: Instant,
    next_step: usize,
    sources: Sources,
    seat: Option<Seated>,
    number: u32,
    slots: SlotCount,
    greeted: Duration,
    views: Vec<View>,
    let_in: Vec<Uuid>,
    is_nonsense_due: bool,
    stays: Vec<Stay>,
}

/// A seat that is taken.
#[derive(Debug)]
struct Seated {
    id: SeatId,
    admitted_at: Instant,
    greeted: Duration,
    slots: SlotCount,
    sources: Sources,
}

/// How a page's socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// The person goes, or the visit is over.
    Over,
    /// The page loads anew; its media is gone too.
    Reload,
    /// Only the socket is gone.
    Cut,
}

/// Lives a life to its end.
pub(crate) async fn live(
    world: World,
    reins: Reins,
    person: Arc<Person>,
    place: Place,
) -> Vec<Stay> {
    let came_at = Instant::now();
    let sources = Sources { microphone: true, camera: !person.camera.is_empty(), screen: false };
    let life = Life {
        world,
        reins,
        person,
        place,
        came_at,
        next_step: 0,
        sources,
        seat: None,
        number: 0,
        slots: heard::NO_SLOTS,
        greeted: Duration::ZERO,
        views: Vec::new(),
        let_in: Vec::new(),
        is_nonsense_due: false,
        stays: Vec::new(),
    };
    life.run().await
}

impl Life {
    async fn run(mut self) -> Vec<Stay> {
        let pressed_at = Instant::now();
        let session = match self.world.desk.redeem(&self.place.link).await {
            Ok(session) => session,
            Err(fault) => {
                self.trouble(&format!("the link could not be opened: {}", fault.word()));
                return self.stays;
            }
        };
        let mut asked_at = pressed_at;
        let mut tries = 0;
        while Instant::now() < self.place.goes_at && !self.world.curtain.has_fallen() {
            let ended = match self.world.desk.open(&session.session).await {
                Ok(page) => {
                    tries = 0;
                    self.page(page, asked_at).await
                }
                Err(fault) => {
                    self.trouble(fault.word());
                    tries += 1;
                    if tries == TRIES_MAX { Ended::Over } else { Ended::Cut }
                }
            };
            if ended == Ended::Over {
                break;
            }
            if ended == Ended::Reload {
                self.rise().await;
            }
            sleep(BACK_AFTER).await;
            asked_at = Instant::now();
        }
        self.rise().await;
        self.stays
    }

    /// One page, from its hello to its end.
    async fn page(&mut self, mut page: Page, asked_at: Instant) -> Ended {
        self.let_in.clear();
        self.views.clear();
        let mut ping = interval(PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut greeted = None;
        let curtain = self.world.curtain.clone();
        loop {
            let step_at = self.step_at();
            let heard = tokio::select! {
                heard = page.hear() => Some(heard),
                _ = ping.tick() => {
                    page.say(&ClientMessage::Ping).await;
                    None
                }
                () = curtain.falls(self.place.goes_at) => {
                    self.go(page).await;
                    return Ended::Over;
                }
                () = sleep_until(step_at.into()), if self.seat.is_some() => {
                    match self.step(&mut page).await {
                        Some(ended) => return ended,
                        None => None,
                    }
                }
            };
            match heard {
                None | Some(Heard::Unknown) => {}
                Some(Heard::Closed) => {
                    self.trouble("the server closed the socket");
                    return Ended::Cut;
                }
                Some(Heard::Message(message)) => {
                    let took = *greeted.get_or_insert_with(|| asked_at.elapsed());
                    if let Some(ended) = self.hear(&mut page, *message, took).await {
                        return ended;
                    }
                }
            }
        }
    }

    async fn go(&mut self, mut page: Page) {
        let message = if self.place.ends_it {
            ClientMessage::End { outcome: None, skip: Vec::new() }
        } else {
            ClientMessage::Leave
        };
        page.say(&message).await;
        self.rise().await;
        page.close().await;
    }

    fn step_at(&self) -> Instant {
        let next = self.person.steps.get(self.next_step);
        next.map_or(self.place.goes_at, |step| self.came_at + step.at)
    }

    /// Does what the script says next.
    async fn step(&mut self, page: &mut Page) -> Option<Ended> {
        let act = self.person.steps.get(self.next_step)?.act;
        self.next_step += 1;
        let doing = match act {
            Act::Line(line) => {
                if let Some(seat) = self.seat_id() {
                    self.reins.tell(seat, Word::Line(line));
                }
                return None;
            }
            Act::Do(doing) => doing,
        };
        match doing {
            Doing::Mute => self.sources.microphone = false,
            Doing::Unmute => self.sources.microphone = true,
            Doing::CameraOff => self.sources.camera = false,
            Doing::CameraOn => self.sources.camera = true,
            Doing::Share => self.sources.screen = true,
            Doing::Unshare => self.sources.screen = false,
            Doing::Reload => return Some(Ended::Reload),
            Doing::Cut => return Some(Ended::Cut),
            Doing::Nonsense => {
                self.talk_nonsense(page).await;
                return None;
            }
        }
        page.say(&ClientMessage::Switch { sources: self.sources }).await;
        if let Some(seat) = self.seat_id() {
            self.reins.tell(seat, Word::Switch(self.sources));
        }
        None
    }

    async fn talk_nonsense(&mut self, page: &mut Page) {
        self.is_nonsense_due = true;
        page.say_words("{\"t\":\"sing\",\"song\":7}".to_owned()).await;
        page.say_words("no JSON at all".to_owned()).await;
        // A link that opens nothing; that the server says so is not looked at twice.
        if self.world.desk.redeem("nobody.nothing").await.is_ok() {
            self.trouble("a link that is none was opened");
        }
        if let Some(seat) = self.seat_id() {
            self.reins.tell(seat, Word::Noise);
        }
    }

    /// Sits down at a thread and offers.
    async fn offer(&mut self, page: &mut Page) {
        self.rise().await;
        self.views.clear();
        let (slots, greeted) = (self.slots, self.greeted);
        let id = SeatId(self.world.seats.fetch_add(1, Ordering::Relaxed));
        let persona = Box::new(self.persona(slots));
        self.seat =
            Some(Seated { id, admitted_at: Instant::now(), greeted, slots, sources: self.sources });
        let asked = self.reins.ask(|reply| Order::Sit { seat: id, persona, reply }).await;
        match asked {
            Some(Ok(sdp)) => {
                self.number += 1;
                let (number, sources) = (self.number, self.sources);
                page.say(&ClientMessage::Offer { number, sdp, sources }).await;
            }
            Some(Err(fault)) => self.trouble(&fault.to_string()),
            None => self.trouble("a thread of people has ended"),
        }
    }

    fn persona(&self, slots: SlotCount) -> Persona {
        let layers = match self.person.stack {
            StackName::Str0m => self.person.camera.len(),
            StackName::Rtc => self.person.camera.len().min(1),
        };
        let wanted = Wanted {
            microphone: true,
            layers,
            screen: true,
            audio: slots.audio.into(),
            video: slots.video.into(),
        };
        let place = &self.place;
        Persona {
            visit: place.visit,
            origin: place.origin,
            stack: self.person.stack,
            wanted,
            talk: place.talk.clone(),
            since: place.began.elapsed(),
            camera: self.person.camera.iter().copied().take(layers).collect(),
            is_steady: self.person.is_steady,
            is_unasked: false,
            line: self.person.line,
            sources: self.sources,
            seed: place.seed,
        }
    }

    /// Gets up, if they sit.
    async fn rise(&mut self) {
        let Some(Seated { id, admitted_at, greeted, slots, sources }) = self.seat.take() else {
            return;
        };
        let told = self.reins.ask(|reply| Order::Rise { seat: id, reply }).await;
        let told: Told = told.unwrap_or_default();
        if told.connected_at.is_none() && admitted_at.elapsed() > CONNECTS_WITHIN {
            self.trouble("media never connected");
        }
        self.stays.push(Stay {
            origin: self.place.origin,
            greeted,
            admitted_at,
            left_at: Instant::now(),
            is_audible: sources.microphone && self.person.speaks == Speaks::Always,
            is_visible: sources.camera,
            watches: self.person.shows > 0,
            slots: (slots.audio.into(), slots.video.into()),
            told,
        });
    }

    fn is_staff(&self) -> bool {
        is_staff(self.person.role)
    }

    fn seat_id(&self) -> Option<SeatId> {
        self.seat.as_ref().map(|seat| seat.id)
    }

    fn trouble(&self, words: &str) {
        // Nobody listens any more once the test is over.
        let _ = self.world.troubles.send(words.to_owned());
    }

    /// Whether a standing is the end of this page, and a good one.
    fn end_of(&self, standing: Standing) -> Option<Ended> {
        match standing {
            Standing::Waiting | Standing::Admitted | Standing::Early => None,
            Standing::Ended | Standing::Left => Some(Ended::Over),
            Standing::Declined
            | Standing::Removed
            | Standing::Cancelled
            | Standing::Missed
            | Standing::Replaced => {
                self.trouble(&format!("sent away: {standing:?}"));
                Some(Ended::Over)
            }
        }
    }
}
