//! One live visit after another: three people who come, are let in, agree, write, go, and come
//! back to a server that was killed meanwhile.
//!
//! In: a server that may be gone at any moment, chance. Out: a ledger of what the people were
//! told.

use super::desk::Listed;
use super::ledger::{Ledger, Maybe};
use super::page::{Page, Seen};
use super::wire::{Cut, Wire};
use bedside_signaling_api::care::{ChatTo, ConsentAnswer, Evidence, Skip, SkipOf};
use bedside_signaling_api::policy::{Gate, Purpose};
use bedside_signaling_api::socket::{ClientMessage, Standing};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;
use uuid::Uuid;

/// The places of the people in the plan.
const CLINICIAN: usize = 0;
const PATIENT: usize = 1;
const FAMILY: usize = 2;
/// Between two things somebody does; a socket that speaks much faster is told so.
const BREATH: Duration = Duration::from_millis(20);

/// A bed at home, with one visit at a time.
pub(super) struct Bed {
    name: String,
    number: u32,
    chance: Rng,
    people: Vec<Human>,
    lines: u32,
    /// The visits that were ended.
    over: Vec<String>,
    pub(super) ledger: Ledger,
}

struct Human {
    id: Uuid,
    link: String,
    session: Option<String>,
    page: Option<Page>,
}

impl Bed {
    pub(super) fn new(name: &str, seed: u64) -> Self {
        Self {
            name: name.to_owned(),
            number: 0,
            chance: Rng::with_seed(seed),
            people: Vec::new(),
            lines: 0,
            over: Vec::new(),
            ledger: Ledger::default(),
        }
    }

    fn reference(&self) -> String {
        format!("{}-{}", self.name, self.number)
    }

    /// Goes on until the server is gone.
    pub(super) async fn live(mut self, wire: Wire) -> Self {
        let Err(Cut) = self.keep_living(&wire).await;
        for human in &mut self.people {
            human.page = None;
        }
        self
    }

    async fn keep_living(&mut self, wire: &Wire) -> Result<Infallible, Cut> {
        loop {
            if self.people.is_empty() {
                self.plan(wire).await?;
            }
            self.redeem(wire).await?;
            if self.people[CLINICIAN].page.is_none() {
                self.open(wire, CLINICIAN).await?;
            }
            while self.ledger.known("state") != Some("over") {
                self.step(wire).await?;
                tokio::time::sleep(BREATH).await;
            }
            self.begin_anew();
        }
    }

    /// The next visit; of the one before it stays known that it is over.
    fn begin_anew(&mut self) {
        self.over.push(self.reference());
        self.number += 1;
        self.people.clear();
        self.ledger.forget();
    }

    async fn plan(&mut self, wire: &Wire) -> Result<(), Cut> {
        let reference = self.reference();
        let body = json!({
            "duration_minutes": 30,
            "policy": "us-all-party",
            "queue": "team",
            "reference": &reference,
            "participants": [
                { "role": "clinician", "display_name": "Dr. Osei" },
                { "role": "patient", "display_name": "Maria", "language": "es" },
                { "role": "family", "display_name": "Ana" },
            ],
        });
        for fact in ["visit", "state", "ends_at"] {
            self.ledger.asks(fact, Maybe::Anything);
        }
        let answer = wire.create(&reference, &body).await?;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let visit = answer.body;
        let id = visit["id"].as_str().expect("a visit has an id");
        assert!(self.ledger.known("visit").is_none_or(|known| known == id), "made twice");
        for (fact, value) in facts_of(&visit) {
            self.ledger.is(fact, value);
        }
        for who in [PATIENT, FAMILY] {
            self.ledger.is(place_of(who), "out");
        }
        for person in visit["participants"].as_array().expect("a visit has people") {
            let text = |key: &str| person[key].as_str().expect("it is told").to_owned();
            let link = text("link").split_once('#').expect("a link has a secret").1.to_owned();
            let id = text("id").parse().expect("an id");
            self.people.push(Human { id, link, session: None, page: None });
        }
        Ok(())
    }

    async fn redeem(&mut self, wire: &Wire) -> Result<(), Cut> {
        for human in self.people.iter_mut().filter(|human| human.session.is_none()) {
            let answer = wire.post("/v1/links/redeem", &json!({ "link": human.link })).await?;
            assert_eq!(answer.status, 200, "{}", answer.body);
            human.session = answer.body["session"].as_str().map(str::to_owned);
            self.ledger.acknowledged += 1;
        }
        Ok(())
    }

