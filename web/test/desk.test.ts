// What the desk makes of what it is told. In: visits, what has happened, rules, measurements. Out: seats, lights, breaches, an order, a pause. Never: a server; that is in e2e.
import { describe, expect, it } from 'vitest';
import { troubleOf } from '../src/desk/api';
import type { CauseCode, Participant, Policy, Role, TimelineLine, Visit, VisitQuality } from '../src/desk/bodies';
import { chosen, NO_QUEUE, queuesOf, staffOf } from '../src/desk/choose';
import { bounds, type Row } from '../src/desk/day';
import { lights } from '../src/desk/lights';
import { byQueue, compare, type Ranked } from '../src/desk/order';
import { LOOK_MS, pause } from '../src/desk/pause';
import { asks, shortMark } from '../src/desk/search';
import { seats } from '../src/desk/seats';
import { breach, waitedMinutes } from '../src/desk/wait';

const KEPT_MINUTES = 15;

/** Minutes after nine. */
const at = (minute: number) => new Date(Date.UTC(2026, 11, 1, 9, minute)).toISOString();

const one = (role: Role, more: Partial<Participant> = {}): Participant => ({ id: role, role, language: 'en', display_name: `The ${role}`, ...more });

function told(...events: [minute: number, event: string, participant: string, about?: string][]): TimelineLine[] {
  return events.map(([minute, event, participant, about], seq) => ({ seq: seq + 1, at: at(minute), event, participant, ...(about ? { about } : {}) }));
}

const PATIENT = one('patient');
const POLICY: Policy = {
  name: 'strict',
  consents: [
    { purpose: 'telehealth', who: ['patient'], need: 'required' },
    { purpose: 'recording', who: ['patient'], need: 'required' },
    { purpose: 'observers', who: ['patient'], need: 'required' },
  ],
  gates: [
    { gate: 'identity', who: ['patient'], need: 'required', point: 'admission' },
    { gate: 'callback', who: ['patient'], need: 'skippable', point: 'admission' },
    { gate: 'device', who: ['patient'], need: 'asked', point: 'admission' },
    { gate: 'privacy', who: ['patient'], need: 'required', point: 'end' },
    { gate: 'location', who: ['proxy'], need: 'required', point: 'admission' },
  ],
  times: { early_minutes: 60, late_minutes: 60, no_show_minutes: 20, wait_breach_minutes: 15, place_kept_minutes: KEPT_MINUTES },
  keep: { visit_days: 1, chat_days: 0, answer_days: 1, recording_days: 0 },
};

function seen(participants: Participant[], lines: TimelineLine[], policy: Policy | undefined = POLICY, quality?: VisitQuality) {
  return lights(seats({ participants }, lines, KEPT_MINUTES), policy, quality);
}

describe('a seat', () => {
  const last = (...events: Parameters<typeof told>) => {
    const seat = seats({ participants: [PATIENT] }, told(...events), KEPT_MINUTES)[0];
    return [seat?.place, seat?.waitingSince];
  };

  it('is where its person was last', () => {
    expect(last()).toEqual(['expected', null]);
    expect(last([1, 'arrived', 'patient'])).toEqual(['waiting', at(1)]);
    expect(last([1, 'arrived', 'patient'], [3, 'admitted', 'patient'])).toEqual(['here', null]);
    expect(last([1, 'arrived', 'patient'], [3, 'admitted', 'patient'], [5, 'lost', 'patient'])).toEqual(['away', null]);
    expect(last([1, 'arrived', 'patient'], [3, 'admitted', 'patient'], [5, 'lost', 'patient'], [6, 'returned', 'patient'])).toEqual(['here', null]);
    expect(last([1, 'arrived', 'patient'], [2, 'declined', 'patient'])).toEqual(['gone', null]);
    expect(last([1, 'arrived', 'somebody else'])).toEqual(['expected', null]);
  });

  it('is kept in the queue for whoever is gone for a short time', () => {
    expect(last([1, 'arrived', 'patient'], [5, 'lost', 'patient'], [5 + KEPT_MINUTES, 'arrived', 'patient'])).toEqual(['waiting', at(1)]);
    expect(last([1, 'arrived', 'patient'], [5, 'lost', 'patient'], [6 + KEPT_MINUTES, 'arrived', 'patient'])).toEqual(['waiting', at(6 + KEPT_MINUTES)]);
    expect(last([1, 'arrived', 'patient'], [5, 'left', 'patient'], [6, 'arrived', 'patient'])).toEqual(['waiting', at(6)]);
  });
});

