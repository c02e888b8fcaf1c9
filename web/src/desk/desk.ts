// The desk of one member of staff: who they are to the server, what they look at, how they read best. In: presses. Out: state, told to the page.
// Never: the key anywhere but in this tab, and there only until it is closed, signed out of, or refused.
import { keepSettings, keptSettings } from '../page/keep';
import type { Settings } from '../page/settings';
import { read, write } from '../page/tab';
import { Api, type Answer, type Trouble } from './api';
import type { Policies } from './bodies';

export const TABS = ['day', 'board', 'keys', 'webhooks', 'rules', 'audit'] as const;
export type Tab = (typeof TABS)[number];

const KEY = 'bedside.desk.key';
const TAB = 'bedside.desk.tab';

export class Desk {
  settings: Settings = keptSettings();
  tab: Tab = TABS.find((tab) => tab === read(TAB)) ?? 'day';
  api: Api | null;
  opening = false;
  /** Why there is no desk, or no more. */
  trouble: Trouble | null = null;
  private changed: () => void = () => undefined;

  constructor() {
    const key = read(KEY);
    this.api = key === null ? null : new Api(key);
  }

  listen(changed: () => void): void {
    this.changed = changed;
  }

  set(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change };
    keepSettings(this.settings);
    this.changed();
  }

  show(tab: Tab): void {
    this.tab = tab;
    write(TAB, tab);
    this.changed();
  }

  /** Tries a key. One that may not see visits is a key all the same. */
  async enter(key: string): Promise<void> {
    this.opening = true;
    this.trouble = null;
    this.changed();
    const api = new Api(key);
    const answer = await api.get<Policies>('/v1/policies');
    this.opening = false;
    if ('trouble' in answer && answer.trouble !== 'scope') {
      this.trouble = answer.trouble;
    } else {
      write(KEY, key);
      this.api = api;
    }
    this.changed();
  }

  leave(why: Trouble | null = null): void {
    write(KEY, null);
    write(TAB, null);
    this.api = null;
    this.tab = 'day';
    this.trouble = why;
    this.changed();
  }

  /** Passes an answer on; a key that opens nothing any more ends the desk. */
  heard<T>(answer: Answer<T>): Answer<T> {
    if ('trouble' in answer && answer.trouble === 'key') this.leave('key');
    return answer;
  }
}
