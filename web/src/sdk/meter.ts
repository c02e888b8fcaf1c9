// Looks at a media connection once a second.
// In: its counts. Out: the rung of the own line when it changes, and about every five seconds what was felt.
// Never: decides; `uplink.ts` does. A browser that counts nothing is left in peace.
import type { Felt } from '../protocol';
import { type Counts, counted, type Report } from './counts';
import { felt } from './felt';
import { givesUp, type Sample, stepUplink, type Uplink } from './uplink';
import { takenKbps } from './voice';

/** Often enough to save a voice within a sentence; estimates move no faster. */
export const SAMPLE_MS = 1_000;
/** The server keeps a series of these; more often would be noise in it. */
export const FELT_MS = 5_000;

/** What a meter asks of a media connection. */
export type Measured = {
  stats(): Promise<Report>;
  /** What would be sent on a line that carries everything. */
  readonly wanted: Pick<Sample, 'voiceKbps' | 'layers' | 'screen'>;
};

export type Told = {
  felt(felt: Felt): void;
  /** `less`: others get less of this person because of it. */
  uplink(uplink: Uplink, less: boolean): void;
};

const NOTHING: Counts = {
  voice: { bytes: 0, packets: 0 }, all: { bytes: 0, packets: 0 }, voiceById: {}, pictureById: {}, lineKbps: null, loss: null, rttMs: null, limited: 'none',
};

export class Meter {
  private readonly timer = setInterval(() => void this.look(), SAMPLE_MS);
  private looking = false;
  private closed = false;
  /** At the last message. */
  private before = NOTHING;
  private beforeAt = performance.now();
  /** A second ago. */
  private last = NOTHING;
  private lastAt = this.beforeAt;

  constructor(private readonly media: Measured, private uplink: Uplink, private readonly told: Told) {}

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    // A slow device may need longer than a second to count.
    if (this.looking) return;
    this.looking = true;
    try {
      const counts = counted(await this.media.stats());
      if (!this.closed) this.tell(counts, performance.now());
    } catch {
      // The connection is being closed, or this browser does not count.
    } finally {
      this.looking = false;
    }
  }

  private tell(counts: Counts, now: number): void {
    const { wanted } = this.media;
    const { lineKbps, loss, rttMs, limited } = counts;
    const { last, lastAt } = this;
    [this.last, this.lastAt] = [counts, now];
    const spokenKbps = takenKbps(last.voice, counts.voice, now - lastAt);
    const sentKbps = takenKbps(last.all, counts.all, now - lastAt);
    this.uplink = stepUplink(this.uplink, { ...wanted, lineKbps, loss, rttMs, spokenKbps, sentKbps, limited: limited === 'line' }, now);
    const less = givesUp(this.uplink.said, wanted);
    this.told.uplink(this.uplink, less);
    if (now - this.beforeAt < FELT_MS) return;
    // The browser no longer feels held back by what we have given up ourselves.
    this.told.felt(felt(this.before, less ? { ...counts, limited: 'line' } : counts, now - this.beforeAt));
    this.before = counts;
    this.beforeAt = now;
  }
}
