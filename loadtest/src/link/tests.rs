//! A line against the arithmetic of its rate, its buffer and its way, and against any other inputs.

use super::*;
use proptest::prelude::*;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn at_kbps(kbps: u64) -> Profile {
    Profile { rate: Some(Bitrate::kbps(kbps)), ..Profile::default() }
}

/// Everything that still arrives, with its time from the start.
fn drain<T>(link: &mut Link<T>, start: Instant) -> Vec<(Duration, T)> {
    let mut arrived = Vec::new();
    while let Some(at) = link.next_at() {
        while let Some(item) = link.take(at) {
            arrived.push((at - start, item));
        }
    }
    arrived
}

#[test]
fn a_perfect_line_is_not_there() {
    let start = Instant::now();
    let mut link = Link::new(Profile::default(), 1);
    for item in 0..3 {
        link.put(start, 1_000_000, item);
    }
    assert_eq!((link.queue_bytes(start), link.queue_delay(start)), (0, Duration::ZERO));
    assert_eq!([link.take(start), link.take(start), link.take(start)], [Some(0), Some(1), Some(2)]);
    assert_eq!((link.take(start), link.next_at()), (None, None));
    assert_eq!(link.counters(), Counters { taken: 3, ..Counters::default() });
}

#[test]
fn a_packet_takes_its_time_and_its_way() {
    let start = Instant::now();
    // 1,000 bytes at 80 kbit/s are 100 ms.
    let mut link = Link::new(Profile { delay: ms(30), ..at_kbps(80) }, 1);
    link.put(start, 1_000, 'a');
    link.put(start, 500, 'b');
    assert_eq!((link.queue_bytes(start), link.queue_delay(start)), (1_500, ms(150)));
    assert_eq!(
        (link.queue_bytes(start + ms(40)), link.queue_delay(start + ms(40))),
        (1_100, ms(110))
    );
    assert_eq!(link.take(start + ms(129)), None);
    assert_eq!(drain(&mut link, start), [(ms(130), 'a'), (ms(180), 'b')]);
    assert_eq!(link.queue_bytes(start + ms(180)), 0);
}

#[test]
fn a_full_buffer_drops_the_tail_and_an_idle_line_takes_any() {
    let start = Instant::now();
    let mut link = Link::new(Profile { buffer_bytes: 1_500, ..at_kbps(80) }, 1);
    for (item, bytes) in [('a', 9_000), ('b', 100)] {
        link.put(start, bytes, item);
    }
    assert_eq!(link.counters().dropped_full, 1);
    // 800 ms later 1,000 bytes are left, and 500 more fit to the byte.
    link.put(start + ms(800), 501, 'c');
    link.put(start + ms(800), 500, 'd');
    link.put(start + ms(800), 1, 'e');
    assert_eq!(link.counters().dropped_full, 3);
    assert_eq!(drain(&mut link, start), [(ms(900), 'a'), (ms(950), 'd')]);
}

#[test]
fn a_new_rate_takes_over_in_the_middle_of_a_packet() {
    let start = Instant::now();
    let mut link = Link::new(at_kbps(80), 1);
    link.put(start, 1_000, 'a');
    link.put(start, 1_000, 'b');
    // Half of the first is out; the other half takes four times as long.
    link.set(start + ms(50), at_kbps(20));
    assert_eq!(link.queue_delay(start + ms(50)), ms(600));
    // Nothing moves at no rate at all.
    link.set(start + ms(250), at_kbps(0));
    assert_eq!(link.take(start + ms(250)), Some('a'));
    assert_eq!((link.next_at(), link.queue_bytes(start + ms(9_000))), (None, 1_000));
    assert_eq!(link.queue_delay(start + ms(9_000)), Duration::MAX);
    link.set(start + ms(9_000), Profile::default());
    assert_eq!(drain(&mut link, start), [(ms(9_000), 'b')]);
}

