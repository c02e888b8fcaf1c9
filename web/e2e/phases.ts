// What a line goes through. In: nothing. Out: phases in their order, each with what the simulator calls the same. Never: measures.

export type Way = 'down' | 'up';

export type Phase = {
  name: string;
  /** What happens to the line when it begins. */
  order: string;
  /** How long it is waited before anything counts: where the steady state is asked for, not the way there. */
  warm?: number;
  seconds: number;
  /** The direction that is bad, and so who hears and sees it. */
  way: Way;
  forecast?: Forecast;
  /** The line was bad until now: the picture has to come back. */
  isLifted?: boolean;
};

/** The same in `bedside sim`: a span of a scenario, and whose ears and eyes. */
export type Forecast = {
  scenario: string;
  from: number;
  until: number;
  person?: 2;
  /** What is counted there goes on for the whole span, and is scaled to the length of the phase. */
  isSteady?: true;
};

/** Both ways as in the simulator's page-… scenarios: 2 Mbit/s, 32 kB, 40 ms there and back. */
export const FREE = both('kbps = 2000, buffer_kb = 32, delay_ms = 20');
function both(words: string): string {
  return `down = { ${words} }, up = { ${words} }`;
}

/** What matters most, for every run of the tests. */
export const SHORT: Phase[] = [
  { name: '2 Mbit/s', order: FREE, seconds: 5, way: 'down' },
  { name: 'down 250 kbit/s', order: 'down.kbps = 250', seconds: 15, way: 'down' },
  { name: 'again 2 Mbit/s', order: FREE, seconds: 20, way: 'down', isLifted: true },
];

export const WHOLE: Phase[] = [
  { name: '2 Mbit/s', order: FREE, seconds: 10, way: 'down', forecast: { scenario: 'page-down', from: 10, until: 20 } },
  { name: 'down 250 kbit/s', order: 'down.kbps = 250', seconds: 30, way: 'down', forecast: { scenario: 'page-down', from: 20, until: 50 } },
  { name: 'down again 2 Mbit/s', order: FREE, seconds: 20, way: 'down', forecast: { scenario: 'page-down', from: 50, until: 80 }, isLifted: true },
  { name: 'up 250 kbit/s', order: 'up.kbps = 250', seconds: 30, way: 'up', forecast: { scenario: 'page-up', from: 20, until: 50, person: 2 } },
  { name: 'up again 2 Mbit/s', order: FREE, seconds: 20, way: 'up', forecast: { scenario: 'page-up', from: 50, until: 80, person: 2 }, isLifted: true },
  { name: '10 % lost', order: both('loss_percent = 10'), warm: 8, seconds: 20, way: 'down', forecast: { scenario: 'page-loss-10', from: 10, until: 80, isSteady: true } },
  { name: '60 kbit/s', order: both('loss_percent = 0, kbps = 60, buffer_kb = 16'), warm: 10, seconds: 20, way: 'down', forecast: { scenario: 'page-60', from: 10, until: 80, isSteady: true } },
  { name: 'at last 2 Mbit/s', order: FREE, seconds: 20, way: 'down', isLifted: true },
];
