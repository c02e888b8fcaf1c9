//! Proves what is sent over which line, and that the plan keeps still.

use super::*;
use proptest::prelude::*;

fn line(share: u64, loss_permille: u16, burst_tenths: u16) -> Conditions {
    Conditions {
        loss_permille,
        burst_tenths,
        share: Bitrate::kbps(share),
        opus: Bitrate::kbps(32),
        congested: false,
        rtt: Some(Duration::from_millis(40)),
        red: true,
    }
}

/// What holds after the line has been so for a second.
fn planned(conditions: &Conditions) -> Plan {
    let start = crate::some_instant();
    let first = plan(start, conditions, Planned::default());
    let second = plan(start + Duration::from_secs(1), conditions, first);
    assert_eq!(first.plan, second.plan, "it keeps still");
    second.plan
}

#[test]
fn loss_decides_the_copies() {
    let copies = |loss, burst| planned(&line(1_000, loss, burst)).copies;
    assert_eq!(copies(20, 10), Copies::None);
    assert_eq!(copies(21, 10), Copies::One);
    assert_eq!(copies(80, 11), Copies::One);
    assert_eq!(copies(81, 11), Copies::Two);
    assert_eq!(copies(150, 12), Copies::Two);
    assert_eq!(copies(200, 13), Copies::Three, "chance makes bursts of 1.25");
    assert_eq!(copies(200, 15), Copies::TwoFar);
    assert_eq!(copies(30, 20), Copies::TwoFar);
    assert_eq!(copies(10, 40), Copies::None);
}

#[test]
fn room_decides_the_packets() {
    let packet = |share| planned(&line(share, 0, 10)).packet;
    assert_eq!([100, 80].map(packet), [PacketTime::Short; 2]);
    assert_eq!([79, 60].map(packet), [PacketTime::Middle; 2]);
    assert_eq!([59, 50, 30, 0].map(packet), [PacketTime::Long; 4]);
}

#[test]
fn longer_packets_pay_for_copies_and_then_there_are_fewer() {
    let way = |share, opus| {
        let plan = planned(&Conditions { opus: Bitrate::kbps(opus), ..line(share, 100, 10) });
        (plan.packet, plan.copies)
    };
    assert_eq!(way(200, 32), (PacketTime::Short, Copies::Two));
    assert_eq!(way(130, 32), (PacketTime::Middle, Copies::Two));
    assert_eq!(way(100, 32), (PacketTime::Middle, Copies::One));
    assert_eq!(way(50, 12), (PacketTime::Long, Copies::One));
    assert_eq!(way(40, 32), (PacketTime::Long, Copies::None));
    assert_eq!(planned(&line(110, 100, 20)).copies, Copies::OneFar);
}

#[test]
fn nothing_is_added_for_a_growing_queue_a_slow_way_or_a_plain_receiver() {
    let lossy = line(1_000, 100, 10);
    assert!(planned(&lossy).repair);
    let slow = Conditions { rtt: Some(Duration::from_millis(151)), ..lossy };
    assert_eq!(planned(&slow), Plan { repair: false, ..planned(&lossy) });
    assert_eq!(planned(&Conditions { red: false, ..lossy }), Plan::default());
    assert_eq!(planned(&Conditions { congested: true, ..lossy }), Plan::default());
}

#[test]
fn it_goes_down_at_once_and_comes_back_after_a_while() {
    let start = crate::some_instant();
    let at = |ms| start + Duration::from_millis(ms);
    let (good, thin) = (line(500, 0, 10), line(50, 0, 10));
    let mut state = plan(at(0), &good, Planned::default());
    state = plan(at(100), &thin, state);
    assert_eq!(state.plan.packet, PacketTime::Long);
    state = plan(at(200), &good, state);
    let packets = [3_100, 3_200, 6_100, 6_200].map(|ms| {
        state = plan(at(ms), &good, state);
        state.plan.packet
    });
    let (long, middle, short) = (PacketTime::Long, PacketTime::Middle, PacketTime::Short);
    assert_eq!(packets, [long, middle, middle, short], "3 s a step");

    let (lossy, bursty) = (line(500, 50, 10), line(500, 50, 20));
    state = plan(at(7_000), &lossy, state);
    assert_eq!(state.plan.copies, Copies::One);
    state = plan(at(7_100), &bursty, state);
    assert_eq!(state.plan.copies, Copies::TwoFar);
    state = plan(at(7_200), &good, state);
    state = plan(at(17_100), &good, state);
    assert_eq!(state.plan.copies, Copies::TwoFar);
    state = plan(at(17_200), &good, state);
    assert_eq!(state.plan.copies, Copies::None);

    state = plan(at(18_000), &lossy, state);
    state = plan(at(18_100), &Conditions { congested: true, ..lossy }, state);
    assert_eq!((state.plan.copies, state.plan.repair), (Copies::None, false));
    state = plan(at(20_000), &lossy, state);
    assert_eq!(state.plan.copies, Copies::None);
    state = plan(at(20_100), &lossy, state);
    assert_eq!((state.plan.copies, state.plan.repair), (Copies::One, true));
}