#[test]
fn an_outage_swallows_what_is_sent_and_lets_arrive_what_flies() {
    let start = Instant::now();
    let line = Profile { delay: ms(100), ..at_kbps(80) };
    let mut link = Link::new(line, 1);
    link.put(start, 100, 'a');
    link.put(start, 1_000, 'b');
    link.set(start + ms(20), Profile { down: true, ..line });
    link.put(start + ms(30), 100, 'c');
    link.set(start + ms(300), line);
    link.put(start + ms(300), 100, 'd');
    assert_eq!(drain(&mut link, start), [(ms(110), 'a'), (ms(410), 'd')]);
    assert_eq!(link.counters(), Counters { taken: 2, dropped_full: 0, lost: 2 });
}

#[test]
fn a_shorter_way_lets_nothing_overtake() {
    let start = Instant::now();
    let mut link = Link::new(Profile { delay: ms(200), ..Profile::default() }, 1);
    link.put(start, 100, 'a');
    link.set(start + ms(10), Profile { delay: ms(20), ..Profile::default() });
    link.put(start + ms(10), 100, 'b');
    link.put(start + ms(190), 100, 'c');
    assert_eq!(drain(&mut link, start), [(ms(200), 'a'), (ms(200), 'b'), (ms(210), 'c')]);
}

#[test]
fn a_lost_packet_used_the_line() {
    let start = Instant::now();
    let mut link = Link::new(at_kbps(80), 1);
    link.set(start, Profile { loss: Loss::Random { permille: 1_000 }, ..at_kbps(80) });
    link.put(start, 1_000, 'a');
    link.put(start, 1_000, 'b');
    link.set(start + ms(100), at_kbps(80));
    assert_eq!(drain(&mut link, start), [(ms(200), 'b')]);
    assert_eq!(link.counters().lost, 1);
}

#[test]
fn reordered_packets_are_overtaken() {
    let start = Instant::now();
    let profile = Profile { reorder_permille: 100, delay: ms(20), ..Profile::default() };
    let mut link = Link::new(profile, 3);
    for item in 0..2_000 {
        link.put(start + ms(item), 1_000, item);
    }
    let arrived = drain(&mut link, start);
    assert_eq!(arrived.len(), 2_000);
    let late = arrived.iter().filter(|(at, item)| *at > ms(item + 20)).count();
    assert!((160..240).contains(&late), "{late}");
    let latest = arrived.iter().map(|(at, item)| *at - ms(item + 20)).max().unwrap();
    assert!(latest <= ms(24), "{latest:?}");
    assert!(!arrived.is_sorted_by_key(|(_, item)| *item));
}

#[test]
fn jitter_has_its_mean_where_packets_are_far_apart() {
    let start = Instant::now();
    let mut link = Link::new(Profile { jitter: ms(10), ..Profile::default() }, 1);
    for item in 0..5_000 {
        link.put(start + ms(200 * item), 100, item);
    }
    let arrived = drain(&mut link, start);
    let late: Duration = arrived.iter().map(|(at, item)| *at - ms(200 * item)).sum();
    assert!((9_500..10_500).contains(&(late / 5_000).as_micros()), "{late:?}");
}

#[derive(Debug, Clone)]
struct Put {
    after_micros: u64,
    bytes: usize,
}

prop_compose! {
    fn puts()(puts in prop::collection::vec((0_u64..20_000, 1_usize..1_500), 1..200)) -> Vec<Put> {
        puts.into_iter().map(|(after_micros, bytes)| Put { after_micros, bytes }).collect()
    }
}

prop_compose! {
    fn profiles()(
        kbps in prop::option::of(1_u64..5_000), buffer_bytes in 0_usize..40_000, delay in 0_u64..200,
        jitter in 0_u64..50, permille in 0_u16..400, burst_tenths in 0_u16..50, loss in 0_u8..3,
        reorder_permille in 0_u16..200, down in prop::bool::weighted(0.1),
    ) -> Profile {
        let loss = match loss {
            0 => Loss::None,
            1 => Loss::Random { permille },
            _ => Loss::Gilbert { permille, burst_tenths },
        };
        let rate = kbps.map(Bitrate::kbps);
        Profile { rate, buffer_bytes, delay: ms(delay), jitter: ms(jitter), loss, reorder_permille, down }
    }
}

