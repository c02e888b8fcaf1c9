// One person's way through a visit: link, welcome, waiting, live, the end.
// In: what the person does and what the visit says. Out: which screen, and what it shows.
// Never: draws. Nothing is redeemed before the person presses Join.
import type { Session, Standing } from '../protocol';
import { Capture, type LinkProblem, listDevices, onDevices, redeem, Visit, type VisitState } from '../sdk';
import {
  type Ended, keepBalance, keepChoice, keepEnded, keepSaver, keepSession, keepSettings, keptBalance, keptChoice, keptEnded, keptSaver, keptSession,
  keptSettings, takeLink,
} from './keep';
import type { Settings } from './settings';

export type Ending = Exclude<Standing, 'early' | 'waiting' | 'admitted'>;

export type Screen =
  | { at: 'no_link' }
  | { at: 'welcome'; problem: LinkProblem | 'bad_session' | null; joining: boolean }
  | { at: 'visit' }
  | { at: 'ending'; ended: Ended };

export class Journey {
  screen: Screen = { at: 'no_link' };
  readonly capture: Capture;
  visit: Visit | null = null;
  /** Where the voices come out; empty is the usual loudspeaker. */
  speakerId = '';
  /** The loudspeaker that was chosen is gone; the usual one plays. */
  speakerGone = false;
  /** The person wants to spend little data. */
  saver = keptSaver();
  /** Original or interpreter: where the slider stands. */
  balance = keptBalance();
  settings: Settings = keptSettings();
  /** The language the visit has for this person, also when it is over. */
  language: string | null = null;
  private link: string | null = null;
  /** Whether the person was let in once. */
  private wasIn = false;
  private listener: () => void = () => undefined;

  constructor() {
    this.capture = new Capture(keptChoice(), () => this.deviceChanged());
    onDevices(() => void this.lookForSpeaker());
  }

  get state(): VisitState | null {
    return this.visit?.state ?? null;
  }

  /** The person's link as it was sent to them, to be opened elsewhere. */
  get address(): string | null {
    return this.link && `${location.origin}${location.pathname}#${this.link}`;
  }

  listen(listener: () => void): void {
    this.listener = listener;
  }

  begin(): void {
    this.link = takeLink();
    const session = keptSession();
    const ended = keptEnded();
    if (session) void this.rejoin(session);
    else if (ended) this.ended(ended);
    else this.toWelcome(null);
  }

  /** Asks for camera and microphone, or asks again. */
  openDevices(): Promise<void> {
    return this.capture.open();
  }

  async join(): Promise<void> {
    if (!this.link) return;
    performance.mark('bedside:join');
    this.go({ at: 'welcome', problem: null, joining: true });
    const redeemed = await redeem(this.link);
    if ('problem' in redeemed) {
      if (redeemed.problem === 'over') this.finish('ended');
      else if (redeemed.problem === 'cancelled') this.finish('cancelled');
      else this.go({ at: 'welcome', problem: redeemed.problem, joining: false });
      return;
    }
    keepSession(redeemed.session);
    this.enter(redeemed.session);
  }

  leave(): void {
    this.visit?.send({ t: 'leave' });
    this.finish('left');
  }

  comeBack(): void {
    keepEnded(null);
    this.toWelcome(null);
  }

  /** The question of the end page is answered, and is not put again after a reload. */
  answered(): void {
    const ended = keptEnded();
    if (ended) keepEnded({ ...ended, session: null });
  }

  chooseSpeaker(id: string): void {
    this.speakerId = id;
    this.speakerGone = false;
    this.listener();
  }

  saveData(on: boolean): void {
    this.saver = on;
    keepSaver(on);
    this.visit?.saveData(on);
    this.listener();
  }

  setBalance(balance: number): void {
    this.balance = balance;
    keepBalance(balance);
    this.listener();
  }

  set(change: Partial<Settings>): void {
    this.settings = { ...this.settings, ...change };
    keepSettings(this.settings);
    this.listener();
  }

  private async rejoin(session: Session): Promise<void> {
    performance.mark('bedside:join');
    this.language = session.language;
    this.go({ at: 'visit' });
    await this.capture.openSoon();
    this.enter(session);
  }

  private enter(session: Session): void {
    const visit = new Visit(session, this.capture, (state) => this.visitChanged(state));
    this.visit = visit;
    this.language = session.language;
    visit.saveData(this.saver);
    this.go({ at: 'visit' });
    visit.start();
  }

  private toWelcome(problem: 'bad_session' | null): void {
    if (!this.link) {
      this.capture.close();
      this.go({ at: 'no_link' });
      return;
    }
    this.go({ at: 'welcome', problem, joining: false });
    void this.openDevices();
  }

  private finish(ending: Ending): void {
    const outcome = this.state?.outcome ?? null;
    // Who was in the visit is asked how it was.
    const session = this.wasIn ? keptSession() : null;
    this.visit?.stop();
    this.visit = null;
    this.capture.close();
    keepSession(null);
    const ended = { ending, language: this.language, outcome, session };
    keepEnded(ended);
    this.ended(ended);
  }

  private ended(ended: Ended): void {
    this.language = ended.language;
    this.go({ at: 'ending', ended });
  }

  private visitChanged(state: VisitState): void {
    if (this.screen.at !== 'visit') return;
    const { standing, refusal } = state;
    this.wasIn ||= standing === 'admitted';
    if (standing !== null && standing !== 'early' && standing !== 'waiting' && standing !== 'admitted') {
      this.finish(standing);
    } else if (refusal?.to === 'hello' && refusal.code === 'visit_over') {
      this.finish('ended');
    } else if (refusal?.to === 'hello' && refusal.code === 'bad_session') {
      this.visit?.stop();
      this.visit = null;
      keepSession(null);
      this.toWelcome('bad_session');
    } else {
      this.listener();
    }
  }

  /** A browser goes on playing to a loudspeaker that is not there, and nobody hears it. */
  private async lookForSpeaker(): Promise<void> {
    const { speakers } = await listDevices();
    if (!this.speakerId || speakers.some(({ deviceId }) => deviceId === this.speakerId)) return;
    this.speakerId = '';
    this.speakerGone = true;
    this.listener();
  }

  private deviceChanged(): void {
    keepChoice(this.capture.choice);
    if (!this.capture.busy) this.visit?.switched();
    this.listener();
  }

  private go(screen: Screen): void {
    this.screen = screen;
    this.listener();
  }
}