    async fn open(&mut self, wire: &Wire, who: usize) -> Result<(), Cut> {
        let human = &mut self.people[who];
        let session = human.session.as_deref().expect("the link is redeemed");
        human.page = Some(Page::open(wire, session).await?);
        Ok(())
    }

    fn page(&mut self, who: usize) -> &mut Page {
        self.people[who].page.as_mut().expect("the page is open")
    }

    fn id(&self, who: usize) -> Uuid {
        self.people[who].id
    }

    /// One thing somebody does, out of those that make sense now.
    async fn step(&mut self, wire: &Wire) -> Result<(), Cut> {
        let place = |who| self.ledger.known(place_of(who)).unwrap_or("out").to_owned();
        let (patient, family) = (place(PATIENT), place(FAMILY));
        let agreed = self.ledger.known("consent telehealth") == Some("yes");
        match self.chance.u8(..24) {
            0..4 if patient == "out" => self.come(wire, PATIENT).await,
            0..4 if !agreed => self.consent(Purpose::Telehealth).await,
            0..4 if patient != "here" => self.admit(PATIENT).await,
            4..6 if family == "out" => self.come(wire, FAMILY).await,
            4..6 if family == "here" => self.leave().await,
            4..6 => self.admit(FAMILY).await,
            6..9 if patient != "out" => self.check().await,
            9..12 if patient != "out" => self.consent(Purpose::Recording).await,
            12 => self.extend().await,
            13 if patient != "out" => self.reload(wire, PATIENT).await,
            14 => self.reload(wire, CLINICIAN).await,
            15 if patient == "here" && self.chance.u8(..3) == 0 => self.end().await,
            16..20 if patient == "here" => self.write(PATIENT, ChatTo::Everybody).await,
            16..20 if patient != "out" => self.write(PATIENT, ChatTo::Staff).await,
            _ => self.write(CLINICIAN, ChatTo::Everybody).await,
        }
    }

    /// Somebody opens their link; staff sees where they are then.
    async fn come(&mut self, wire: &Wire, who: usize) -> Result<(), Cut> {
        self.ledger.asks(place_of(who), Maybe::Anything);
        self.open(wire, who).await?;
        self.settle(who, |place| place != "out").await
    }

    /// Notes where somebody is, once staff sees them so.
    async fn settle(&mut self, who: usize, so: impl Fn(&str) -> bool) -> Result<(), Cut> {
        let id = self.id(who);
        let staff = self.page(CLINICIAN);
        staff.until(|seen| so(&seen.place(id))).await?;
        let place = staff.seen.place(id);
        self.ledger.is(place_of(who), place);
        Ok(())
    }

    async fn admit(&mut self, who: usize) -> Result<(), Cut> {
        let participant = self.id(who);
        let ahead = self.page(CLINICIAN).seen.people[&participant].readiness.clone();
        let skip = |gate| Skip { gate, reason: "by telephone".to_owned() };
        let skip = ahead.expect("staff is told").before_admission.into_iter().map(skip).collect();
        self.ledger.asks(place_of(who), Maybe::Becomes("here".to_owned()));
        for gate in ["location", "callback"].iter().filter(|_| who == PATIENT) {
            let fact = format!("gate {gate}");
            if self.ledger.known(&fact).is_none() {
                self.ledger.asks(fact, Maybe::Becomes("skipped".to_owned()));
            }
        }
        let admit = ClientMessage::Admit { participant, shown: None, skip };
        self.page(CLINICIAN).say(&admit).await?;
        self.settle(who, |place| place == "here").await?;
        self.page(who).until(|seen| seen.standing == Some(Standing::Admitted)).await?;
        self.note_gates();
        Ok(())
    }

    /// The family goes, and the page with them.
    async fn leave(&mut self) -> Result<(), Cut> {
        self.ledger.asks(place_of(FAMILY), Maybe::Becomes("out".to_owned()));
        self.page(FAMILY).say(&ClientMessage::Leave).await?;
        self.page(FAMILY).until(|seen| seen.standing == Some(Standing::Left)).await?;
        self.people[FAMILY].page = None;
        self.settle(FAMILY, |place| place == "out").await
    }

    /// The patient says yes, or no again.
    async fn consent(&mut self, purpose: Purpose) -> Result<(), Cut> {
        let fact = format!("consent {}", purpose.name());
        let yes = self.ledger.known(&fact) != Some("yes");
        let page = self.page(PATIENT);
        page.until(|seen| seen.agreed.contains_key(purpose.name())).await?;
        let version = page.seen.agreed[purpose.name()].1.clone();
        let answer = if yes {
            ConsentAnswer::Give { version, language: "es".to_owned() }
        } else {
            ConsentAnswer::Withdraw
        };
        let word = if yes { "yes" } else { "no" };
        self.ledger.asks(&fact, Maybe::Becomes(word.to_owned()));
        let page = self.page(PATIENT);
        page.say(&ClientMessage::Consent { participant: None, purpose, answer }).await?;
        page.until(|seen| seen.agreed[purpose.name()].0 == Some(yes)).await?;
        self.ledger.is(fact, word);
        Ok(())
    }

