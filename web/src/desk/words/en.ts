// English: every word of the desk that the visit's pages do not say already. The other languages are files of this shape beside it.
// In: names, times, numbers. Out: sentences. Never: markup; a code word without words, the types see to that.
import { counting } from '../../words/count';
import type { Trouble } from '../api';
import type { CauseCode, DeliveryState, Need, Scope, VisitState, WebhookState } from '../bodies';
import type { Interpreter } from '../lights';

const { number, plural } = counting('en', ['one', 'other']);

const trouble: Record<Trouble, string> = {
  key: 'This key opens nothing, or no longer. Please enter another.',
  scope: 'This key may not do that. Please ask whoever gave it to you.',
  gone: 'That is not there any more.',
  not_now: 'As things stand that cannot be done. Please look again.',
  invalid: 'Something written here is not right. Please look at it again.',
  too_many: 'That was very fast. Please wait a moment.',
  fault: 'The server could not do that just now. Please try again.',
  unreachable: 'The server does not answer. Please check the network.',
};

const state: Record<VisitState, string> = {
  scheduled: 'Planned',
  open: 'Somebody has come',
  live: 'Under way',
  no_show_proposed: 'Patient has not come',
  ended: 'Over',
  cancelled: 'Cancelled',
  no_show: 'No-show',
};

const interpreter: Record<Interpreter, string> = {
  not_needed: 'No interpreter needed',
  not_planned: 'Interpreter needed, none is planned',
  expected: 'Interpreter has not come yet',
  waiting: 'Interpreter waits',
  here: 'Interpreter is here',
};

const cause: Record<CauseCode, string> = {
  thin_line_down: 'thin line to them',
  thin_line_up: 'thin line from them',
  lossy_line_down: 'losses on the way to them',
  lossy_line_up: 'losses on the way from them',
  long_delay: 'long delay',
  unstable_line: 'unstable line',
  weak_device: 'weak device',
  server: 'busy server',
  other_side: 'the other side',
  none: 'nothing',
};

const scope: Record<Scope, string> = {
  'visits:read': 'See visits',
  'visits:write': 'Schedule and change visits',
  'webhooks:read': 'See webhooks',
  'webhooks:write': 'Change webhooks',
  'audit:read': 'See the audit log',
  'keys:write': 'Make and revoke keys',
  'recordings:read': 'See recordings',
  'recordings:write': 'Hold and erase recordings',
  'tutorials:read': 'See films',
  'tutorials:write': 'Make films',
  admin: 'Everything',
};

const webhook: Record<WebhookState, string> = {
  enabled: 'Is sent messages',
  disabled: 'Switched off',
  gone: 'Switched off: the receiver said it is gone',
};

const delivery: Record<DeliveryState, string> = {
  queued: 'Waits for an earlier one',
  pending: 'On its way',
  delivered: 'Delivered',
  given_up: 'Given up',
};

const need: Record<Need, string> = {
  off: 'not asked',
  asked: 'asked',
  skippable: 'needed, staff may go on without',
  required: 'needed',
};

