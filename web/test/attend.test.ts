// What staff does for one person beside the talk. In: messages, readiness, sizes. Out: what the page knows and shows. Never: a camera.
import { describe, expect, it } from 'vitest';
import { checklist } from '../src/page/checklist';
import type { Readiness, ServerMessage } from '../src/protocol';
import { initialState, reduce } from '../src/sdk/state';
import { sizeOf } from '../src/sdk/still';
import { session } from './people';

const after = (...messages: ServerMessage[]) => messages.reduce(reduce, initialState(session));
const ready: Readiness = {
  passed: [], skipped: [], failed: [], before_admission: [], before_end: [], agreed: [], refused: [],
  waiting_since: null, waits_too_long: false, interpreter_needed: false,
};

describe('a still picture', () => {
  it('is asked for until it was given or refused', () => {
    const asked = after({ t: 'still_asked', still: 's', by: 'clinician' });
    expect(asked.stillAsked).toEqual({ still: 's', by: 'clinician' });
    expect(reduce(asked, { t: 'still_answered' }).stillAsked).toBeNull();
  });

  it('is followed by whoever asked', () => {
    const ready = after({ t: 'still', still: 's', participant: 'p', state: 'asked' }, { t: 'still', still: 's', participant: 'p', state: 'ready' });
    expect(ready.still).toEqual({ still: 's', participant: 'p', state: 'ready' });
    expect(reduce(ready, { t: 'still_read' }).still).toBeNull();
  });

  it('keeps its shape and is never larger than is worth sending', () => {
    expect(sizeOf(1_280, 720)).toEqual({ width: 1_280, height: 720 });
    expect(sizeOf(8_192, 4_096)).toEqual({ width: 4_096, height: 2_048 });
    expect(sizeOf(3_000, 6_000)).toEqual({ width: 2_048, height: 4_096 });
  });
});

describe('the checklist', () => {
  it('shows each check that is asked for, in the order of the visit', () => {
    const marks = checklist({ ...ready, passed: ['location'], skipped: ['callback'], failed: ['identity'], before_end: ['privacy'], agreed: ['telehealth'] });
    expect(marks).toEqual([
      { of: 'identity', mark: 'failed' },
      { of: 'location', mark: 'done' },
      { of: 'callback', mark: 'skipped' },
      { of: 'privacy', mark: 'open' },
      { of: 'consent', mark: 'done' },
    ]);
  });

  it('is empty where nothing is asked', () => {
    expect(checklist(ready)).toEqual([]);
    expect(checklist({ ...ready, refused: ['telehealth'] })).toEqual([{ of: 'consent', mark: 'failed' }]);
  });
});

describe('what else is told', () => {
  it('is the outcome, the lines and that only voices go', () => {
    const line = { participant: 'p', state: 'weak', steps: ['smaller'] } as const;
    const people: ServerMessage = { t: 'people', people: [], staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: true };
    const state = after({ t: 'outcome', outcome: 'follow_up' }, { t: 'lines', lines: [{ ...line, steps: [...line.steps] }] }, people);
    expect(state).toMatchObject({ outcome: 'follow_up', lines: [line], voiceOnly: true });
  });
});