    /// The patient says where they are, or under which number.
    async fn check(&mut self) -> Result<(), Cut> {
        let (gate, evidence) = if self.chance.bool() {
            (Gate::Location, Evidence::Location { place: "at home".to_owned() })
        } else {
            (Gate::Callback, Evidence::Callback { number: "+49 431 555".to_owned() })
        };
        let fact = format!("gate {}", gate.name());
        self.ledger.asks(&fact, Maybe::Becomes("passed".to_owned()));
        let page = self.page(PATIENT);
        page.say(&ClientMessage::Check { participant: None, evidence }).await?;
        let patient = self.id(PATIENT);
        let staff = self.page(CLINICIAN);
        let passed = |seen: &Seen| {
            let readiness = seen.people.get(&patient).and_then(|p| p.readiness.as_ref());
            readiness.is_some_and(|readiness| readiness.passed.contains(&gate))
        };
        staff.until(passed).await?;
        self.ledger.is(fact, "passed");
        Ok(())
    }

    async fn extend(&mut self) -> Result<(), Cut> {
        let before: Timestamp =
            self.ledger.known("ends_at").expect("it is planned").parse().expect("an instant");
        let after = before + SignedDuration::from_mins(1);
        self.ledger.asks("ends_at", Maybe::Becomes(after.to_string()));
        let staff = self.page(CLINICIAN);
        staff.say(&ClientMessage::Extend { minutes: 1 }).await?;
        staff.until(|seen| seen.ends_at == Some(after)).await?;
        self.ledger.is("ends_at", after.to_string());
        Ok(())
    }

    /// The same session on a new socket: same person, same place.
    async fn reload(&mut self, wire: &Wire, who: usize) -> Result<(), Cut> {
        self.people[who].page = None;
        self.open(wire, who).await?;
        let inside = who == CLINICIAN || self.ledger.known(place_of(who)) == Some("here");
        let wanted = if inside { Standing::Admitted } else { Standing::Waiting };
        assert_eq!(self.page(who).seen.standing, Some(wanted));
        Ok(())
    }

    async fn write(&mut self, who: usize, to: ChatTo) -> Result<(), Cut> {
        self.lines += 1;
        let text = format!("line {}", self.lines);
        self.ledger.asks(&text, Maybe::Anything);
        let page = self.page(who);
        page.say(&ClientMessage::Chat { to, text: text.clone(), ready: None }).await?;
        page.until(|seen| seen.lines.contains_key(&text)).await?;
        let id = page.seen.lines[&text];
        self.ledger.is(text, id.to_string());
        Ok(())
    }

    async fn end(&mut self) -> Result<(), Cut> {
        self.page(CLINICIAN).catch_up().await?;
        let people = &self.page(CLINICIAN).seen.people;
        let ahead = people.iter().flat_map(|(id, person)| {
            let ahead = person.readiness.iter().flat_map(|ready| ready.before_end.iter());
            ahead.map(|gate| SkipOf { participant: *id, gate: *gate, reason: "known".to_owned() })
        });
        let end = ClientMessage::End { outcome: None, skip: ahead.collect() };
        self.ledger.asks("state", Maybe::Becomes("over".to_owned()));
        self.page(CLINICIAN).say(&end).await?;
        self.page(CLINICIAN).until(|seen| seen.standing == Some(Standing::Ended)).await?;
        self.ledger.is("state", "over");
        Ok(())
    }

    /// What was gone on without is known once somebody is in.
    fn note_gates(&mut self) {
        for (fact, value) in self.staffs_view().into_iter().filter(|(fact, _)| is_gate(fact)) {
            if self.ledger.known(&fact) != Some(&value) {
                self.ledger.is(fact, value);
            }
        }
    }

