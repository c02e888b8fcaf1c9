//! Everybody, with every choice, in every mode; and the cases one meets in a visit.

use super::*;
use proptest::prelude::*;

const TONGUES: [&str; 4] = ["ase", "de", "en", "fr"];

fn id(number: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(number).expect("a small number"))
}

fn guest(number: usize, tongue: &str, listens: Option<&str>) -> Person {
    let (tongue, listens) = (Tongue::of(tongue), listens.map(Tongue::of));
    Person { id: id(number), tongue, listens, interprets: None }
}

fn interpreter(number: usize, into: &str, relay: Option<&str>) -> Person {
    let way = Some(Direction { from: Tongue::of("xx"), into: Tongue::of(into) });
    Person { interprets: Some(Interpreter { way, rests: false }), ..guest(number, "en", relay) }
}

fn simultaneous(active: &[(&str, usize)]) -> Arrangement {
    let active = active.iter().map(|(channel, who)| (Tongue::of(channel), id(*who)));
    let mode = InterpretingMode::Simultaneous;
    Arrangement { mode, active_by_channel: active.collect(), ..Arrangement::default() }
}

#[test]
fn a_patient_hears_the_interpreter_and_the_doctor_under_it() {
    let doctor = guest(1, "en", Some("en"));
    let patient = guest(2, "de", Some("de"));
    let daughter = guest(3, "de", None);
    let interpreter = interpreter(4, "de", None);
    let arrangement = simultaneous(&[("de", 4)]);
    let heard = |listener, speaker| hearing(listener, speaker, &arrangement);
    assert_eq!(heard(&patient, &interpreter), Level::Full);
    assert_eq!(heard(&patient, &doctor), Level::Ducked);
    assert_eq!(heard(&patient, &daughter), Level::Full, "she speaks the patient's own language");
    assert_eq!(heard(&daughter, &interpreter), Level::Silent, "she listens to the floor");
    assert_eq!(heard(&daughter, &doctor), Level::Full);
    assert_eq!(heard(&doctor, &interpreter), Level::Silent);
    assert_eq!(heard(&doctor, &patient), Level::Full, "nobody speaks into the doctor's channel");
    assert_eq!(heard(&interpreter, &doctor), Level::Full);
    // Turned round, it is the doctor who hears the interpreter.
    let turned = interpreter_turned();
    let arrangement = simultaneous(&[("en", 4)]);
    assert_eq!(hearing(&doctor, &turned, &arrangement), Level::Full);
    assert_eq!(hearing(&doctor, &patient, &arrangement), Level::Ducked);
    assert_eq!(hearing(&patient, &turned, &arrangement), Level::Silent);
    assert_eq!(hearing(&patient, &doctor, &arrangement), Level::Full);
}

fn interpreter_turned() -> Person {
    interpreter(4, "en", None)
}

#[test]
fn in_a_relay_the_second_interpreter_hears_the_first_and_the_floor_under_it() {
    let speaker = guest(1, "de", None);
    let (into_english, into_french) =
        (interpreter(2, "en", None), interpreter(3, "fr", Some("en")));
    let rests = interpreter(4, "fr", Some("fr"));
    let arrangement = simultaneous(&[("en", 2), ("fr", 3)]);
    let heard = |listener, speaker| hearing(listener, speaker, &arrangement);
    assert_eq!(heard(&into_french, &into_english), Level::Full);
    assert_eq!(heard(&into_french, &speaker), Level::Ducked);
    assert_eq!(heard(&into_english, &into_french), Level::Silent);
    assert_eq!(heard(&into_english, &speaker), Level::Full);
    assert_eq!(heard(&rests, &into_french), Level::Silent, "it is their own channel too");
    assert_eq!(heard(&rests, &speaker), Level::Full);
}

