// A recording of a browser (WebM) as a film one can seek in.
// In: what MediaRecorder wrote: live, without a length or an index. Out: the same pictures and sounds behind a head with both, and the length.
// Never: touches a frame; what it does not understand is given back as it was.

const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const TIMECODE = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const DURATION = 0x4489;
const CUES = 0x1c53bb6b;
const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const TRACK_TYPE = 0x83;
const VIDEO = 1;
/** Elements whose content is walked through; all others are stepped over. */
const OPENED = new Set([SEGMENT, TRACKS, TRACK_ENTRY, CLUSTER, BLOCK_GROUP]);

type Element = { id: number; at: number; content: number; end: number };
/** `whole` tells whether one can begin there: its first picture needs none before it. */
type Cluster = { at: number; timeMs: number; whole: boolean | null };
type Found = { info: Element; tracks: Element; track: number; clusters: Cluster[]; lengthMs: number };

export type Film = { bytes: Uint8Array<ArrayBuffer>[]; lengthMs: number };

/** A film to seek in; `null` where this is no WebM of a browser. */
export function seekable(bytes: Uint8Array<ArrayBuffer>): Film | null {
  const found = walk(bytes);
  const first = found?.clusters[0];
  if (!found || !first) return null;
  const { info, tracks, track, clusters, lengthMs } = found;
  const start = bytes.subarray(0, segmentAt(bytes));
  const duration = element(DURATION, float(lengthMs));
  const newInfo = element(INFO, [...withoutDuration(bytes, info), ...duration]);
  const newTracks = bytes.subarray(tracks.at, tracks.end);
  // Where a cluster lies is said with eight bytes each, so that the index is as long before as after it is filled.
  const starts = clusters.filter((cluster) => cluster.whole !== false);
  const index = (offset: number) => element(CUES, starts.flatMap(({ at, timeMs }) => point(track, timeMs, at - first.at + offset)));
  const head = newInfo.length + newTracks.length;
  const cues = index(head + index(0).length);
  // The length of the segment stays unknown, as browsers write it; its end is the end of the file.
  const segment = Uint8Array.from([0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  return { bytes: [start, segment, Uint8Array.from(newInfo), newTracks, Uint8Array.from(cues), bytes.subarray(first.at)], lengthMs };
}

function segmentAt(bytes: Uint8Array): number {
  return read(bytes, 0)?.end ?? 0;
}

function walk(bytes: Uint8Array): Found | null {
  let [info, tracks]: (Element | null)[] = [null, null];
  const clusters: Cluster[] = [];
  let [timeMs, lengthMs, track, video] = [0, 0, 0, 0];
  for (let at = 0; at < bytes.length;) {
    const found = read(bytes, at);
    if (!found) break;
    const { id, content, end } = found;
    if (id === INFO) info = found;
    else if (id === TRACKS) tracks = found;
    else if (id === CUES) return null;
    else if (id === TRACK_NUMBER) track = number(bytes, content, end);
    else if (id === TRACK_TYPE && number(bytes, content, end) === VIDEO) video = track;
    else if (id === CLUSTER) clusters.push({ at, timeMs: 0, whole: null });
    const last = clusters[clusters.length - 1];
    if (id === TIMECODE && last) last.timeMs = timeMs = number(bytes, content, end);
    if (id === SIMPLE_BLOCK || id === BLOCK) {
      lengthMs = Math.max(lengthMs, timeMs + relative(bytes, content));
      if (id === SIMPLE_BLOCK && last?.whole === null && blockOf(bytes, content) === video) last.whole = isKey(bytes, content);
    }
    at = OPENED.has(id) ? content : end;
  }
  return info && tracks ? { info, tracks, track: video || track, clusters, lengthMs } : null;
}

/** The element that begins there; one of unknown length, or one that was cut off, ends with the file. */
function read(bytes: Uint8Array, at: number): Element | null {
  const idLength = Math.clz32(bytes[at] ?? 0) - 23;
  if (idLength > 4) return null;
  const sizeAt = at + idLength;
  const sizeLength = Math.clz32(bytes[sizeAt] ?? 0) - 23;
  if (sizeLength > 8 || sizeAt + sizeLength > bytes.length) return null;
  const content = sizeAt + sizeLength;
  const first = (bytes[sizeAt] ?? 0) & (0xff >> sizeLength);
  const rest = number(bytes, sizeAt + 1, content);
  const unknown = first === 0xff >> sizeLength && rest === 256 ** (sizeLength - 1) - 1;
  const size = first * 256 ** (sizeLength - 1) + rest;
  return { id: number(bytes, at, sizeAt), at, content, end: unknown ? bytes.length : Math.min(bytes.length, content + size) };
}

function number(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** When a block is, from its cluster's time on: behind the number of its track, signed. */
function relative(bytes: Uint8Array, content: number): number {
  const at = content + Math.clz32(bytes[content] ?? 0) - 23;
  const value = number(bytes, at, at + 2);
  return value >= 0x8000 ? value - 0x10000 : value;
}

/** The track of a block; browsers number them from one. */
function blockOf(bytes: Uint8Array, content: number): number {
  return (bytes[content] ?? 0) & 0x7f;
}

function isKey(bytes: Uint8Array, content: number): boolean {
  return ((bytes[content + 3] ?? 0) & 0x80) !== 0;
}

function withoutDuration(bytes: Uint8Array, info: Element): number[] {
  const kept: number[] = [];
  for (let at = info.content; at < info.end;) {
    const child = read(bytes, at);
    if (!child) break;
    if (child.id !== DURATION) kept.push(...bytes.subarray(at, child.end));
    at = child.end;
  }
  return kept;
}

function element(id: number, content: number[]): number[] {
  return [...unsigned(id), 0x01, ...fixed(content.length, 7), ...content];
}

function unsigned(value: number): number[] {
  return value < 256 ? [value] : [...unsigned(Math.floor(value / 256)), value % 256];
}

function fixed(value: number, length: number): number[] {
  return Array.from({ length }, (_, place) => Math.floor(value / 256 ** (length - 1 - place)) % 256);
}

function float(value: number): number[] {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  return Array.from({ length: 8 }, (_, at) => bytes.getUint8(at));
}

/** One line of the index: at this time the film lies there. */
function point(track: number, timeMs: number, position: number): number[] {
  const place = [...element(0xf7, [track]), ...element(0xf1, fixed(position, 8))];
  return element(0xbb, [...element(0xb3, fixed(timeMs, 4)), ...element(0xb7, place)]);
}
