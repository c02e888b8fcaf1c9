// The lines of the chat.
// In: lines as they come, some of them again after a new greeting. Out: each once, oldest first.
// Never: a line of the page's own making; what is in the list has been through the server.
import type { ChatLine } from '../protocol';

/** More than a visit's people read again; an old phone draws these without effort. */
const LINES_KEPT = 200;

/** The list with one more line; the same list if it is there already. Ids rise with time. */
export function withLine(lines: ChatLine[], line: ChatLine): ChatLine[] {
  if (lines.some((each) => each.id === line.id)) return lines;
  const at = lines.findIndex((each) => each.id > line.id);
  const next = at < 0 ? [...lines, line] : [...lines.slice(0, at), line, ...lines.slice(at)];
  return next.slice(-LINES_KEPT);
}

/** The lines of others after the one read last, by its id; empty for none yet. */
export function unread(lines: ChatLine[], you: string, lastRead: string): ChatLine[] {
  return lines.filter((line) => line.from !== you && line.id > lastRead);
}

export function lastId(lines: ChatLine[]): string {
  return lines[lines.length - 1]?.id ?? '';
}
