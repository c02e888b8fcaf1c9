// Where each person of a visit stands. In: the visit and what has happened in it. Out: a seat each: where, since when, what was checked and agreed.
// Never: an answer somebody gave; only that they gave one. Never a clock of its own.
import type { Participant, TimelineLine, Visit } from './bodies';

/** `away`: let in, and the connection is gone. `gone`: left, was sent away or taken out. */
export type Place = 'expected' | 'waiting' | 'here' | 'away' | 'gone';

export type Seat = {
  person: Participant;
  place: Place;
  waitingSince: string | null;
  /** Gates that were passed, or that staff went on without. */
  through: Set<string>;
  /** Gates that were tried in vain and not passed since. */
  failed: Set<string>;
  /** What they said last to each purpose. */
  agreed: Map<string, boolean>;
};

const MINUTE_MS = 60_000;

/** `keptMinutes`: whoever is gone from the lobby for less than this keeps their place in the queue. */
export function seats({ participants }: Pick<Visit, 'participants'>, lines: readonly TimelineLine[], keptMinutes: number): Seat[] {
  return participants.map((person) => {
    const seat = fresh(person);
    const told = new Story(seat, keptMinutes * MINUTE_MS);
    for (const line of lines) if (line.participant === person.id) told.take(line);
    return seat;
  });
}

function fresh(person: Participant): Seat {
  return { person, place: 'expected', waitingSince: null, through: new Set(), failed: new Set(), agreed: new Map() };
}

/** What has happened to one person, line by line, as the server itself reads it. */
class Story {
  private admitted = false;
  private lostAt: string | null = null;
  constructor(private readonly seat: Seat, private readonly keptMs: number) {}

  take({ event, at, about }: TimelineLine): void {
    const { seat } = this;
    switch (event) {
      case 'arrived':
        this.arrive(at);
        break;
      case 'admitted':
        this.admitted = true;
        this.move('here');
        break;
      case 'returned':
        if (this.admitted) this.move('here');
        else this.arrive(at);
        break;
      case 'lost':
        this.lostAt = at;
        seat.place = this.admitted ? 'away' : 'expected';
        break;
      case 'declined':
      case 'left':
      case 'removed':
      case 'uninvited':
        this.move('gone');
        break;
      case 'link_renewed':
        // Whoever opens the new link is to be looked at again.
        seat.through.delete('identity');
        break;
      default:
        if (about) this.answered(event, about);
    }
  }

  private arrive(at: string): void {
    const { seat } = this;
    const back = seat.waitingSince !== null && this.lostAt !== null && Date.parse(at) - Date.parse(this.lostAt) <= this.keptMs;
    if (!back) seat.waitingSince = at;
    seat.place = 'waiting';
    this.lostAt = null;
  }

  private move(place: Place): void {
    this.seat.place = place;
    this.seat.waitingSince = null;
    this.lostAt = null;
  }

  private answered(event: string, about: string): void {
    const { through, failed, agreed } = this.seat;
    switch (event) {
      case 'checked':
      case 'deviated':
        through.add(about);
        failed.delete(about);
        break;
      case 'check_failed':
        through.delete(about);
        failed.add(about);
        break;
      case 'consent_given':
        agreed.set(about, true);
        break;
      case 'consent_refused':
      case 'consent_withdrawn':
        agreed.set(about, false);
        break;
    }
  }
}
