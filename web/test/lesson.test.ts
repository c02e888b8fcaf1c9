// A film in step with others. In: what the server says, two clocks. Out: positions, paces, percents. Never: a player; the tests in real browsers have one.
import { describe, expect, it } from 'vitest';
import { learn, pace, percentOf, positionAt, type Span, toTell, union } from '../src/sdk/lesson';
import { initialState, reduce } from '../src/sdk/state';
import type { Playable, Showing } from '../src/protocol';
import { overheard } from '../src/page/record';
import { person, session } from './people';

const playable: Playable = { tutorial: 'pump', title: 'The pump', film: 'en', films: ['en'], caption: 'en', captions: ['en'], length_ms: 60_000 };
const showing = (over: Partial<Showing> = {}): Showing => ({ playable, to: 'visit', state: 'playing', position_ms: 5_000, at_ms: 1_000_000, ...over });

describe('where a film stands', () => {
  it('goes on from where it was steered, and no further than its end', () => {
    expect(positionAt(showing(), 1_000_000)).toBe(5_000);
    expect(positionAt(showing(), 1_002_500)).toBe(7_500);
    expect(positionAt(showing(), 9_000_000)).toBe(60_000);
    expect(positionAt(showing(), 999_000)).toBe(5_000);
    expect(positionAt(showing({ state: 'paused' }), 1_002_500)).toBe(5_000);
  });

  it('is the same on two pages whose clocks and lines differ', () => {
    // The server's clock is 1,000,000 where the first page's is 100 and the second's 70,000.
    const near = learn(null, { sentMs: 100, serverMs: 1_000_010, cameMs: 120 });
    const far = [
      { sentMs: 70_000, serverMs: 1_000_400, cameMs: 70_700 },
      { sentMs: 71_000, serverMs: 1_001_060, cameMs: 71_110 },
      { sentMs: 72_000, serverMs: 1_002_500, cameMs: 72_900 },
    ].reduce<ReturnType<typeof learn> | null>(learn, null)!;
    expect(far.tookMs).toBe(110);
    const at = 1_004_000;
    const [first, second] = [positionAt(showing(), at - 999_900 + near.ms), positionAt(showing(), at - 930_000 + far.ms)];
    expect(Math.abs(first - second)).toBeLessThan(20);
  });
});

describe('the pace', () => {
  it('is even while the film is about where it is to be', () => {
    expect(pace(10_000, 10_100, 1)).toEqual({ kind: 'rate', rate: 1 });
    expect(pace(10_000, 9_900, 1)).toEqual({ kind: 'rate', rate: 1 });
  });

  it('draws it near gently, until it is near', () => {
    expect(pace(10_000, 10_200, 1)).toEqual({ kind: 'rate', rate: 1.08 });
    expect(pace(10_200, 10_000, 1)).toEqual({ kind: 'rate', rate: 0.92 });
    expect(pace(10_000, 10_100, 1.08)).toEqual({ kind: 'rate', rate: 1.04 });
    expect(pace(10_000, 10_050, 1.02)).toEqual({ kind: 'rate', rate: 1 });
  });

  it('jumps where that would take too long', () => {
    expect(pace(10_000, 30_000, 1)).toEqual({ kind: 'jump', toMs: 30_000 });
    expect(pace(30_000, 10_000, 1.08)).toEqual({ kind: 'jump', toMs: 10_000 });
  });

  it('ends within a tenth of a second, from wherever a late page begins', () => {
    for (const late of [-1_900, -500, -130, 130, 500, 1_900]) {
      let [is, rate] = [late, 1];
      for (let wanted = 0; wanted < 60_000; wanted += 250) {
        const next = pace(is, wanted, rate);
        if (next.kind === 'jump') is = next.toMs;
        else rate = next.rate;
        is += 250 * rate;
      }
      expect(Math.abs(is - 60_000), `${late} ms`).toBeLessThanOrEqual(120);
    }
  });
});

describe('what was watched', () => {
  it('counts each part once', () => {
    const twice: Span[] = [[0, 10], [5, 20], [30, 40]];
    expect(union(twice, [[19, 31]])).toEqual([[0, 40]]);
    expect(percentOf(twice, 60_250)).toBe(50);
    expect(percentOf([], 60_000)).toBe(0);
    expect(percentOf([[0, 59.9]], 60_000)).toBe(100);
  });

  it('is told in quarters, and as it is at the end', () => {
    expect(toTell(24, 0, false)).toBeNull();
    expect(toTell(26, 0, false)).toBe(25);
    expect(toTell(49, 25, false)).toBeNull();
    expect(toTell(49, 25, true)).toBe(49);
    expect(toTell(49, 49, true)).toBeNull();
    expect(toTell(100, 75, false)).toBe(100);
  });
});

describe('the page', () => {
  it('knows what plays and what is offered', () => {
    const told = reduce(initialState(session), { t: 'lesson', showing: showing(), offered: [playable] });
    expect([told.showing?.position_ms, told.offered.length]).toEqual([5_000, 1]);
    expect(reduce(told, { t: 'lesson', showing: null, offered: [] }).showing).toBeNull();
  });

  it('records nobody but staff', () => {
    const alone = [person('a', { role: 'pharmacist' }), person('b', { role: 'patient', presence: 'waiting' })];
    expect(overheard({ people: alone })).toBe(false);
    for (const presence of ['here', 'reconnecting'] as const) expect(overheard({ people: [person('b', { role: 'patient', presence })] })).toBe(true);
  });
});
