//! Scripts that can be played, and the place of what cannot.

use super::*;
use proptest::prelude::*;

const TWO: &str = "
about = 'Two'
seconds = 30
visits = 3
[lines.thin]
down = { kbps = 300, loss_percent = 2 }
[lines.same]
[[people]]
role = 'clinician'
[[people]]
role = 'patient'
count = 2
line = 'thin'
comes = 1.5
goes = 20
speaks = 'in_turn'
camera = [100]
stack = 'rtc'
[[people.steps]]
at = 9
line = 'same'
[[people.steps]]
at = 4
do = 'mute'
";

#[test]
fn a_script_is_read_with_what_it_leaves_out() {
    let script = Script::parse(TWO).unwrap();
    assert_eq!((script.lasts.as_secs(), script.warm_up.as_secs()), (30, 5));
    assert_eq!((script.visits, script.apart), (Some(3), Duration::from_millis(100)));
    assert_eq!(script.people_at_once(), 9);
    let [first, second, third] = script.people.as_slice() else { panic!("{script:?}") };
    assert_eq!(second, third);
    assert_eq!((first.stack, first.speaks, first.shows), (StackName::Str0m, Speaks::Always, 720));
    assert!(first.line.is_perfect() && first.camera.len() == 3 && first.goes.is_none());
    let down = second.line.down.unwrap();
    assert_eq!(down.rate, Some(Bitrate::kbps(300)));
    assert_eq!((second.line.up, second.comes), (None, Duration::from_millis(1_500)));
    let acts: Vec<Act> = second.steps.iter().map(|step| step.act).collect();
    assert_eq!(acts, [Act::Do(Doing::Mute), Act::Line(Line::default())], "in their order");
}

#[test]
fn what_cannot_be_is_told_with_its_place() {
    let told = |from: &str, to: &str| {
        assert!(TWO.contains(from), "{from}");
        Script::parse(&TWO.replacen(from, to, 1)).unwrap_err().to_string()
    };
    let cases = [
        ("seconds = 30", "seconds = 0", "seconds: 0 is not between 1 and 86400"),
        ("seconds = 30", "seconds = 4", "seconds: 4 s is not after 5 s"),
        ("visits = 3", "visits = 0", "visits: 0 is not between 1"),
        ("visits = 3", "visits = 9999\nvisits_per_second = 999", "visits: 29997 are too many"),
        ("visits = 3", "visits_per_second = 0", "visits_per_second: 0 is not between"),
        ("count = 2", "count = 200", "people[2].count: 200 are too many; 127 may be"),
        ("line = 'thin'", "line = 'bad'", "people[2].line: there is no line `bad`"),
        ("line = 'same'", "line = 'bad'", "people[2].steps[1].line: there is no line `bad`"),
        ("do = 'mute'", "", "people[2].steps[2]: a step has either `do` or `line`"),
        ("goes = 20", "goes = 1", "people[2].goes: 1 s is not after 1.5 s"),
        ("at = 9", "at = -1", "people[2].steps[1].at: -1 is not between 0"),
        ("camera = [100]", "camera = [1, 2, 3, 4]", "people[2].camera: 4 are too many; 3 may be"),
        ("camera = [100]", "camera = [0]", "people[2].camera: 0 is not between 1"),
        ("'clinician'", "'family'", "people: nobody of the visit is staff"),
    ];
    for (from, to, wanted) in cases {
        let told = told(from, to);
        assert!(told.starts_with(wanted), "{to}: {told}");
    }
    for (from, to, line) in [("do = 'mute'", "do = 'sing'", 24), ("goes = 20", "goed = 20", 15)] {
        let told = told(from, to);
        assert!(told.contains(&format!("line {line}, column")), "{told}");
    }
}

#[test]
fn visits_that_end_make_room_for_others() {
    let text = TWO.replacen("visits = 3", "visits_per_second = 10\nvisit_seconds = 4", 1);
    assert_eq!(Script::parse(&text).unwrap().people_at_once(), 3 * 41);
}

proptest! {
    #[test]
    fn no_words_are_a_panic(text in "[a-z\\[\\]= '0-9.\n{}-]{0,200}") {
        let _ = Script::parse(&text);
    }
}