describe('the light of the checks', () => {
  it('says nothing before somebody has come, and is not green where the rules are not known', () => {
    expect(seen([PATIENT], []).checks).toMatchObject({ tone: 'quiet', came: false });
    const lines = told([1, 'arrived', 'patient']);
    expect(lights(seats({ participants: [PATIENT] }, lines, KEPT_MINUTES), undefined, undefined).checks).toMatchObject({ tone: 'quiet', known: false });
  });

  it('names what is needed of those who have come, and nothing else', () => {
    expect(seen([PATIENT, one('proxy')], told([1, 'arrived', 'patient'])).checks).toMatchObject({ tone: 'open', gates: ['identity', 'callback'], purposes: ['telehealth'] });
  });

  it('is green once all is passed, skipped and agreed', () => {
    const done = told([1, 'arrived', 'patient'], [2, 'checked', 'patient', 'identity'], [3, 'deviated', 'patient', 'callback'], [4, 'consent_given', 'patient', 'telehealth']);
    expect(seen([PATIENT], done).checks).toMatchObject({ tone: 'good', gates: [], purposes: [] });
    const renewed = [...done, ...told([5, 'link_renewed', 'patient'])];
    expect(seen([PATIENT], renewed).checks).toMatchObject({ tone: 'open', gates: ['identity'] });
  });

  it('is red where a check has failed or somebody has said no', () => {
    expect(seen([PATIENT], told([1, 'arrived', 'patient'], [2, 'check_failed', 'patient', 'identity'])).checks.tone).toBe('bad');
    expect(seen([PATIENT], told([1, 'arrived', 'patient'], [2, 'check_failed', 'patient', 'identity'], [3, 'checked', 'patient', 'identity'])).checks.tone).toBe('open');
    expect(seen([PATIENT], told([1, 'arrived', 'patient'], [2, 'consent_given', 'patient', 'telehealth'], [3, 'consent_withdrawn', 'patient', 'telehealth'])).checks.tone).toBe('bad');
  });
});

describe('the other lights', () => {
  it('show who has waited longest; staff waits for nobody', () => {
    const lines = told([1, 'arrived', 'clinician'], [2, 'arrived', 'family'], [3, 'arrived', 'patient']);
    const { waiting } = seen([one('clinician'), PATIENT, one('family')], lines);
    expect([waiting?.seat.person.id, waiting?.since]).toEqual(['family', at(2)]);
    expect(seen([PATIENT], told([1, 'arrived', 'patient'], [2, 'lost', 'patient'])).waiting).toBeNull();
  });

  it('follow the interpreter', () => {
    const needs = one('patient', { interpreter_needed: true });
    const interpreter = one('interpreter');
    expect(seen([PATIENT, interpreter], []).interpreter).toBe('not_needed');
    expect(seen([needs], []).interpreter).toBe('not_planned');
    expect(seen([needs, interpreter], []).interpreter).toBe('expected');
    expect(seen([needs, interpreter], told([1, 'arrived', 'interpreter'])).interpreter).toBe('waiting');
    const second = one('interpreter', { id: 'second' });
    expect(seen([needs, interpreter, second], told([1, 'arrived', 'interpreter'], [2, 'admitted', 'second'])).interpreter).toBe('here');
  });

  it('name the languages of those the visit is for', () => {
    expect(seen([one('clinician', { language: 'de' }), one('patient', { language: 'ar' }), one('family', { language: 'ar' })], []).languages).toEqual(['ar']);
  });

  it('judge the line of the patient’s side by what was measured', () => {
    const measured = (participant: string, causes: CauseCode[], seconds = 9) =>
      ({ participants: [{ participant, causes, measured_seconds: seconds }] }) as unknown as VisitQuality;
    const lines = told([1, 'arrived', 'patient'], [2, 'admitted', 'patient'], [2, 'admitted', 'clinician']);
    const line = (quality?: VisitQuality, more: TimelineLine[] = []) => seen([PATIENT, one('clinician')], [...lines, ...more], POLICY, quality).line;
    expect(line().tone).toBe('quiet');
    expect(line(measured('patient', ['none'], 0)).tone).toBe('quiet');
    expect(line(measured('patient', ['none']))).toEqual({ tone: 'good', lost: false, causes: [] });
    expect(line(measured('patient', ['thin_line_up']))).toEqual({ tone: 'open', lost: false, causes: ['thin_line_up'] });
    expect(line(measured('clinician', ['thin_line_up'])).tone).toBe('quiet');
    expect(line(undefined, told([3, 'lost', 'patient']))).toMatchObject({ tone: 'bad', lost: true });
  });
});

describe('a wait', () => {
  it('is long from two thirds of the limit, too long from the limit on', () => {
    const level = (minute: number) => breach(at(0), Date.parse(at(minute)), 15);
    expect([0, 9, 10, 14, 15, 50].map(level)).toEqual(['calm', 'calm', 'soon', 'soon', 'late', 'late']);
  });

  it('is told in whole minutes, and never in less than none', () => {
    expect(waitedMinutes(at(0), Date.parse(at(3)) + 59_000)).toBe(3);
    expect(waitedMinutes(at(3), Date.parse(at(0)))).toBe(0);
  });
});

