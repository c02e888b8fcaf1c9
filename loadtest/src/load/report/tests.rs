//! What a report tells of a made-up record: goals, gaps, the warm-up.

use super::*;
use crate::load::script::Script;
use crate::load::scripts::named;
use crate::load::stay::Pairs;

/// A test of ten seconds: four people from the second second on, a hundred packets a second.
fn record() -> Record {
    let mut script = Script::parse(named("four").unwrap()).unwrap();
    script.lasts = Duration::from_secs(10);
    script.warm_up = Duration::from_secs(3);
    script.goals.cpu_us_per_packet = Some(40.0);
    script.goals.kib_per_person = Some(300.0);
    let used = |second: u64| Used {
        cpu: Duration::from_millis(1_000 + 5 * second),
        rss_bytes: if second == 0 { 50 << 20 } else { 51 << 20 },
        threads: 8,
        open_files: 20,
    };
    let second = |number: u64| {
        let mut count = Count { forwarded: 100, connected: 4, ..Count::default() };
        count.voices.add(Duration::from_micros(200));
        count.felt.spoken = 99;
        count.felt.concealed = 1;
        Second { at: Duration::from_secs(number), count, used: Some(used(number)) }
    };
    Record {
        script,
        before: Some(used(0)),
        after: Some(Used { open_files: 21, ..used(11) }),
        seconds: (1..=11).map(second).collect(),
        visits: 1,
        joins: Spans::default(),
        first_words: Spans::default(),
        first_pictures: Spans::default(),
        stays: Pairs { expected: 4, met: 4 },
        hearing: Pairs { expected: 12, met: 12 },
        seeing: Pairs { expected: 12, met: 11 },
        times_by_trouble: BTreeMap::new(),
        is_cut_short: false,
    }
}

fn find<'a>(report: &'a Report, name: &str) -> &'a Row {
    report.rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn each_number_is_held_against_its_goal() {
    let report = Report::of(&record());
    let value = |name| find(&report, name).value;
    assert_eq!(value("packets forwarded a second"), Some(100.0));
    // Five milliseconds for a hundred packets; a MiB for four people.
    assert_eq!(value("server CPU per forwarded packet"), Some(50.0));
    assert_eq!(value("server CPU per person"), Some(1.25));
    assert_eq!(value("server memory per person"), Some(256.0));
    assert_eq!(value("voices made up (concealed)"), Some(1.0));
    assert_eq!(value("open files more than before"), Some(1.0));
    assert_eq!(value("server memory grows"), None, "nothing can be said after ten seconds");
    let pass = |name| find(&report, name).pass;
    assert!(pass("server memory per person") && !pass("server CPU per forwarded packet"));
    assert!(pass("pairs that heard each other") && !pass("pairs that saw each other"));
    assert!(pass("packets of another visit") && pass("through the server, p99"));
    assert!(find(&report, "open files more than before").goal.is_none());
    let told = report.told();
    assert!(told.contains("(<= 40: NO)") && told.contains("goals hold."), "{told}");
}

#[test]
fn what_could_not_be_measured_is_no_pass() {
    let mut record = record();
    record.seconds.iter_mut().for_each(|second| second.used = None);
    record.before = None;
    let report = Report::of(&record);
    let row = find(&report, "server CPU per forwarded packet");
    assert_eq!((row.value, row.pass), (None, false));
    assert!(find(&report, "server memory").value.is_none());
    assert!(report.seconds.iter().all(|second| second.rss_mib.is_none()));
}

#[test]
fn the_warm_up_and_the_last_farewells_are_not_counted() {
    let mut record = record();
    for second in [0, 10] {
        record.seconds[second].count.felt.concealed = 1_000;
        record.seconds[second].count.strays = 1;
    }
    let report = Report::of(&record);
    assert_eq!(find(&report, "voices made up (concealed)").value, Some(1.0));
    assert_eq!(find(&report, "packets of another visit").value, Some(2.0), "but these are");
}

#[test]
fn the_page_stands_by_itself() {
    let mut record = record();
    record.times_by_trouble.insert("a <b> & c".to_owned(), 3);
    let page = crate::load::drawn::page(&Report::of(&record));
    assert!(page.contains("3 × a &lt;b&gt; &amp; c"), "{page}");
    assert!(page.contains("<svg") && page.ends_with("</html>\n"));
    assert!(!page.contains("<script") && !page.contains("src="));
}