#[test]
fn under_an_interpreter_who_is_cut_off_the_floor_is_as_it_is() {
    let (doctor, patient) = (guest(1, "en", None), guest(2, "de", Some("de")));
    let (there, relay) = (interpreter(4, "de", None), interpreter(5, "fr", Some("de")));
    let there_again = simultaneous(&[("de", 4), ("fr", 5)]);
    let gone = Arrangement { cut_off: BTreeSet::from([id(4)]), ..there_again.clone() };
    for listener in [&patient, &relay] {
        assert_eq!(hearing(listener, &doctor, &there_again), Level::Ducked);
        assert_eq!(hearing(listener, &doctor, &gone), Level::Full);
        assert_eq!(hearing(listener, &there, &gone), Level::Full, "the first word back is heard");
    }
    assert_eq!(hearing(&doctor, &there, &gone), Level::Silent);
    assert_eq!(hearing(&guest(6, "fr", Some("fr")), &doctor, &gone), Level::Ducked, "not theirs");
}

#[test]
fn under_hands_nothing_is_ducked() {
    let (doctor, patient) = (guest(1, "en", Some("en")), guest(2, "ase", Some("ase")));
    let signs = interpreter(4, "ase", None);
    let arrangement = simultaneous(&[("ase", 4)]);
    assert_eq!(hearing(&patient, &doctor, &arrangement), Level::Full);
    assert_eq!(hearing(&patient, &signs, &arrangement), Level::Full);
    assert_eq!(hearing(&doctor, &signs, &arrangement), Level::Silent);
}

#[derive(Debug, Clone)]
struct Scene {
    people: Vec<Person>,
    arrangement: Arrangement,
}

fn any_tongue() -> impl Strategy<Value = Tongue> {
    prop::sample::select(TONGUES.map(Tongue::of).to_vec())
}

fn any_person() -> impl Strategy<Value = (Tongue, Option<Tongue>, Option<Interpreter>)> {
    let way = (any_tongue(), any_tongue()).prop_map(|(from, into)| Direction { from, into });
    let interprets = prop::option::of(way).prop_map(|way| Interpreter { way, rests: false });
    (any_tongue(), prop::option::of(any_tongue()), prop::option::of(interprets))
}

/// Any people with any choices. Of those who speak into a channel one is on it, or none.
fn any_scene() -> impl Strategy<Value = Scene> {
    let people = prop::collection::vec(any_person(), 2..9);
    let chosen = prop::collection::vec(any::<prop::sample::Index>(), TONGUES.len());
    let on = prop::collection::vec(any::<bool>(), TONGUES.len());
    let gone = prop::collection::btree_set((0..9_usize).prop_map(id), 0..4);
    (people, chosen, any::<bool>(), on, gone).prop_map(
        |(people, chosen, consecutive, on, cut_off)| {
            let people: Vec<Person> = people
                .into_iter()
                .enumerate()
                .map(|(number, (tongue, listens, interprets))| Person {
                    id: id(number),
                    tongue,
                    listens,
                    interprets,
                })
                .collect();
            let active = TONGUES.map(Tongue::of).into_iter().zip(chosen).zip(on);
            let active_by_channel = active
                .filter(|(_, on)| *on)
                .filter_map(|((channel, chosen), _)| {
                    let into =
                        |person: &&Person| person.way().is_some_and(|way| way.into == channel);
                    let theirs: Vec<_> = people.iter().filter(into).collect();
                    let one = (!theirs.is_empty()).then(|| chosen.get(&theirs).id)?;
                    Some((channel, one))
                })
                .collect();
            let mode = if consecutive {
                InterpretingMode::Consecutive
            } else {
                InterpretingMode::Simultaneous
            };
            Scene { people, arrangement: Arrangement { mode, active_by_channel, cut_off } }
        },
    )
}

impl Scene {
    /// Every listener with everybody else.
    fn pairs(&self) -> impl Iterator<Item = (&Person, &Person, Level)> {
        self.people.iter().flat_map(move |listener| {
            let others = self.people.iter().filter(|speaker| speaker.id != listener.id);
            others.map(move |speaker| {
                (listener, speaker, hearing(listener, speaker, &self.arrangement))
            })
        })
    }

    fn is_simultaneous(&self) -> bool {
        self.arrangement.mode == InterpretingMode::Simultaneous
    }