const ranked = (id: string, state: Visit['state'], more: { wait?: number; urgent?: boolean; start?: number; queue?: string } = {}): Ranked => ({
  visit: { id, state, starts_at: at(more.start ?? 0), urgent: more.urgent ?? false, queue: more.queue ?? null },
  waitingSince: more.wait === undefined ? null : at(more.wait),
});

describe('the order', () => {
  it('puts those who wait first, urgent and long waits before others, and what is over last', () => {
    const all = [
      ranked('over', 'ended'), ranked('later', 'scheduled', { start: 30 }), ranked('soon', 'scheduled', { start: 10 }), ranked('absent', 'no_show_proposed'),
      ranked('live', 'live'), ranked('waits 5', 'open', { wait: 5 }), ranked('waits 1', 'live', { wait: 1 }), ranked('urgent', 'open', { wait: 9, urgent: true }),
    ];
    expect([...all].sort(compare).map(({ visit }) => visit.id)).toEqual(['urgent', 'waits 1', 'waits 5', 'absent', 'live', 'soon', 'later', 'over']);
  });

  it('is the same whatever came first', () => {
    const [a, b] = [ranked('a', 'live'), ranked('b', 'live')];
    expect([[a, b].sort(compare), [b, a].sort(compare)].map((list) => list.map(({ visit }) => visit.id))).toEqual([['a', 'b'], ['a', 'b']]);
  });

  it('keeps queues by name, those without one last, and the order within', () => {
    const all = [ranked('1', 'live'), ranked('2', 'live', { queue: 'b' }), ranked('3', 'live', { queue: 'a' }), ranked('4', 'live', { queue: 'b' })];
    expect(byQueue(all).map(([name, rows]) => [name, rows.map(({ visit }) => visit.id)])).toEqual([['a', ['3']], ['b', ['2', '4']], [null, ['1']]]);
  });
});

describe('a choice', () => {
  const row = (id: string, queue: string | null, clinician: string) => ({
    visit: { id, queue }, seats: seats({ participants: [PATIENT, one('clinician', { display_name: clinician })] }, [], KEPT_MINUTES),
  }) as unknown as Row;
  const rows = [row('1', 'b', 'Vera'), row('2', null, 'Ana'), row('3', 'b', 'Ana')];

  it('offers the queues and the staff there are', () => {
    expect(queuesOf(rows)).toEqual([NO_QUEUE, 'b']);
    expect(staffOf(rows)).toEqual(['Ana', 'Vera']);
  });

  it('shows what fits both', () => {
    const ids = (queue: string | null, staff: string | null) => chosen(rows, { queue, staff }).map(({ visit }) => visit.id);
    expect([ids(null, null), ids('b', null), ids(NO_QUEUE, null), ids(null, 'Ana'), ids('b', 'Ana'), ids(null, 'The patient')]).toEqual([['1', '2', '3'], ['1', '3'], ['2'], ['2', '3'], ['3'], []]);
  });
});

describe('the next look', () => {
  it('comes at its time, and ever later while nothing answers', () => {
    expect(pause(0, 0.9, 0)).toBe(LOOK_MS);
    expect([1, 2, 3, 6, 99].map((failures) => pause(failures, 0, 0))).toEqual([2_500, 5_000, 10_000, 60_000, 60_000]);
    expect(pause(99, 1, 0)).toBe(120_000);
  });

  it('is not before the server has asked for it', () => {
    expect(pause(1, 0, 30_000)).toBe(30_000);
  });
});

describe('what is asked', () => {
  it('of a day is from midnight to midnight', () => {
    const { from, to } = bounds(new Date(2026, 11, 1, 13, 5).getTime());
    expect([new Date(from).toString(), new Date(to).toString()]).toEqual([new Date(2026, 11, 1).toString(), new Date(2026, 11, 2).toString()]);
  });

  it('of the audit log is ids, times and a page', () => {
    expect(asks({ visit: '', since: '' }, null)).toBe('/v1/audit?limit=100');
    const asked = new URL(asks({ visit: ' 0192f0c1 ', since: '2026-12-01' }, 'AAE'), 'http://desk');
    expect(Object.fromEntries(asked.searchParams)).toEqual({ limit: '100', visit: '0192f0c1', since: new Date('2026-12-01T00:00').toISOString(), cursor: 'AAE' });
    expect([shortMark('Y2FwYWJpbGl0eS1oYXNoIQ'), shortMark(null)]).toEqual(['Y2FwYWJp', '']);
  });

  it('in vain is told by what can be done about it', () => {
    expect([400, 401, 403, 404, 409, 410, 422, 429, 500, 503].map(troubleOf)).toEqual(['invalid', 'key', 'scope', 'gone', 'not_now', 'gone', 'invalid', 'too_many', 'fault', 'fault']);
  });
});
