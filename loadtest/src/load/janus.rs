//! Janus VideoRoom, another server, played by the same people and measured by the same ruler.
//!
//! In: a script without steps but for lines. Out: what came of each visit, as for Bedside's.
//! Never: more of Janus than a room needs: create, join, publish, subscribe. It takes a report for
//! that of the first stream it speaks of, and so passes on no request for a keyframe of people
//! whose reports are of all their streams; theirs come every two seconds, asked for or not.

mod talk;

use super::crew::{self, Order, Reins, SeatId};
use super::script::{Act, Person, Script, Speaks};
use super::seat::{Persona, Told};
use super::stack::Wanted;
use super::stay::{Outcome, Stay, judge};
use super::visit::{Curtain, Number, talks};
use crate::sim::voice::Talk;
use bedside_signaling_api::socket::Sources;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use talk::{Channel, JanusFault, Word};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep_until};

/// Janus forgets a session that says nothing for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(25);
/// Rooms are numbered from here; the example configuration has 1234 and 5678.
const FIRST_ROOM: u64 = 100_000;

/// Where it is.
#[derive(Debug, Clone)]
pub(crate) struct Janus {
    pub(crate) server: SocketAddr,
}

/// What all visits share.
#[derive(Debug, Clone)]
pub(crate) struct World {
    janus: Janus,
    seats: Arc<AtomicU64>,
    troubles: UnboundedSender<String>,
    curtain: Curtain,
}

impl World {
    pub(crate) fn new(janus: Janus, troubles: UnboundedSender<String>, curtain: Curtain) -> Self {
        Self { janus, seats: Arc::default(), troubles, curtain }
    }

    fn trouble(&self, words: &str) {
        // Nobody listens any more once the test is over.
        let _ = self.troubles.send(words.to_owned());
    }

    fn seat(&self) -> SeatId {
        SeatId(self.seats.fetch_add(1, Ordering::Relaxed))
    }
}

/// Whether a script can be played here: people come, go and have lines.
pub(crate) fn plays(script: &Script) -> bool {
    let mut steps = script.people.iter().flat_map(|person| &person.steps);
    steps.all(|step| matches!(step.act, Act::Line(_)))
}

/// Lives a visit.
pub(crate) async fn hold(
    world: World,
    reins: Vec<Reins>,
    script: Arc<Script>,
    number: Number,
) -> Outcome {
    let began = Instant::now();
    let room = FIRST_ROOM + u64::from(number.visit);
    if let Err(fault) = make_room(&world.janus, room, script.people.len()).await {
        world.trouble(&format!("no room could be made: {fault}"));
        return Outcome::default();
    }
    let lasts = number.ends_at.saturating_duration_since(began);
    let seed = number.seed ^ room;
    let mut lives = JoinSet::new();
    for (index, (person, talk)) in
        script.people.iter().zip(talks(&script.people, lasts, seed)).enumerate()
    {
        let place = usize::try_from(number.visit).unwrap_or_default().checked_rem(reins.len());
        let Some(reins) = place.and_then(|place| reins.get(place)).cloned() else { continue };
        let origin = u8::try_from(index).unwrap_or(u8::MAX);
        let goes_at = person.goes.map_or(number.ends_at, |goes| began + goes).min(number.ends_at);
        let life = Life {
            world: world.clone(),
            reins,
            person: person.clone(),
            room,
            visit: number.visit,
            origin,
            goes_at,
            talk,
            seed: seed ^ (u64::from(origin) << 32),
            began,
        };
        let comes = person.comes;
        lives.spawn(async move {
            if life.world.curtain.opens(began + comes).await { life.run().await } else { None }
        });
    }
    let stays: Vec<Stay> = lives.join_all().await.into_iter().flatten().collect();
    judge(&stays)
}

async fn make_room(janus: &Janus, room: u64, people: usize) -> Result<(), JanusFault> {
    let mut channel = Channel::open(janus.server).await?;
    let handle = channel.attach().await?;
    // A room of an earlier test would be in the way.
    let _ = channel.ask(handle, json!({ "request": "destroy", "room": room }), None).await;
    let create = json!({
        "request": "create", "room": room, "publishers": people, "bitrate": 0,
        "audiocodec": "opus", "videocodec": "vp8", "notify_joining": false,
    });
    let made = channel.ask(handle, create, None).await?;
    if made.data.get("videoroom").and_then(Value::as_str) == Some("created") {
        return Ok(());
    }
    Err(JanusFault::Said(made.data.to_string()))
}

struct Life {
    world: World,
    reins: Reins,
    person: Person,
    room: u64,
    visit: u32,
    origin: u8,
    goes_at: Instant,
    talk: Talk,
    seed: u64,
    began: Instant,
}

/// What a person has at Janus: a connection to send by and, once there is somebody, one to
/// receive by.
struct Seats {
    sends: SeatId,
    receives: SeatId,
    publisher: u64,
    subscriber: Option<u64>,
    is_attending: bool,
}

impl Life {
    async fn run(self) -> Option<Stay> {
        let pressed_at = Instant::now();
        let mut channel = match Channel::open(self.world.janus.server).await {
            Ok(channel) => channel,
            Err(fault) => {
                self.world.trouble(&format!("Janus cannot be reached: {fault}"));
                return None;
            }
        };
        let mut seats = Seats {
            sends: self.world.seat(),
            receives: self.world.seat(),
            publisher: 0,
            subscriber: None,
            is_attending: false,
        };
        let lived = self.live(&mut channel, &mut seats).await;
        if let Err(fault) = lived {
            self.world.trouble(&format!("Janus: {fault}"));
        }
        let sent = self.rise(seats.sends).await;
        let mut told = Told::default();
        if seats.is_attending {
            told = self.rise(seats.receives).await;
            told.connected_at = told.connected_at.zip(sent.connected_at).map(|(a, b)| a.max(b));
        }
        Some(Stay {
            origin: self.origin,
            greeted: Duration::ZERO,
            admitted_at: pressed_at,
            left_at: Instant::now(),
            is_audible: self.person.speaks == Speaks::Always,
            is_visible: !self.person.camera.is_empty(),
            watches: true,
            slots: (usize::MAX - 1, usize::MAX - 1),
            told,
        })
    }