    fn active(&self, channel: &Tongue) -> Option<Uuid> {
        self.arrangement.active_by_channel.get(channel).copied()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn in_turn_everybody_hears_everybody(scene in any_scene()) {
        let mode = InterpretingMode::Consecutive;
        let scene = Scene { arrangement: Arrangement { mode, ..scene.arrangement }, ..scene };
        for (_, _, level) in scene.pairs() {
            prop_assert_eq!(level, Level::Full);
        }
    }

    #[test]
    fn nobody_loses_the_floor(scene in any_scene()) {
        for (_, speaker, level) in scene.pairs() {
            prop_assert!(speaker.interprets.is_some() || level > Level::Silent);
        }
    }

    #[test]
    fn nobody_hears_more_than_one_channel_nor_anybody_but_who_is_on_it(scene in any_scene()) {
        if scene.is_simultaneous() {
            for listener in &scene.people {
                let voices: Vec<_> = scene
                    .pairs()
                    .filter(|(by, speaker, _)| by.id == listener.id && speaker.interprets.is_some())
                    .filter(|(.., level)| *level > Level::Silent)
                    .collect();
                prop_assert!(voices.len() <= 1);
                for (_, speaker, level) in voices {
                    prop_assert_eq!(level, Level::Full, "a channel is never ducked");
                    let channel = listener.listens.as_ref().expect("they chose it");
                    prop_assert_eq!(scene.active(channel), Some(speaker.id));
                }
            }
        }
    }

    #[test]
    fn no_interpreter_hears_their_own_channel(scene in any_scene()) {
        if scene.is_simultaneous() {
            for (listener, speaker, level) in scene.pairs() {
                let into = |person: &Person| person.way().map(|way| way.into.clone());
                if into(listener).is_some() && into(listener) == into(speaker) {
                    prop_assert_eq!(level, Level::Silent);
                }
            }
        }
    }

    #[test]
    fn the_floor_is_ducked_only_under_a_voice_that_is_there(scene in any_scene()) {
        for (listener, _, level) in scene.pairs() {
            if level == Level::Ducked {
                let heard = scene.pairs().any(|(by, speaker, level)| {
                    by.id == listener.id
                        && speaker.interprets.is_some()
                        && level == Level::Full
                        && !scene.arrangement.cut_off.contains(&speaker.id)
                });
                prop_assert!(heard);
                prop_assert!(!listener.listens.as_ref().is_some_and(Tongue::is_signed));
            }
        }
    }

    #[test]
    fn a_connection_that_goes_raises_the_floor_and_changes_nothing_else(scene in any_scene()) {
        let arrangement = Arrangement { cut_off: BTreeSet::new(), ..scene.arrangement.clone() };
        let all_there = Scene { arrangement, ..scene.clone() };
        for ((.., level), (listener, speaker, there)) in scene.pairs().zip(all_there.pairs()) {
            let channel = listener.listens.as_ref().and_then(|channel| scene.active(channel));
            let is_gone = channel.is_some_and(|id| scene.arrangement.cut_off.contains(&id));
            let raised = is_gone && speaker.interprets.is_none();
            prop_assert_eq!(level, if raised { Level::Full } else { there });
        }
    }

    #[test]
    fn the_floor_is_the_same_to_all_who_listen_alike(scene in any_scene()) {
        for (one, speaker, level) in scene.pairs() {
            for (other, of, theirs) in scene.pairs() {
                let alike = one.listens == other.listens
                    && one.interprets.is_none()
                    && other.interprets.is_none();
                if alike && of.id == speaker.id {
                    prop_assert_eq!(level, theirs);
                }
            }
        }
    }

    #[test]
    fn who_understands_the_speaker_hears_them_as_they_are(scene in any_scene()) {
        for (listener, speaker, level) in scene.pairs() {
            if speaker.interprets.is_none() && listener.listens.as_ref() == Some(&speaker.tongue) {
                prop_assert_eq!(level, Level::Full);
            }
        }
    }
}