export const words = {
  title: 'Desk',
  trouble,
  state,
  interpreter,
  cause,
  scope,
  webhook,
  delivery,
  need,
  door: {
    lead: 'The visits of the day, the queues, and the settings of your organisation.',
    key: 'API key',
    hint: 'It is kept in this tab only, until you close it or sign out.',
    enter: 'Open the desk',
    opening: 'Being opened',
  },
  nav: { label: 'Parts of the desk', leave: 'Sign out' },
  tab: { day: 'Visits today', board: 'Board', keys: 'Keys', webhooks: 'Webhooks', rules: 'Rules', audit: 'Audit' },
  look: {
    reading: 'Being read.',
    at: (time: string) => `As of ${time}.`,
    stale: (time: string) => `As of ${time}. Trying again.`,
    again: 'Look again',
    more: 'There are more visits today than are shown.',
  },
  day: {
    queue: 'Queue',
    everyQueue: 'All queues',
    noQueue: 'Without a queue',
    staff: 'Whose visits',
    everybody: 'Everybody’s',
    none: 'There are no visits.',
    hours: (from: string, to: string) => `${from} to ${to}`,
    over: (count: number) => plural(count, { one: 'One visit is over', other: `${number(count)} visits are over` }),
    urgent: 'Urgent',
  },
  light: {
    label: 'How ready it is',
    ready: 'Nothing is missing',
    missing: (what: string) => `Still needed: ${what}`,
    nobody: 'The patient has not come yet',
    unknown: 'It is not known what is needed',
    waits: (name: string, minutes: number) =>
      plural(minutes, { one: `${name} has waited for a minute`, other: `${name} has waited for ${number(minutes)} minutes` }),
    late: 'Waits too long',
    soon: 'Waits long',
    lineGood: 'The line is good',
    linePoor: (why: string) => `The line is poor: ${why}`,
    lineLost: 'The connection is lost',
    lineUnknown: 'The line has not been measured',
  },
  seat: {
    open: (name: string) => `Go in as ${name}`,
    ask: (name: string) => `Make a new link for ${name}? An earlier one no longer works, and a page it opened is closed.`,
    yes: 'Yes, make the link',
    no: 'Not now',
    go: (name: string) => `Open the visit as ${name}`,
  },
  noShow: { yes: 'It is a no-show', no: 'We wait', ask: 'Is it a no-show? The visit then ends for everybody.', keep: 'Not yet' },
  board: {
    waiting: (count: number) => plural(count, { one: 'One waits', other: `${number(count)} wait` }),
    seen: (count: number) => plural(count, { one: 'One visit is under way', other: `${number(count)} visits are under way` }),
    longest: (minutes: number) => plural(minutes, { one: 'The longest wait is a minute', other: `The longest wait is ${number(minutes)} minutes` }),
    place: (position: number) => `Number ${number(position)} in the queue`,
    expected: (minutes: number) => plural(minutes, { one: 'may take about a minute', other: `may take about ${number(minutes)} minutes` }),
    quiet: 'Nobody is here.',
  },
  keys: {
    make: 'Make a key',
    name: 'What you call it',
    may: 'What it may do',
    made: (name: string) => `The key “${name}”`,
    once: 'It is shown this once. Copy it now to where it is needed.',
    since: (time: string) => `Made: ${time}`,
    used: (time: string) => `Last used: ${time}`,
    unused: 'Never used',
    until: (time: string) => `Works until ${time}`,
    former: (time: string) => `Its former secret works until ${time}`,
    rotate: 'New secret',
    rotateName: (name: string) => `New secret: ${name}`,
    rotateAsk: (name: string) => `Give “${name}” a new secret? The present one works for one more day.`,
    rotateYes: 'Yes, a new secret',
    revoke: 'Revoke',
    revokeName: (name: string) => `Revoke: ${name}`,
    revokeAsk: (name: string) => `Revoke “${name}”? Whoever uses it is shut out at once.`,
    revokeYes: 'Yes, revoke',
    keep: 'Keep it',
    none: 'There are no keys.',
  },
  webhooks: {
    make: 'Make a webhook',
    url: 'Address',
    urlHint: 'Where messages are sent. It begins with https:// and is public.',
    description: 'What you call it',
    made: (name: string) => `The secret of “${name}”`,
    every: 'Every message',
    types: (count: number) => plural(count, { one: 'One kind of message', other: `${number(count)} kinds of messages` }),
    failing: (time: string) => `Nothing has come through since ${time}`,
    test: 'Send a test',
    testName: (name: string) => `Send a test: ${name}`,
    sent: 'A test is on its way.',
    off: 'Switch off',
    offName: (name: string) => `Switch off: ${name}`,
    on: 'Switch on',
    onName: (name: string) => `Switch on: ${name}`,
    log: 'What was sent',
    logName: (name: string) => `What was sent: ${name}`,
    remove: 'Remove',
    removeName: (name: string) => `Remove: ${name}`,
    removeAsk: (name: string) => `Remove “${name}”? What waits to be sent to it is dropped.`,
    removeYes: 'Yes, remove',
    none: 'There are no webhooks.',
    nothing: 'Nothing has been sent yet.',
    replay: 'Send again',
    replayName: (what: string) => `Send again: ${what}`,
    replayed: (count: number) => plural(count, { one: 'One message is sent again.', other: `${number(count)} messages are sent again.` }),
    tries: (count: number) => plural(count, { one: 'One try', other: `${number(count)} tries` }),
    answered: (status: number) => `The last answer was ${number(status)}`,
    unanswered: (error: string) => `No answer: ${error}`,
  },
  rules: {
    lead: 'The profiles that visits can be held under. They are changed in the files of the server.',
    gates: 'What is checked',
    consents: 'What people agree to',
    times: 'Times',
    keep: 'What is kept',
    nothing: 'Nothing',
    rule: (what: string, how: string, who: string) => `${what}: ${how}. ${who}.`,
    early: (minutes: number) => plural(minutes, { one: 'The door opens a minute before the start', other: `The door opens ${number(minutes)} minutes before the start` }),
    noShow: (minutes: number) => plural(minutes, { one: 'A no-show is proposed after a minute', other: `A no-show is proposed after ${number(minutes)} minutes` }),
    breach: (minutes: number) => plural(minutes, { one: 'A wait is too long after a minute', other: `A wait is too long after ${number(minutes)} minutes` }),
    visit: (days: number) => plural(days, { one: 'The visit: a day', other: `The visit: ${number(days)} days` }),
    chat: (days: number) => plural(days, { one: 'The chat: a day', other: `The chat: ${number(days)} days` }),
    answers: (days: number) => plural(days, { one: 'Answers: a day', other: `Answers: ${number(days)} days` }),
    recordings: (days: number) => plural(days, { one: 'Recordings: a day', other: `Recordings: ${number(days)} days` }),
  },
  audit: {
    lead: 'Who did what, and who looked. People and keys are shown as marks, never by name. This search is itself an entry.',
    visit: 'Id of a visit',
    visitHint: 'Left empty: all visits.',
    since: 'From this day on',
    search: 'Search',
    none: 'There is nothing.',
    next: 'Show more',
    what: 'What',
    who: 'Who',
    when: 'When',
    about: 'About',
    notFound: 'looked for in vain',
  },
  copy: { button: 'Copy', done: 'It is copied.', close: 'I have copied it' },
};

export type DeskWords = typeof words;
