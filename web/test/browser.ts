// The browser as the connection sees it, by hand. In: what the server says, how a peer connection fares. Out: what was sent.
// Never: a network, a real peer connection; the tests in real browsers have those.
import { vi } from 'vitest';
import type { ClientMessage, ServerMessage, Source } from '../src/protocol';
import { Capture, FIRST_CHOICE } from '../src/sdk/capture';
import type { VisitState } from '../src/sdk/state';
import { Visit } from '../src/sdk/visit';
import { session } from './people';

export class Socket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  send(text: string): void {
    sent.push(JSON.parse(text) as ClientMessage);
  }
  close(): void {
    this.readyState = 3;
  }
}

type Parameters = { encodings: RTCRtpEncodingParameters[] };

/** As browsers do it: parameters may be set once for each time they were asked for, and not two at a time. */
export class Sender {
  track: unknown = null;
  private asked: Parameters | null = null;
  private setting = false;
  constructor(public encodings: RTCRtpEncodingParameters[]) {}

  getParameters(): Parameters {
    this.asked = { encodings: this.encodings.map((encoding) => ({ ...encoding })) };
    return this.asked;
  }
  async setParameters(parameters: Parameters): Promise<void> {
    if (parameters !== this.asked || this.setting) throw new Error('InvalidStateError');
    this.asked = null;
    this.setting = true;
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    this.setting = false;
    this.encodings = parameters.encodings;
  }
  async replaceTrack(track: unknown): Promise<void> {
    this.track = track;
  }
}

type Transceiver = { sender: Sender; receiver: { track: null }; direction: string; mid: string };

export class Peer {
  signalingState = 'stable';
  connectionState = 'new';
  remote: string | null = null;
  /** How often an answer was read, and another way looked for. */
  reads = 0;
  restarts = 0;
  /** What the browser counts now. */
  report: Record<string, unknown>[] = [];
  onconnectionstatechange: (() => void) | null = null;
  readonly transceivers: Transceiver[] = [];

  addTransceiver(_: unknown, { direction, sendEncodings = [{}] }: { direction: string; sendEncodings?: RTCRtpEncodingParameters[] }): Transceiver {
    const sender = new Sender(sendEncodings.map((encoding) => ({ ...encoding })));
    const transceiver = { sender, receiver: { track: null }, direction, mid: String(this.transceivers.length) };
    this.transceivers.push(transceiver);
    return transceiver;
  }
  getTransceivers(): Transceiver[] {
    return this.transceivers;
  }
  async getStats(): Promise<Map<string, Record<string, unknown>>> {
    return new Map(this.report.map((entry, index) => [String(index), { id: String(index), ...entry }]));
  }
  createOffer({ iceRestart = false }: { iceRestart?: boolean } = {}): Promise<{ sdp: string }> {
    if (trouble.offer) return Promise.reject(new Error('no offer'));
    if (iceRestart) this.restarts += 1;
    return Promise.resolve({ sdp: `offer\r\na=ice-ufrag:own${this.restarts}\r\na=ice-pwd:secret${this.restarts}\r\n` });
  }
  setLocalDescription({ type }: { type?: string } = {}): Promise<void> {
    this.signalingState = type === 'rollback' ? 'stable' : 'have-local-offer';
    return Promise.resolve();
  }
  setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    if (trouble.answer) return Promise.reject(new Error('no answer'));
    this.signalingState = 'stable';
    this.remote = sdp;
    this.reads += 1;
    // Measured: an answer that is read again switches every layer on.
    for (const { sender } of this.transceivers) for (const encoding of sender.encodings) encoding.active = true;
    return Promise.resolve();
  }
  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }
  /** The network has done something to this connection. */
  becomes(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

export let sent: ClientMessage[] = [];
export let peers: Peer[] = [];
export let sockets: Socket[] = [];
/** What the page is told of by the device, by the name of the event. */
export let device: Record<string, () => void> = {};
/** What the browser says of the network. */
export let network = Object.assign(new EventTarget(), { type: 'wifi' });
/** What the browser fails to do from now on. */
export let trouble = { offer: false, answer: false };

export function install(): void {
  [sent, peers, sockets, device, trouble] = [[], [], [], {}, { offer: false, answer: false }];
  network = Object.assign(new EventTarget(), { type: 'wifi' });
  const listen = (name: string, told: () => void) => void (device[name] = told);
  const unlisten = (name: string) => void delete device[name];
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', class extends Socket {
    constructor() {
      super();
      sockets.push(this);
    }
  });
  vi.stubGlobal('RTCPeerConnection', class extends Peer {
    constructor() {
      super();
      peers.push(this);
    }
  });
  const nothing = { getCapabilities: () => null };
  vi.stubGlobal('RTCRtpSender', nothing);
  vi.stubGlobal('RTCRtpReceiver', nothing);
  vi.stubGlobal('MediaStream', class {});
  vi.stubGlobal('location', { href: 'http://localhost/j' });
  vi.stubGlobal('document', { hidden: false, addEventListener: listen, removeEventListener: unlisten });
  vi.stubGlobal('navigator', { connection: network });
  vi.stubGlobal('addEventListener', listen);
  vi.stubGlobal('removeEventListener', unlisten);
}

export function uninstall(): void {
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

export const WELCOME: ServerMessage = {
  t: 'welcome', you: 'me', role: 'patient', standing: 'admitted', can: ['speak', 'show_face'],
  starts_at: session.starts_at, ends_at: session.ends_at, opens_at: session.starts_at, slots: { audio: 1, video: 1 }, media_up: false,
};

/** A visit whose socket is open and greeted; time stands still but for `pass`. */
export async function begin(): Promise<{ visit: Visit; state: () => VisitState }> {
  const capture = new Capture(FIRST_CHOICE, (_: Source | null) => undefined);
  capture.camera = { kind: 'video', getSettings: () => ({ width: 1280, height: 720 }), stop: () => undefined } as unknown as MediaStreamTrack;
  const visit = new Visit(session, capture, () => undefined);
  visit.start();
  await greeted();
  return { visit, state: () => visit.state };
}

/** The newest socket opens and the server greets on it. */
export async function greeted(mediaUp = false): Promise<void> {
  const socket = sockets[sockets.length - 1]!;
  socket.readyState = 1;
  socket.onopen?.();
  await says({ ...WELCOME, media_up: mediaUp } as ServerMessage);
}

export async function says(message: ServerMessage): Promise<void> {
  sockets[sockets.length - 1]!.onmessage?.({ data: JSON.stringify(message) });
  await pass(0);
}

/** Time goes on, and the server answers the pings meanwhile. */
export async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    await vi.advanceTimersByTimeAsync(Math.min(1_000, left));
    sockets[sockets.length - 1]!.onmessage?.({ data: '{"t":"pong"}' });
  }
  await vi.advanceTimersByTimeAsync(0);
}

export function offers(): Extract<ClientMessage, { t: 'offer' }>[] {
  return sent.filter((message) => message.t === 'offer');
}