#[test]
fn an_estimate_that_wavers_does_not_show() {
    let start = crate::some_instant();
    for (thin, wide, plans) in [(58, 64, 1), (78, 88, 2), (290, 330, 2)] {
        let mut state = Planned::default();
        let mut changes = 0;
        for tick in 0..600_u32 {
            let share = if tick % 7 < 3 { thin } else { wide };
            let loss = if tick % 5 == 4 { 90 } else { 75 };
            let before = state.plan;
            let at = start + Duration::from_millis(100) * tick;
            state = plan(at, &line(share, loss, 10), state);
            changes += usize::from(state.plan != before);
        }
        assert_eq!(changes, plans, "{thin} to {wide} kbit/s: {:?}", state.plan);
    }
}

#[test]
fn headers_are_counted() {
    let cost = |packet, copies| {
        wire_cost(Plan { packet, copies, repair: false }, Bitrate::kbps(32)).as_bps()
    };
    assert_eq!(cost(PacketTime::Short, Copies::None), 32_000 + 68 * 8 * 50);
    assert_eq!(cost(PacketTime::Long, Copies::None), 32_000 + 68 * 8 * 1_000 / 60);
    assert_eq!(cost(PacketTime::Short, Copies::TwoFar), 96_000 + (68 + 1 + 8) * 8 * 50);
}

#[test]
fn a_publisher_is_told_what_fits() {
    let best = Bitrate::kbps(32);
    let told = |share, copies| opus_rate_for(Bitrate::kbps(share), copies, best);
    assert_eq!(told(80, Copies::None), Bitrate::kbps(32));
    assert_eq!(told(50, Copies::None), Bitrate::kbps(32), "50 kbit/s carry 32 in 60 ms");
    assert_eq!(told(40, Copies::None), Bitrate::kbps(24));
    assert_eq!(told(30, Copies::None), Bitrate::kbps(16));
    assert_eq!(told(0, Copies::Two), Bitrate::kbps(12));
    assert_eq!(told(100, Copies::Two), Bitrate::kbps(24), "better clear and dull than torn");
    let from_low = |share| opus_rate_for(Bitrate::kbps(share), Copies::None, Bitrate::kbps(16));
    assert_eq!(from_low(30), Bitrate::kbps(16));
    assert_eq!(from_low(33), Bitrate::kbps(16), "it does not waver");
    assert_eq!(from_low(45), Bitrate::kbps(24));
}

proptest! {
    /// What is added is paid for, and 60 ms at the best rate told is never beyond the line if
    /// anything fits at all.
    #[test]
    fn copies_never_cost_more_than_the_share(
        share in 0_u64..400, loss in 0_u16..600, burst in 10_u16..60, opus in 6_u64..128,
        shares_before in proptest::collection::vec(0_u64..400, 0..6),
    ) {
        let start = crate::some_instant();
        let conditions = Conditions { opus: Bitrate::kbps(opus), ..line(share, loss, burst) };
        let mut state = Planned::default();
        for before in shares_before {
            state = plan(start, &Conditions { share: Bitrate::kbps(before), ..conditions }, state);
        }
        let next = plan(start, &conditions, state);
        let cost = wire_cost(next.plan, conditions.opus);
        prop_assert!(next.plan.copies == Copies::None || cost <= conditions.share);
        prop_assert_eq!(next, plan(start, &conditions, state), "a pure function");

        let copies = copies_for(loss, burst);
        let told = opus_rate_for(conditions.share, copies, conditions.opus);
        let longest = Plan { packet: PacketTime::Long, copies, repair: false };
        let fits = wire_cost(longest, told) <= conditions.share;
        prop_assert!(fits || told == Bitrate::kbps(12));
    }
}
