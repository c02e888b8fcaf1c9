// A person's connection to a visit: the WebSocket, the media connection and what is known.
// In: a session, the own devices, what the person does. Out: `state`, told to the listener on each change.
// Never: decides; the machines of line and attempt, the reducer and `afterGreeting` do, this only carries them out.
import { type ClientMessage, type RefusalCode, type ServerMessage, type Session, SUBPROTOCOL, type View } from '../protocol';
import { type Attempt, type AttemptEvent, mediaState, NO_ATTEMPT, stepAttempt } from './attempt';
import { deviceEvidence } from './asks';
import type { Capture } from './capture';
import { type Ahead, CLOCK_FIRST_MS, CLOCK_FIRST_TIMES, CLOCK_LATER_MS, learn } from './lesson';
import { dueAt, type Line, type LineAction, type LineEvent, step } from './line';
import { Media } from './media';
import { Meter } from './meter';
import { onNetworkChange } from './network';
import { afterGreeting, DISCONNECTED_MAX_MS, isLost, isStale, type PeerState } from './recovery';
import { initialState, isOver, type LocalMessage, reduce, type VisitState } from './state';
import { startUplink, type Uplink } from './uplink';
import { voiceOf } from './voice';

/**
 * Numbers of offers begin anywhere below this (a server counts to twice as much), so that what the
 * server still says of a connection from before a reload is not taken for one of this page.
 */
const FIRST_NUMBER_MAX = 2 ** 31;

export class Visit {
  state: VisitState;
  private line: Line = { phase: 'idle' };
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private media: Media | null = null;
  private meter: Meter | null = null;
  /** What is known of the own line; a new connection begins on the rung of the last. */
  private uplink = startUplink('all');
  /** Number of the last offer; it is the present one's as long as there is `media`. */
  private offerNumber = Math.floor(Math.random() * FIRST_NUMBER_MAX);
  /** The server has had the offer of this media connection. */
  private offered = false;
  private attempt: Attempt = NO_ATTEMPT;
  private attemptTimer: ReturnType<typeof setTimeout> | undefined;
  private disconnectedTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the page shows; null until it has said, and the server then takes an ordinary tile. */
  private views: View[] | null = null;
  private saver = false;
  /** What is known of the server's clock, and how often it was asked; asked only while a film plays, or by whoever writes captions. */
  private ahead: Ahead | null = null;
  private clockAsked = 0;
  private clockTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the server was last told to be switched on, so that it is told only of changes. */
  private told = '';
  /** How the device check went, as the server was last told. */
  private checked = '';
  private readonly onAwake = () => {
    this.happens('awake');
    if (this.canOffer) this.attempts('awake');
  };
  private unlisten = () => {};
  private readonly onMoved = () => {
    this.happens('awake');
    if (this.canOffer) this.attempts('moved');
  };
  private readonly onShown = () => {
    if (!document.hidden) this.onAwake();
  };

  constructor(
    private readonly session: Session,
    private readonly capture: Capture,
    private readonly changed: (state: VisitState) => void,
  ) {
    this.state = initialState(session);
  }

  start(): void {
    this.unlisten = onNetworkChange(this.onMoved);
    document.addEventListener('visibilitychange', this.onShown);
    this.happens('start');
  }

  /** Ends the connection without a word to the server; the seat stays. */
  stop(): void {
    this.unlisten();
    document.removeEventListener('visibilitychange', this.onShown);
    this.happens('stop');
    this.attempts('stop');
  }

  streamOf(mid: string): MediaStream | null {
    return this.media?.streamOf(mid) ?? null;
  }

  stats(): Promise<RTCStatsReport> | null {
    return this.media?.stats() ?? null;
  }

