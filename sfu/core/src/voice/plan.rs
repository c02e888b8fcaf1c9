//! How a voice goes over a line: sound a packet, copies of earlier packets, repair.
//!
//! In: what the line loses and carries. Out: the plan, what it costs, the bit rate worth encoding.
//! Never: adds a byte while the line's queue grows.

use super::clock::TICKS_PER_SECOND;
use crate::codec::red::{OLDER_HEAD_BYTES, PRIMARY_HEAD_BYTES};
use bedside_sfu_api::Bitrate;
use std::time::{Duration, Instant};

/// Bytes of each packet that are no sound: IPv4 20, UDP 8, RTP 12 with 12 of extensions, AEAD
/// tag 16. At 50 packets a second they take 27 kbit/s, as much as the voice itself.
const HEADER_BYTES: u64 = 68;

/// Loss, in thousandths, from which each packet carries a copy. Under it a decoder hides what
/// the next packet does not repair.
const COPY_ABOVE: u16 = 20;
/// Loss from which each packet carries two: of 10 % lost, one copy leaves 1 % and two 0.1 %.
const TWO_COPIES_ABOVE: u16 = 80;
/// Loss from which each packet carries three: of 20 % lost, two leave 0.8 % and three 0.2 %.
const THREE_COPIES_ABOVE: u16 = 150;
/// Mean length of a burst, in tenths of a packet, from which copies keep a distance. Chance
/// alone makes bursts of 1.25 at 20 % loss.
const BURSTY_ABOVE: u16 = 15;

/// Room a voice needs for packets of 20 ms; under it headers take half the line.
const SHORT_ABOVE: Bitrate = Bitrate::kbps(80);
/// Room a voice needs for packets of 40 ms; under it they are of 60 ms.
const MIDDLE_ABOVE: Bitrate = Bitrate::kbps(60);

/// Room, in hundredths of the need, before a plan that costs more is taken. What an estimate
/// wavers must not show in the plan.
const ROOM_PERCENT: u64 = 115;
/// How long a line has to stay roomy before packets get one step shorter again. A plan that flaps
/// is heard; 20 ms of delay less are not.
const ROOMY_FOR: Duration = Duration::from_secs(3);
/// How long loss has to stay low before there are fewer copies: lines that lose do so in spells.
const CALM_FOR: Duration = Duration::from_secs(10);
/// How long a queue has to be gone before anything is added to the line again.
const CLEAR_FOR: Duration = Duration::from_secs(2);

/// Longest round trip for which a lost frame is sent again: with what the feedback itself takes,
/// later ones come when a decoder has played on, and only fill the line.
const REPAIR_RTT_MAX: Duration = Duration::from_millis(150);

/// Bit rates worth encoding a voice at, best first. Under 12 kbit/s a frail voice is hard to
/// understand, and headers outweigh what is saved.
const OPUS_RATES: [Bitrate; 5] =
    [Bitrate::kbps(32), Bitrate::kbps(24), Bitrate::kbps(20), Bitrate::kbps(16), Bitrate::kbps(12)];

/// Part of the room that voices are planned into, in hundredths: estimates err by more.
const USE_PERCENT: u64 = 90;
/// The same where the bit rate would rise, so that it does not waver.
const USE_PERCENT_RISING: u64 = 75;

/// Sound of one packet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PacketTime {
    /// 20 ms, what browsers send.
    #[default]
    Short,
    /// 40 ms.
    Middle,
    /// 60 ms.
    Long,
}

impl PacketTime {
    /// Shortest first.
    const ALL: [Self; 3] = [Self::Short, Self::Middle, Self::Long];

    /// The shortest that holds so many ticks of 48 kHz, or the longest.
    pub(super) fn holding(ticks: u32) -> Self {
        Self::ALL.into_iter().find(|packet| packet.ticks() >= ticks).unwrap_or(Self::Long)
    }

    /// One step shorter, or the shortest.
    const fn shorter(self) -> Self {
        match self {
            Self::Short | Self::Middle => Self::Short,
            Self::Long => Self::Middle,
        }
    }

