// What a person is asked, and what is still open of it.
// In: the asks of the server, what the devices give. Out: the open ones, and the evidence for the device check.
// Never: a form, a word, a message.
import type { ConsentAnswer, ConsentAsk, Evidence, GateAsk } from '../protocol';
import type { LineState, MediaState } from './state';

/** What nobody has answered yet. Whoever has said no has answered. */
export function openConsents(consents: ConsentAsk[]): ConsentAsk[] {
  return consents.filter((ask) => ask.agreed === null && ask.need !== 'off');
}

/** Yes is said to the text as it was shown; no takes back a yes, where there was one. */
export function answerTo({ agreed, version, language }: ConsentAsk, yes: boolean): ConsentAnswer {
  if (yes) return { say: 'give', version, language };
  return { say: agreed ? 'withdraw' : 'refuse' };
}

/** What the person can still do themselves; the device is checked by the page. */
export function openGates(gates: GateAsk[]): GateAsk[] {
  return gates.filter((ask) => !ask.through && ask.gate !== 'device' && ask.need !== 'off');
}

type Found = { camera: MediaStreamTrack | null; microphone: MediaStreamTrack | null; busy: boolean };
type Way = { line: LineState; media: MediaState };

/**
 * How the device check goes, if it is asked for and can be told now. Before somebody is let in
 * there is no media to measure: the way counts as open as long as nothing says that it is not.
 */
export function deviceEvidence(gates: GateAsk[], { camera, microphone, busy }: Found, { line, media }: Way): Evidence | null {
  const asked = gates.some((ask) => ask.gate === 'device' && !ask.through && ask.need !== 'off');
  if (!asked || busy || line !== 'up') return null;
  return { gate: 'device', camera: works(camera), microphone: works(microphone), line: media !== 'blocked' };
}

function works(track: MediaStreamTrack | null): boolean {
  return track?.readyState === 'live';
}
