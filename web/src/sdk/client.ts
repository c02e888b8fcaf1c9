// A visit for a page of one's own: joins, tells what happens by events, takes what the person does.
// In: a personal link or a session kept over a reload. Out: events, the streams of the others, the own devices.
// Never: an element or a sentence of the page; a decision. The session is the page's to keep.
import type { ClientMessage, Purpose, ChatTo, Session, View } from '../protocol';
import { answerTo } from './asks';
import { Captioner } from './captioner';
import { Capture, type Choice, FIRST_CHOICE } from './capture';
import { type Coming, type Happened, happened, type Happenings } from './happened';
import { type Redeemed, redeem } from './redeem';
import { isOver, type VisitState } from './state';
import { Visit } from './visit';

/** Somebody's voice or picture; `stream` is null when it comes no more. */
export type Stream = Omit<Coming, 'mid'> & { stream: MediaStream | null };

/** Every event by its name, with what its listeners are given. */
export type Events = Omit<Happenings, 'coming'> & {
  stream: Stream;
  /** The own devices: what is on, what is wrong, what stands in for what is gone. */
  devices: Pick<Capture, 'sources' | 'problems' | 'replaced'>;
};

type Listener = (detail: never) => void;

export class Client {
  /** The own camera, microphone and screen. */
  readonly devices: Capture;
  private visit: Visit | null = null;
  private known: VisitState | null = null;
  private captioner: Captioner | null = null;
  private readonly listenersByName = new Map<keyof Events, Set<Listener>>();

  constructor(choice: Partial<Choice> = {}) {
    this.devices = new Capture({ ...FIRST_CHOICE, ...choice }, () => this.devicesChanged());
  }

  /** All that is known of the visit now; null before it was joined. */
  get state(): VisitState | null {
    return this.known;
  }

  /** Calls the listener at each event of this name; what is returned ends that. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void {
    const listeners = this.listenersByName.get(name) ?? new Set();
    this.listenersByName.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Joins by the personal link, whole or what stands behind its `#`. Gives the session to keep over a reload, or why there is none. */
  async join(link: string): Promise<Redeemed> {
    const redeemed = await redeem(link.slice(link.indexOf('#') + 1));
    if ('session' in redeemed) await this.resume(redeemed.session);
    return redeemed;
  }

  /** Goes on with a session: the same person, the same seat, let in as before. */
  async resume(session: Session): Promise<void> {
    this.visit?.stop();
    await this.devices.openSoon();
    const visit = new Visit(session, this.devices, (state) => this.changed(state));
    [this.visit, this.known] = [visit, visit.state];
    visit.start();
  }

  /** Leaves the visit; the link still works as long as it goes on. */
  leave(): void {
    this.send({ t: 'leave' });
    this.close();
  }

  /** Ends the connection and lets the devices go; the seat stays, as when a page is closed. */
  close(): void {
    this.captioner?.rest();
    this.visit?.stop();
    this.visit = null;
    this.devices.close();
  }

  /** Any word of the protocol; the methods below are the common ones. */
  send(message: ClientMessage): void {
    this.visit?.send(message);
  }

  /** How large each picture is shown, in device pixels: what is not shown is not sent. */
  show(views: View[]): void {
    this.visit?.show(views);
  }

  /** The person wants to spend little data, or no longer. */
  saveData(on: boolean): void {
    this.visit?.saveData(on);
  }

  write(text: string, to: ChatTo = { to: 'everybody' }): void {
    this.send({ t: 'chat', to, text });
  }

  /**
   * Writes down what is said, for those who are together with this person: all of the line so far,
   * as often as one likes; a line break finishes it. Gives what of it is not finished yet.
   */
  caption(text: string, language = this.known?.language ?? ''): string {
    this.captioner ??= new Captioner((message) => this.send(message), language, Date.now());
    this.captioner.speak(language);
    // Without a way it stays with the page.
    if (this.known?.line !== 'up') return text;
    return this.captioner.write(text);
  }

  /** Says yes or no to what is asked; no takes back an earlier yes. */
  consent(purpose: Purpose, yes: boolean): void {
    const ask = this.known?.consents.find((each) => each.purpose === purpose);
    if (ask) this.send({ t: 'consent', participant: null, purpose, answer: answerTo(ask, yes) });
  }

  /** Listens to the channel of a language; null is the floor. */
  listen(language: string | null): void {
    this.send({ t: 'listen', language });
  }

  private changed(state: VisitState): void {
    const before = this.known ?? state;
    this.known = state;
    if (before.line !== 'up' && state.line === 'up') this.captioner?.again();
    else if (state.line !== 'up') this.captioner?.rest();
    for (const each of happened(before, state)) this.tellHappened(each);
    if (state.line === 'over' || isOver(state.standing)) this.devices.close();
  }

  private tellHappened({ name, detail }: Happened): void {
    if (name !== 'coming') return this.tell(name, detail);
    const { mid, ...whose } = detail;
    return this.tell('stream', { ...whose, stream: mid === null ? null : this.visit?.streamOf(mid) ?? null });
  }

  private devicesChanged(): void {
    if (!this.devices.busy) this.visit?.switched();
    const { sources, problems, replaced } = this.devices;
    this.tell('devices', { sources, problems: { ...problems }, replaced: { ...replaced } });
  }

  private tell<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    for (const listener of [...this.listenersByName.get(name) ?? []]) (listener as (detail: Events[Name]) => void)(detail);
  }
}