    /// In milliseconds.
    pub(crate) const fn millis(self) -> u8 {
        match self {
            Self::Short => 20,
            Self::Middle => 40,
            Self::Long => 60,
        }
    }

    /// As a time.
    pub(super) fn duration(self) -> Duration {
        Duration::from_millis(u64::from(self.millis()))
    }

    /// In ticks of 48 kHz.
    pub(super) fn ticks(self) -> u32 {
        u32::from(self.millis()) * TICKS_PER_SECOND / 1_000
    }
}

/// Earlier packets that each packet carries again, weakest first. A copy that lies farther back
/// survives longer bursts and comes later. How long a decoder waits for it is the decoder's:
/// NetEq gives 20 ms for each percent of frames it saves, so copies lie no farther back than
/// their line needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Copies {
    /// None.
    #[default]
    None,
    /// The packet before.
    One,
    /// One from farther back.
    OneFar,
    /// The two before.
    Two,
    /// The three before.
    Three,
    /// Two from farther back, against bursts.
    TwoFar,
}

impl Copies {
    /// How many packets back each copy lies, nearest first; never beyond 180 ms.
    pub(crate) const fn distances(self, packet: PacketTime) -> &'static [usize] {
        match (self, packet) {
            (Self::None, _) => &[],
            (Self::One, _) => &[1],
            (Self::OneFar, PacketTime::Short) => &[3],
            (Self::OneFar, PacketTime::Middle | PacketTime::Long) => &[2],
            (Self::Two, _) => &[1, 2],
            (Self::Three, _) => &[1, 2, 3],
            (Self::TwoFar, PacketTime::Short) => &[3, 6],
            (Self::TwoFar, PacketTime::Middle) => &[2, 4],
            (Self::TwoFar, PacketTime::Long) => &[1, 3],
        }
    }

    /// The next best at less cost.
    const fn fewer(self) -> Self {
        match self {
            Self::None | Self::One | Self::OneFar => Self::None,
            Self::Two => Self::One,
            Self::Three => Self::Two,
            Self::TwoFar => Self::OneFar,
        }
    }
}

/// How a voice goes to one receiver.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Sound of one packet.
    pub(crate) packet: PacketTime,
    /// Copies of earlier packets.
    pub(crate) copies: Copies,
    /// Whether what was lost everywhere is sent again with the next packet.
    pub(crate) repair: bool,
}

/// What is known of a receiver's line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conditions {
    /// Packets the line loses of a thousand, smoothed.
    pub(crate) loss_permille: u16,
    /// Mean length of a burst of losses, in tenths of a packet.
    pub(crate) burst_tenths: u16,
    /// What the line carries for each voice that speaks, headers counted.
    pub(crate) share: Bitrate,
    /// What the voices are encoded at now.
    pub(crate) opus: Bitrate,
    /// Whether the line's queue grows.
    pub(crate) congested: bool,
    /// Round trip time, if it was measured.
    pub(crate) rtt: Option<Duration>,
    /// Whether the receiver reads RED.
    pub(crate) red: bool,
}

/// A plan, and since when the line would allow a kinder one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Planned {
    /// What holds now.
    pub(crate) plan: Plan,
    /// Sound a packet by the room alone, before it is lengthened to pay for copies.
    packet_for_room: PacketTime,
    /// Copies by the loss alone, before some are given up for lack of room.
    copies_for_loss: Copies,
    roomy_since: Option<Instant>,
    calm_since: Option<Instant>,
    congested_at: Option<Instant>,
}

/// What a voice takes on the wire.
pub(crate) fn wire_cost(plan: Plan, opus: Bitrate) -> Bitrate {
    let copies = plan.copies.distances(plan.packet).len() as u64;
    let red = if copies == 0 { 0 } else { PRIMARY_HEAD_BYTES as u64 };
    let heads = HEADER_BYTES + red + copies * OLDER_HEAD_BYTES as u64;
    let heads = Bitrate::bps(heads * 8 * 1_000 / u64::from(plan.packet.millis()));
    opus * (1 + copies) + heads
}