    /// Everybody comes back with the session of before; what they see is compared with what
    /// they were told.
    pub(super) async fn look(&mut self, wire: &Wire, listed: &Listed) -> Result<Vec<String>, Cut> {
        let visits = listed.get(&self.reference()).map_or(&[][..], Vec::as_slice);
        let mut there: BTreeMap<String, String> = visits.iter().flat_map(facts_of).collect();
        let mut lost = Vec::new();
        if visits.len() > 1 {
            lost.push("made more than once".to_owned());
        }
        for over in &self.over {
            let ended = listed.get(over).and_then(|visits| visits.first());
            if ended.is_none_or(|visit| visit["state"] != "ended") {
                lost.push(format!("{over} was ended, and is {ended:?}"));
            }
            self.ledger.compared += 1;
        }
        let seated = self.people.first().is_some_and(|human| human.session.is_some());
        let is_over = there.get("state").is_some_and(|state| state == "over");
        if is_over || !seated {
            // Nobody can look inside.
            there.extend(self.ledger.all_but(&["visit", "state", "ends_at"]));
        } else {
            self.open(wire, CLINICIAN).await?;
            there.extend(self.staffs_view());
            let written = self.written(wire, &there["visit"]).await?;
            let shown = &self.page(CLINICIAN).seen.lines;
            if shown.iter().any(|(text, id)| written.get(text) != Some(&id.to_string())) {
                lost.push(format!("the page shows {shown:?}, written is {written:?}"));
            }
            there.extend(written);
            lost.extend(self.come_back(wire, &there).await?);
        }
        lost.extend(self.ledger.compare(there));
        if self.ledger.known("state") == Some("over") {
            self.begin_anew();
        }
        let reference = self.reference();
        Ok(lost.into_iter().map(|what| format!("{reference}: {what}")).collect())
    }

    async fn come_back(
        &mut self,
        wire: &Wire,
        there: &BTreeMap<String, String>,
    ) -> Result<Vec<String>, Cut> {
        let mut lost = Vec::new();
        for who in [PATIENT, FAMILY] {
            let place = there.get(place_of(who)).map_or("out", String::as_str);
            if place == "out" {
                continue;
            }
            self.open(wire, who).await?;
            let standing = self.page(who).seen.standing;
            let wanted = if place == "here" { Standing::Admitted } else { Standing::Waiting };
            if standing != Some(wanted) {
                lost.push(format!("{}: {place}, but is told {standing:?}", place_of(who)));
            }
            let id = self.id(who);
            self.page(CLINICIAN).until(|seen| seen.place(id) == place).await?;
        }
        Ok(lost)
    }

    /// Ids of every chat line by their text; a page is shown the newest only.
    async fn written(&self, wire: &Wire, visit: &str) -> Result<BTreeMap<String, String>, Cut> {
        let answer = wire.get(&format!("/v1/visits/{visit}/chat")).await?;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let lines = answer.body["data"].as_array().expect("a list");
        let text = |line: &Value, key: &str| line[key].as_str().expect("it is told").to_owned();
        Ok(lines.iter().map(|line| (text(line, "text"), text(line, "id"))).collect())
    }

    /// The facts as the clinician's page shows them.
    fn staffs_view(&mut self) -> BTreeMap<String, String> {
        let (patient, family) = (self.id(PATIENT), self.id(FAMILY));
        let seen = &self.page(CLINICIAN).seen;
        let mut facts = BTreeMap::new();
        for (who, id) in [(PATIENT, patient), (FAMILY, family)] {
            facts.insert(place_of(who).to_owned(), seen.place(id));
        }
        let Some(ready) = seen.people.get(&patient).and_then(|p| p.readiness.as_ref()) else {
            return facts;
        };
        let mut say = |kind: &str, name: &str, word: &str| {
            facts.insert(format!("{kind} {name}"), word.to_owned());
        };
        ready.agreed.iter().for_each(|purpose| say("consent", purpose.name(), "yes"));
        ready.refused.iter().for_each(|purpose| say("consent", purpose.name(), "no"));
        ready.skipped.iter().for_each(|gate| say("gate", gate.name(), "skipped"));
        ready.passed.iter().for_each(|gate| say("gate", gate.name(), "passed"));
        facts
    }
}

fn is_gate(fact: &str) -> bool {
    fact.starts_with("gate ")
}

const fn place_of(who: usize) -> &'static str {
    if who == PATIENT { "place of the patient" } else { "place of the family" }
}

/// What a listed visit tells of itself.
fn facts_of(visit: &Value) -> [(String, String); 3] {
    let text = |key: &str| visit[key].as_str().expect("each visit has it").to_owned();
    let state = if text("state") == "ended" { "over" } else { "on" };
    let ends_at: Timestamp = text("ends_at").parse().expect("an instant");
    [
        ("visit".to_owned(), text("id")),
        ("state".to_owned(), state.to_owned()),
        ("ends_at".to_owned(), ends_at.to_string()),
    ]
}