    async fn live(&self, channel: &mut Channel, seats: &mut Seats) -> Result<(), JanusFault> {
        seats.publisher = channel.attach().await?;
        let join = json!({ "request": "join", "ptype": "publisher", "room": self.room });
        let joined = channel.ask(seats.publisher, join, None).await?;
        let offer = self.sit(seats.sends).await?;
        let publish = json!({ "request": "publish" });
        let answer = channel.ask(seats.publisher, publish, Some(("offer", offer))).await?;
        let sdp = answer.sdp.ok_or_else(|| JanusFault::Said(answer.data.to_string()))?;
        let seat = seats.sends;
        let answered = self.reins.ask(|reply| Order::Answer { seat, sdp, reply }).await;
        answered.ok_or(JanusFault::Gone)?.map_err(JanusFault::Crew)?;
        self.subscribe(channel, seats, &joined.data).await?;
        self.attend(channel, seats).await
    }

    /// Until the person goes.
    async fn attend(&self, channel: &mut Channel, seats: &mut Seats) -> Result<(), JanusFault> {
        let mut keep = interval(KEEP_ALIVE);
        let mut next_step = 0;
        loop {
            let step = self.person.steps.get(next_step);
            let step_at =
                step.map_or(self.goes_at, |step| self.began + self.person.comes + step.at);
            tokio::select! {
                word = channel.hear() => {
                    let Word { data, sdp, .. } = word?;
                    if let Some(offer) = sdp {
                        self.accept(channel, seats, offer).await?;
                    }
                    self.subscribe(channel, seats, &data).await?;
                }
                _ = keep.tick() => channel.keep_alive().await?,
                () = self.world.curtain.falls(self.goes_at) => return Ok(()),
                () = sleep_until(step_at.into()), if step.is_some() => {
                    next_step += 1;
                    if let Some(Act::Line(line)) = step.map(|step| step.act) {
                        for seat in [seats.sends, seats.receives] {
                            self.reins.tell(seat, crew::Word::Line(line));
                        }
                    }
                }
            }
        }
    }

    /// Asks for the streams of those who have begun to publish.
    async fn subscribe(
        &self,
        channel: &mut Channel,
        seats: &mut Seats,
        data: &Value,
    ) -> Result<(), JanusFault> {
        let publishers = data.get("publishers").and_then(Value::as_array);
        let feeds = publishers.into_iter().flatten().filter_map(|one| one.get("id"));
        let streams: Vec<Value> = feeds.map(|feed| json!({ "feed": feed })).collect();
        if streams.is_empty() {
            return Ok(());
        }
        let (handle, request) = match seats.subscriber {
            Some(handle) => (handle, json!({ "request": "subscribe", "streams": streams })),
            None => {
                let handle = channel.attach().await?;
                seats.subscriber = Some(handle);
                let ptype = "subscriber";
                let room = self.room;
                let request =
                    json!({ "request": "join", "ptype": ptype, "room": room, "streams": streams });
                (handle, request)
            }
        };
        let word = channel.ask(handle, request, None).await?;
        match word.sdp {
            Some(offer) => self.accept(channel, seats, offer).await,
            None => Ok(()),
        }
    }

    /// Janus offers what it sends; it is answered.
    async fn accept(
        &self,
        channel: &mut Channel,
        seats: &mut Seats,
        sdp: String,
    ) -> Result<(), JanusFault> {
        let Some(handle) = seats.subscriber else { return Ok(()) };
        seats.is_attending = true;
        let (seat, persona) = (seats.receives, Box::new(self.persona(false)));
        let asked = self.reins.ask(|reply| Order::Offered { seat, persona, sdp, reply }).await;
        let answer = asked.ok_or(JanusFault::Gone)?.map_err(JanusFault::Crew)?;
        channel.ask(handle, json!({ "request": "start" }), Some(("answer", answer))).await?;
        Ok(())
    }

    async fn sit(&self, seat: SeatId) -> Result<String, JanusFault> {
        let persona = Box::new(self.persona(true));
        let asked = self.reins.ask(|reply| Order::Sit { seat, persona, reply }).await;
        asked.ok_or(JanusFault::Gone)?.map_err(JanusFault::Crew)
    }

    async fn rise(&self, seat: SeatId) -> Told {
        self.reins.ask(|reply| Order::Rise { seat, reply }).await.unwrap_or_default()
    }

    /// What is sent is one layer: VideoRoom's simulcast is not what is compared.
    fn persona(&self, sends: bool) -> Persona {
        let layer = self.person.camera.last().copied().filter(|_| sends);
        let wanted = Wanted {
            microphone: sends,
            layers: usize::from(layer.is_some()),
            screen: false,
            audio: 0,
            video: 0,
        };
        Persona {
            visit: self.visit,
            origin: self.origin,
            stack: self.person.stack,
            wanted,
            talk: self.talk.clone(),
            since: self.began.elapsed(),
            camera: layer.into_iter().collect(),
            is_steady: self.person.is_steady,
            is_unasked: true,
            line: self.person.line,
            sources: Sources { microphone: true, camera: true, screen: false },
            seed: self.seed,
        }
    }
}