/// The copies that the loss asks for, whatever the room.
pub(crate) const fn copies_for(loss_permille: u16, burst_tenths: u16) -> Copies {
    match (loss_permille, burst_tenths) {
        (..=COPY_ABOVE, _) => Copies::None,
        (_, BURSTY_ABOVE..) => Copies::TwoFar,
        (..=TWO_COPIES_ABOVE, _) => Copies::One,
        (..=THREE_COPIES_ABOVE, _) => Copies::Two,
        _ => Copies::Three,
    }
}

/// The bit rate worth encoding a voice at, so that it and its copies fit; the lowest if none
/// does.
pub(crate) fn opus_rate_for(share: Bitrate, copies: Copies, before: Bitrate) -> Bitrate {
    let fits = |opus: &Bitrate| {
        let used = if *opus > before { USE_PERCENT_RISING } else { USE_PERCENT };
        let longest = Plan { packet: PacketTime::Long, copies, repair: false };
        let shortest = Plan { packet: packet_for(share), ..longest };
        let plan = if copies == Copies::None { shortest } else { longest };
        wire_cost(plan, *opus) <= share.percent(used)
    };
    let [.., lowest] = OPUS_RATES;
    OPUS_RATES.into_iter().find(fits).unwrap_or(lowest)
}

/// The plan for a line. Longer packets, and copies against loss, come at once; shorter packets
/// and fewer copies when the line has been better for a while; growing queues end all copies.
pub(crate) fn plan(now: Instant, conditions: &Conditions, before: Planned) -> Planned {
    let mut next = before;
    if conditions.congested {
        next.congested_at = Some(now);
    }
    let clear = next.congested_at.is_none_or(|at| now >= at + CLEAR_FOR);
    let may_add = conditions.red && clear;

    let needed = packet_for(conditions.share);
    let kinder = packet_for(conditions.share.percent(100 * 100 / ROOM_PERCENT));
    next.roomy_since = (kinder < before.packet_for_room).then(|| before.roomy_since.unwrap_or(now));
    if needed > before.packet_for_room {
        next.packet_for_room = needed;
    } else if held(now, next.roomy_since, ROOMY_FOR) {
        next.packet_for_room = before.packet_for_room.shorter();
        next.roomy_since = Some(now);
    }

    let asked = copies_for(conditions.loss_permille, conditions.burst_tenths);
    next.calm_since = (asked < before.copies_for_loss).then(|| before.calm_since.unwrap_or(now));
    if asked > before.copies_for_loss || held(now, next.calm_since, CALM_FOR) {
        next.copies_for_loss = asked;
        next.calm_since = None;
    }

    let copies = if may_add { next.copies_for_loss } else { Copies::None };
    let (packet, copies) = affordable(conditions, before.plan, next.packet_for_room, copies);
    let repair = may_add && conditions.rtt.is_some_and(|rtt| rtt <= REPAIR_RTT_MAX);
    next.plan = Plan { packet, copies, repair };
    next
}

/// The most copies there is room for, longer packets paying for them where they have to.
fn affordable(
    conditions: &Conditions,
    before: Plan,
    shortest: PacketTime,
    wanted: Copies,
) -> (PacketTime, Copies) {
    let cost_before = wire_cost(before, conditions.opus);
    let mut copies = wanted;
    while copies != Copies::None {
        for packet in PacketTime::ALL.into_iter().filter(|packet| *packet >= shortest) {
            let cost = wire_cost(Plan { packet, copies, repair: false }, conditions.opus);
            let need = if cost > cost_before { cost.percent(ROOM_PERCENT) } else { cost };
            if need <= conditions.share {
                return (packet, copies);
            }
        }
        copies = copies.fewer();
    }
    (shortest, Copies::None)
}

fn packet_for(share: Bitrate) -> PacketTime {
    if share >= SHORT_ABOVE {
        PacketTime::Short
    } else if share >= MIDDLE_ABOVE {
        PacketTime::Middle
    } else {
        PacketTime::Long
    }
}

fn held(now: Instant, since: Option<Instant>, long: Duration) -> bool {
    since.is_some_and(|since| now >= since + long)
}

#[cfg(test)]
mod tests;
