// The lights of a visit: is it ready, who waits, in which language, how is the line? In: seats, rules, measurements. Out: a light each, with what it is about.
// Never: a light told by its colour alone, and none that is green because nothing is known.
import type { CauseCode, Gate, Need, Policy, Purpose, Role, VisitQuality } from './bodies';
import type { Seat } from './seats';

/** `good`: all is well. `open`: something is still to be done. `bad`: somebody has to look. `quiet`: there is nothing to say yet. */
export type Tone = 'good' | 'open' | 'bad' | 'quiet';

export type Checks = { tone: Tone; came: boolean; known: boolean; gates: Gate[]; purposes: Purpose[] };
export type Interpreter = 'not_needed' | 'not_planned' | 'expected' | 'waiting' | 'here';
export type Line = { tone: Tone; lost: boolean; causes: CauseCode[] };

export type Lights = {
  checks: Checks;
  /** The one who has waited longest to be let in. */
  waiting: { since: string; seat: Seat } | null;
  languages: string[];
  interpreter: Interpreter;
  line: Line;
};

const STAFF: readonly Role[] = ['clinician', 'pharmacist', 'coordinator'];
/** For whom a visit is held, and who speaks for them. */
const GUESTS: readonly Role[] = ['patient', 'proxy', 'family'];

export function isStaff({ person }: Pick<Seat, 'person'>): boolean {
  return STAFF.includes(person.role);
}

function isGuest({ person }: Seat): boolean {
  return GUESTS.includes(person.role);
}

function isPresent({ place }: Seat): boolean {
  return place === 'waiting' || place === 'here' || place === 'away';
}

function isNeeded(need: Need): boolean {
  return need === 'skippable' || need === 'required';
}

export function lights(seats: readonly Seat[], policy: Policy | undefined, quality: VisitQuality | undefined): Lights {
  return { checks: checks(seats, policy), waiting: waiting(seats), languages: languages(seats), interpreter: interpreter(seats), line: line(seats, quality) };
}

/** What is missing of those who have come, before they can be let in. */
function checks(seats: readonly Seat[], policy: Policy | undefined): Checks {
  const guests = seats.filter((seat) => isGuest(seat) && isPresent(seat));
  const [came, known] = [guests.length > 0, policy !== undefined];
  const gates = new Set<Gate>();
  const purposes = new Set<Purpose>();
  let isBad = false;
  for (const seat of guests) {
    for (const { gate, who, need, point } of policy?.gates ?? []) {
      if (!isNeeded(need) || (point ?? 'admission') !== 'admission' || !who.includes(seat.person.role) || seat.through.has(gate)) continue;
      gates.add(gate);
      isBad ||= seat.failed.has(gate);
    }
    for (const { purpose, who, need } of policy?.consents ?? []) {
      // The others are needed when somebody records, captions or observes; the door asks for this one.
      if (purpose !== 'telehealth' || !isNeeded(need) || !who.includes(seat.person.role) || seat.agreed.get(purpose) === true) continue;
      purposes.add(purpose);
      isBad ||= seat.agreed.get(purpose) === false;
    }
  }
  const isOpen = gates.size + purposes.size > 0;
  const tone = !came || !known ? 'quiet' : isBad ? 'bad' : isOpen ? 'open' : 'good';
  return { tone, came, known, gates: [...gates], purposes: [...purposes] };
}

function waiting(seats: readonly Seat[]): Lights['waiting'] {
  let longest: Lights['waiting'] = null;
  for (const seat of seats) {
    if (seat.place !== 'waiting' || seat.waitingSince === null || isStaff(seat)) continue;
    if (!longest || Date.parse(seat.waitingSince) < Date.parse(longest.since)) longest = { since: seat.waitingSince, seat };
  }
  return longest;
}

function languages(seats: readonly Seat[]): string[] {
  return [...new Set(seats.filter(isGuest).map(({ person }) => person.language))];
}

const BY_PRESENCE: readonly Interpreter[] = ['here', 'waiting', 'expected'];

/** Needed, and how far the interpreter is who is nearest. */
function interpreter(seats: readonly Seat[]): Interpreter {
  if (!seats.some(({ person }) => person.interpreter_needed === true)) return 'not_needed';
  const places = seats.filter(({ person }) => person.role === 'interpreter').map(({ place }): Interpreter => (place === 'here' || place === 'waiting' ? place : 'expected'));
  return BY_PRESENCE.find((place) => places.includes(place)) ?? 'not_planned';
}

/** The lines of those the visit is for. */
function line(seats: readonly Seat[], quality: VisitQuality | undefined): Line {
  const guests = seats.filter((seat) => isGuest(seat) && isPresent(seat));
  const lost = guests.some(({ place }) => place === 'away');
  const measured = (quality?.participants ?? []).filter((each) => each.measured_seconds > 0 && guests.some(({ person }) => person.id === each.participant));
  const causes = [...new Set(measured.flatMap((each) => each.causes))].filter((cause) => cause !== 'none');
  const tone = lost ? 'bad' : causes.length > 0 ? 'open' : measured.length > 0 ? 'good' : 'quiet';
  return { tone, lost, causes };
}