/// Puts all in, changing the profile on the way, and takes what arrives when it does.
fn run(puts: &[Put], profiles: &[Profile], seed: u64) -> (Vec<(Duration, usize)>, Counters) {
    let start = Instant::now();
    let (mut now, mut arrived) = (start, Vec::new());
    let mut link = Link::new(profiles[0], seed);
    let each = puts.len().div_ceil(profiles.len());
    for (index, put) in puts.iter().enumerate() {
        now += Duration::from_micros(put.after_micros);
        while let Some(at) = link.next_at().filter(|at| *at <= now) {
            while let Some(item) = link.take(at) {
                arrived.push((at - start, item));
            }
        }
        if index % each == 0 {
            link.set(now, profiles[index / each]);
        }
        link.put(now, put.bytes, index);
    }
    arrived.extend(drain(&mut link, start));
    (arrived, link.counters())
}

proptest! {
    #[test]
    fn the_same_seed_has_the_same_outcome_and_no_packet_is_forgotten(
        puts in puts(), profiles in prop::collection::vec(profiles(), 1..5), seed: u64,
    ) {
        let (arrived, counters) = run(&puts, &profiles, seed);
        prop_assert_eq!(run(&puts, &profiles, seed), (arrived.clone(), counters));
        let all = counters.taken + counters.dropped_full + counters.lost;
        prop_assert_eq!(all, u64::try_from(puts.len()).unwrap());
        prop_assert!(arrived.is_sorted_by_key(|(at, _)| *at));
    }

    #[test]
    fn order_is_kept_where_nothing_reorders(
        puts in puts(), mut profiles in prop::collection::vec(profiles(), 1..5), seed: u64,
    ) {
        profiles.iter_mut().for_each(|profile| profile.reorder_permille = 0);
        let (arrived, _) = run(&puts, &profiles, seed);
        prop_assert!(arrived.is_sorted_by_key(|(_, item)| *item));
    }

    #[test]
    fn no_line_is_faster_than_its_rate(puts in puts(), profile in profiles(), kbps in 1_u64..5_000) {
        // The end of the way would only blur what the queue did.
        let steady = Profile {
            rate: Some(Bitrate::kbps(kbps)), jitter: Duration::ZERO, reorder_permille: 0, ..profile
        };
        let (arrived, _) = run(&puts, &[steady], 1);
        for from in 0..arrived.len() {
            let mut bits = 0;
            for (at, item) in &arrived[from + 1..] {
                bits += 8 * u64::try_from(puts[*item].bytes).unwrap();
                let takes = Duration::from_nanos(bits * 1_000_000 / kbps);
                prop_assert!(*at >= arrived[from].0 + takes);
            }
        }
    }

    #[test]
    fn the_queue_holds_no_more_than_its_buffer(puts in puts(), profile in profiles()) {
        let (mut now, mut link) = (Instant::now(), Link::new(profile, 1));
        for (index, put) in puts.iter().enumerate() {
            now += Duration::from_micros(put.after_micros);
            let was_idle = link.queue_bytes(now) == 0;
            link.put(now, put.bytes, index);
            prop_assert!(was_idle || link.queue_bytes(now) <= profile.buffer_bytes.max(1_500));
        }
    }

    #[test]
    fn loss_is_near_its_share(permille in 0_u16..=500, burst_tenths in 20_u16..50, is_bursty: bool) {
        let loss = if is_bursty {
            Loss::Gilbert { permille, burst_tenths }
        } else {
            Loss::Random { permille }
        };
        let now = Instant::now();
        let mut link = Link::new(Profile { loss, ..Profile::default() }, 7);
        (0..20_000_u32).for_each(|item| link.put(now, 100, item));
        let share = link.counters().lost / 20;
        prop_assert!(share.abs_diff(permille.into()) <= 30, "{} of {}", share, permille);
    }
}