  send(message: ClientMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** What the page shows; repeated by itself after each reconnect. */
  show(views: View[]): void {
    this.views = views;
    this.sendViews();
  }

  /** The person has chosen to spend little data, or no longer. */
  saveData(saver: boolean): void {
    this.saver = saver;
    void this.media?.adapt({ saver });
    this.sendViews();
  }

  private sendViews(): void {
    // Before the offer the server has nobody to show it to.
    if (!this.views || !this.offered || this.state.standing !== 'admitted') return;
    this.send({ t: 'show', views: this.views, data_saver: this.saver });
  }

  /** The own devices have changed. */
  switched(): void {
    this.tellDevice();
    if (this.state.standing !== 'admitted' || !this.media) return;
    void this.media.setTracks(this.capture);
    const { sources } = this.capture;
    if (JSON.stringify(sources) === this.told) return;
    this.told = JSON.stringify(sources);
    this.send({ t: 'switch', sources });
  }

  /** What the server's clock says now, in Unix milliseconds; null until it has said so once. */
  serverNow(): number | null {
    return this.ahead && performance.now() + this.ahead.ms;
  }

  /** How long the quickest word to the server and back took, in milliseconds; null before there was one. */
  get wayMs(): number | null {
    return this.ahead && Number.isFinite(this.ahead.tookMs) ? this.ahead.tookMs : null;
  }

  refusalRead(): void {
    this.tell({ t: 'refusal_read' });
  }

  /** The link that was asked for has been passed on. */
  invitedRead(): void {
    this.tell({ t: 'invited_read' });
  }

  /** The still picture this person was asked for has been given or refused. */
  stillAnswered(): void {
    this.tell({ t: 'still_answered' });
  }

  /** The still picture this person asked for has been looked at. */
  stillRead(): void {
    this.tell({ t: 'still_read' });
  }

  private tell(message: ServerMessage | LocalMessage): void {
    this.state = reduce(this.state, message);
    this.tellDevice();
    this.changed(this.state);
  }

  /** The device check is told by itself, and again when it turns out otherwise. */
  private tellDevice(): void {
    const evidence = deviceEvidence(this.state.gates, this.capture, this.state);
    const checked = JSON.stringify(evidence);
    if (evidence === null || checked === this.checked) return;
    this.checked = checked;
    this.send({ t: 'check', participant: null, evidence });
  }

  private happens(event: LineEvent): void {
    const now = performance.now();
    const next = step(this.line, event, now, Math.random());
    this.line = next.line;
    for (const action of next.actions) this.carryOut(action);
    const phase = this.line.phase;
    if (phase === 'waiting' && this.state.line === 'up') this.tell({ t: 'line', line: 'restoring' });
    if (phase === 'over' && this.state.line !== 'over') this.tell({ t: 'line', line: 'over' });
    clearTimeout(this.timer);
    const due = dueAt(this.line);
    if (due !== null) this.timer = setTimeout(() => this.happens('tick'), Math.max(0, due - now));
  }

  private carryOut(action: LineAction): void {
    switch (action) {
      case 'open':
        this.openSocket();
        break;
      case 'hello':
        this.send({ t: 'hello', session: this.session.session });
        break;
      case 'ping':
        this.send({ t: 'ping' });
        break;
      case 'drop':
        this.dropSocket();
        break;
    }
  }

  private openSocket(): void {
    this.dropSocket();
    const url = new URL('/v1/socket', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, SUBPROTOCOL);
    this.socket = socket;
    socket.onopen = () => this.happens('opened');
    socket.onclose = () => {
      this.socket = null;
      this.happens('closed');
    };
    socket.onmessage = (event) => this.receive(String(event.data));
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onclose = socket.onmessage = null;
    socket.close();
  }

  private receive(text: string): void {
    this.happens('heard');
    const message = JSON.parse(text) as ServerMessage;
    if (message.t === 'welcome') this.happens('welcomed');
    if (isStale(message, this.media ? this.offerNumber : null)) return;
    this.tell(message);
    this.follow(message);
  }

  /** What a message asks of the connection itself. */
  private follow(message: ServerMessage): void {
    switch (message.t) {
      case 'welcome':
        this.capture.allow({ camera: message.can.includes('show_face'), microphone: message.can.includes('speak') });
        this.stand();
        this.askClock();
        if (this.state.standing === 'admitted') this.resume(message.media_up);
        break;
      case 'standing':
        this.stand();
        if (message.standing === 'admitted' && this.attempt.phase === 'idle') this.attempts('offer');
        break;
      case 'answer':
        performance.mark('bedside:answer');
        this.attempts('answered');
        void this.answer(message.sdp);
        break;
      case 'ice_restarted':
        void this.restarted(message);
        break;
      case 'watched':
        void this.media?.adapt({ worthBySource: this.state.worthBySource });
        break;
      case 'voice_wanted':
        void this.media?.adapt({ voice: voiceOf(message) });
        break;
      case 'media_lost':
        this.attempts('gone');
        break;
      case 'lesson':
        this.askClock();
        break;
      case 'clock':
        this.ahead = learn(this.ahead, { sentMs: message.sent, serverMs: message.at_ms, cameMs: performance.now() });
        break;
      case 'refused':
        this.refused(message.to, message.code);
        break;
      default:
        break;
    }
  }

  /** Asks for the server's clock, quickly at first and then seldom, for as long as somebody needs it. */
  private askClock(): void {
    clearTimeout(this.clockTimer);
    const isAsked = this.state.showing !== null || this.state.can.includes('caption');
    if (!isAsked || this.line.phase === 'over') return;
    // Each round of questions learns it anew: a computer that slept has another clock.
    if (this.ahead && this.clockAsked % CLOCK_FIRST_TIMES === 0) this.ahead = { ...this.ahead, tookMs: Infinity };
    this.send({ t: 'clock', sent: Math.round(performance.now()) });
    this.clockAsked += 1;
    const wait = this.clockAsked % CLOCK_FIRST_TIMES === 0 ? CLOCK_LATER_MS : CLOCK_FIRST_MS;
    this.clockTimer = setTimeout(() => this.askClock(), wait);
  }

  private refused(to: string, code: RefusalCode): void {
    if (to === 'hello' && (code === 'bad_session' || code === 'visit_over')) this.stop();
    if (to !== 'offer' && to !== 'restart_ice') return;
    // Asking again would change nothing in these two.
    this.attempts(code === 'bad_offer' || code === 'not_admitted' ? 'stop' : 'failed');
  }

  private stand(): void {
    if (isOver(this.state.standing)) this.stop();
    if (this.state.standing === 'waiting') this.attempts('stop');
    if (this.state.standing === 'admitted') performance.mark('bedside:admitted');
  }

  /** After a greeting: keep what works, renew what does not. */
  private resume(mediaUp: boolean): void {
    // The answer may be lost with the old socket; one that comes after all has an old number.
    const { phase } = this.attempt;
    const remedy = phase === 'asked' ? 'offer' : afterGreeting(this.peerState, mediaUp);
    if (remedy === 'offer') {
      this.attempts('offer');
      return;
    }
    if (remedy === 'restart' || phase === 'restarting') this.attempts('moved');
    this.send({ t: 'switch', sources: this.capture.sources });
    this.sendViews();
  }

  private get peerState(): PeerState {
    return this.media?.state ?? 'none';
  }

  private get canOffer(): boolean {
    return this.line.phase === 'up' && this.state.standing === 'admitted';
  }

  private attempts(event: AttemptEvent): void {
    const now = performance.now();
    const { attempt, actions } = stepAttempt(this.attempt, event, now, Math.random());
    this.attempt = attempt;
    clearTimeout(this.attemptTimer);
    if (attempt.until !== null) {
      // Without the line there is nobody to offer to; the next greeting begins anew.
      const due = () => this.attempts(this.canOffer ? 'tick' : 'alone');
      this.attemptTimer = setTimeout(due, Math.max(0, attempt.until - now));
    }
    for (const action of actions) {
      if (action === 'drop') this.closeMedia();
      else if (action === 'restart') void this.restart();
      else void this.offer();
    }
    const media = mediaState(attempt, this.peerState);
    if (this.line.phase !== 'over' && this.state.media !== media) this.tell({ t: 'media', media });
  }

  private async offer(): Promise<void> {
    this.closeMedia();
    this.offerNumber += 1;
    const number = this.offerNumber;
    this.tell({ t: 'offered' });
    try {
      const media = new Media(this.state.slotCount, this.capture, (state) => this.peerChanged(media, state));
      this.media = media;
      void media.adapt({ saver: this.saver, rung: this.uplink.rung });
      const sdp = await media.offer();
      if (this.media === media) this.sendOffer(media, sdp);
    } catch {
      if (number === this.offerNumber) this.attempts('failed');
    }
  }

  private sendOffer(media: Media, sdp: string): void {
    this.told = JSON.stringify(this.capture.sources);
    performance.mark('bedside:offer');
    this.send({ t: 'offer', number: this.offerNumber, sdp, sources: this.capture.sources });
    this.offered = true;
    this.sendViews();
    // A device may have come or gone while the offer was made.
    void media.setTracks(this.capture);
  }

  /** Looks for another way on the connection there is. */
  private async restart(): Promise<void> {
    const { media } = this;
    try {
      const own = await media?.restart();
      if (own && media === this.media) this.send({ t: 'restart_ice', number: this.offerNumber, ...own });
    } catch {
      if (media === this.media) this.attempts('failed');
    }
  }

  private async restarted({ to, ufrag, password }: Extract<ServerMessage, { t: 'ice_restarted' }>): Promise<void> {
    const { media } = this;
    try {
      const isThis = await media?.restarted(to, { ufrag, password });
      if (!isThis || media !== this.media) return;
      // Where the way still works no change of it will tell; should it end, that one does.
      this.attempts(media?.state === 'connected' ? 'connected' : 'answered');
    } catch {
      if (media === this.media) this.attempts('failed');
    }
  }

  private async answer(sdp: string): Promise<void> {
    const { media } = this;
    try {
      await media?.answer(sdp);
    } catch {
      if (media === this.media) this.attempts('failed');
    }
  }

  private peerChanged(media: Media, state: PeerState): void {
    if (media !== this.media) return;
    clearTimeout(this.disconnectedTimer);
    if (state === 'connected') performance.mark('bedside:connected');
    if (state === 'connected') this.attempts('connected');
    if (state === 'connected' && !this.meter) this.measure(media);
    if (state === 'disconnected' || state === 'failed') {
      const stood = this.attempt.phase === 'up' || this.attempt.phase === 'restarting';
      if (stood) this.tell({ t: 'media', media: 'restoring' });
      this.disconnectedTimer = setTimeout(() => this.renew(media, DISCONNECTED_MAX_MS), DISCONNECTED_MAX_MS);
    }
    this.renew(media, 0);
  }

  private measure(media: Media): void {
    this.meter = new Meter(media, startUplink(this.uplink.rung), {
      felt: (felt) => this.send({ t: 'felt', felt }),
      uplink: (uplink, less) => this.carries(media, uplink, less),
    });
  }

  /** The own line carries this much now. */
  private carries(media: Media, uplink: Uplink, less: boolean): void {
    const { rung, said } = uplink;
    if (rung !== this.uplink.rung) void media.adapt({ rung });
    this.uplink = uplink;
    const givenUp = less ? said : 'all';
    if (givenUp !== this.state.givenUp) this.tell({ t: 'given_up', rung: givenUp });
  }

  private renew(media: Media, disconnectedForMs: number): void {
    if (media !== this.media || !this.canOffer) return;
    if (isLost(media.state, disconnectedForMs)) this.attempts('lost');
  }

  private closeMedia(): void {
    clearTimeout(this.disconnectedTimer);
    this.meter?.close();
    this.meter = null;
    this.media?.close();
    this.media = null;
    this.offered = false;
  }
}
