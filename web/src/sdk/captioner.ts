// Live captions, as they are written: how a line goes out while somebody types it.
// In: what stands in the field, the time. Out: each line whole, again and again, no more often than the server takes; finished ones in their order.
// Never: a word lost because the line is long or the way is gone.
import { CAPTION_CHARS_MAX, CAPTIONS_PER_SECOND, type ClientMessage } from '../protocol';

/** What stands in the field: lines that are finished, by Enter or because they are long, and the one that is not. */
export function cut(text: string): { done: string[]; rest: string } {
  const done: string[] = [];
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => line.replace(/\p{Cc}/gu, ' '));
  let rest = lines.pop() ?? '';
  for (const line of lines) done.push(...pieces(line));
  const [full, last] = [pieces(rest).slice(0, -1), pieces(rest).slice(-1)];
  if (full.length > 0) [rest] = [last[0] ?? ''];
  return { done: [...done, ...full].map((line) => line.trim()).filter((line) => line !== ''), rest };
}

/** A long line as several, parted between words where there are any. */
function pieces(line: string): string[] {
  if (line.length <= CAPTION_CHARS_MAX) return [line];
  const head = line.slice(0, CAPTION_CHARS_MAX);
  const space = head.lastIndexOf(' ');
  // Not between the halves of one letter.
  const at = space > 0 ? space : CAPTION_CHARS_MAX - (/[\ud800-\udbff]$/.test(head) ? 1 : 0);
  return [line.slice(0, at), ...pieces(line.slice(space > 0 ? at + 1 : at))];
}

type Caption = Extract<ClientMessage, { t: 'caption' }>;

/** The server takes so many in the long run. */
const EVERY_MS = 1_000 / CAPTIONS_PER_SECOND;

/** A captioner's way out. The line being written waits for its turn and goes as it then is; finished ones go in their order. */
export class Captioner {
  private readonly finished: Caption[] = [];
  private text = '';
  private sent = '';
  private sentAt = -Infinity;
  private number: number;
  private rests = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `now`: in Unix milliseconds, so that numbers go on rising over a reload. */
  constructor(private readonly send: (message: Caption) => void, private language: string, now: number) {
    this.number = Math.floor(now / 1_000);
  }

  /** Takes what stands in the field, and gives what is to stand there now. */
  write(text: string): string {
    const { done, rest } = cut(text);
    for (const line of done) this.finish(line);
    this.text = rest;
    this.soon();
    return rest;
  }

  /** From the next sending on. */
  speak(language: string): void {
    this.language = language;
  }

  /** Nothing goes out for now: there is no way, or nobody any more. */
  rest(): void {
    this.rests = true;
    clearTimeout(this.timer);
  }

  /** There is a way again: what has not gone out goes, and what is being written once more. */
  again(): void {
    this.rests = false;
    this.sent = '';
    this.soon();
  }

  private finish(text: string): void {
    this.finished.push({ t: 'caption', language: this.language, number: this.number, text, done: true });
    this.number += 1;
    [this.text, this.sent] = ['', ''];
  }

  private soon(): void {
    clearTimeout(this.timer);
    if (this.rests) return;
    if (this.finished.length === 0 && this.text.trim() === this.sent) return;
    this.timer = setTimeout(() => this.out(), Math.max(0, this.sentAt + EVERY_MS - performance.now()));
  }

  private out(): void {
    const line = this.finished.shift() ?? this.unfinished();
    this.sentAt = performance.now();
    this.send(line);
    this.soon();
  }

  private unfinished(): Caption {
    this.sent = this.text.trim();
    return { t: 'caption', language: this.language, number: this.number, text: this.sent, done: false };
  }
}
