// A line of the chat as its reader reads it. In: the line, the reader's words. Out: the text; a ready-made sentence in their language. Never: a sentence of its own; those are in the catalogues.
import type { ChatLine, ReadyMade } from '../protocol';
import type { Words } from '../words';

export function isToWaiting({ to }: Pick<ChatLine, 'to'>): boolean {
  return to.to === 'waiting';
}

export function textOf({ text, ready }: Pick<ChatLine, 'text' | 'ready'>, words: Words): string {
  return ready ? spoken(ready, words) : text;
}

export function spoken(ready: ReadyMade, words: Words): string {
  const sentences = words.lobby.ready;
  return ready.code === 'late' ? sentences.late(ready.minutes) : sentences[ready.code];
}
