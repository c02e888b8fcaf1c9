// Voice and picture: one peer connection, one offer, one answer, fixed receive slots.
// In: the own tracks, the answer, what is worth sending, the rung of the own line, where to look for another way. Out: the offer, the received tracks by media line.
// Never: a renegotiation with the server; a new offer means a new connection (`Media` is used once), and another way changes nothing but the way.
import type { LayerWorth, SlotCount, Source } from '../protocol';
import { sizeOf } from './devices';
import { type Credentials, credentialsOf, withCredentials } from './ice';
import {
  audioCodecs, cameraEncodings, type Encoding, layerBps, offeredLayers, screenEncodings, usableLayers, videoCodecs, watchedLayers,
  withOpusSettings,
} from './offer';
import type { PeerState } from './recovery';
import { layersSent, lowerRung, type Rung } from './rung';
import type { Sample } from './uplink';
import { PLAIN_VOICE, type Voice, voiceKbps, voiceOn, withVoice } from './voice';

export type Tracks = {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
};

/** What decides how much is sent of what is switched on. */
export type Adaptation = {
  worthBySource: Partial<Record<Source, LayerWorth[]>>;
  voice: Voice;
  rung: Rung;
  /** The person has chosen to spend little data: the smallest picture is enough. */
  saver: boolean;
};

/** A voice goes before pictures, in the browser's own queue and where a network reads the packets' marks. */
const VOICE_FIRST: RTCRtpEncodingParameters[] = [{ priority: 'high', networkPriority: 'high' }];

export class Media {
  private readonly peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
  private readonly microphone: RTCRtpTransceiver;
  private readonly camera: RTCRtpTransceiver;
  private readonly screen: RTCRtpTransceiver;
  private readonly offered: 2 | 3;
  private tracks: Tracks;
  private adaptation: Adaptation = { worthBySource: {}, voice: PLAIN_VOICE, rung: 'all', saver: false };
  /** The server's answer; null before it has come. */
  private answered: string | null = null;
  /** By what the server knows that another way is looked for; null while none is. */
  private sought: string | null = null;
  /** The answer as our encoder has read it last; empty where that is not known. */
  private read = '';
  /** `setParameters` must follow its own `getParameters` with nothing between: one after the other. */
  private queue: Promise<void> = Promise.resolve();
  private streamsByMid = new Map<string, MediaStream>();

  constructor(slots: SlotCount, tracks: Tracks, changed: (state: PeerState) => void) {
    this.tracks = { ...tracks };
    this.offered = offeredLayers(sizeOf(tracks.camera));
    // The order of these lines is the contract with the server: voice, face, screen, then slots.
    this.microphone = this.peer.addTransceiver(tracks.microphone ?? 'audio', { direction: 'sendonly', sendEncodings: VOICE_FIRST });
    this.camera = this.peer.addTransceiver(tracks.camera ?? 'video', {
      direction: 'sendonly',
      sendEncodings: cameraEncodings(this.offered, sizeOf(tracks.camera)),
    });
    this.screen = this.peer.addTransceiver(tracks.screen ?? 'video', {
      direction: 'sendonly',
      sendEncodings: screenEncodings(),
    });
    prefer(this.microphone, audioCodecs(RTCRtpSender.getCapabilities('audio')?.codecs ?? []));
    prefer(this.camera, videoCodecs(RTCRtpSender.getCapabilities('video')?.codecs ?? []));
    prefer(this.screen, videoCodecs(RTCRtpSender.getCapabilities('video')?.codecs ?? []));
    for (let index = 0; index < slots.audio; index += 1) this.slot('audio');
    for (let index = 0; index < slots.video; index += 1) this.slot('video');
    this.peer.onconnectionstatechange = () => changed(this.state);
  }

  get state(): PeerState {
    return this.peer.connectionState;
  }

  /** The offer is sent at once: the server learns our address from our first packet, so nothing is gathered first. */
  async offer(): Promise<string> {
    const offer = await this.peer.createOffer();
    await this.peer.setLocalDescription(offer);
    for (const transceiver of this.peer.getTransceivers()) {
      if (transceiver.mid && transceiver.direction === 'recvonly') {
        this.streamsByMid.set(transceiver.mid, new MediaStream([transceiver.receiver.track]));
      }
    }
    return offer.sdp ?? '';
  }

  async answer(sdp: string): Promise<void> {
    if (this.peer.signalingState !== 'have-local-offer') return;
    this.answered = withOpusSettings(sdp);
    const read = this.answerRead();
    await this.peer.setRemoteDescription({ type: 'answer', sdp: read });
    this.read = read;
    await this.applyParameters();
  }

  /** Looks for another way on this connection; the server is to be told these, and media flows the old way meanwhile. */
  restart(): Promise<Credentials> {
    return this.serial(async () => {
      const offer = await this.peer.createOffer({ iceRestart: true });
      await this.peer.setLocalDescription(offer);
      const own = credentialsOf(offer.sdp ?? '');
      if (!own) throw new Error('an offer without credentials');
      this.sought = own.ufrag;
      return own;
    });
  }

  /** The server's new credentials, and whose they answer; whether they are of the way that is looked for now. */
  restarted(to: string, server: Credentials): Promise<boolean> {
    return this.serial(async () => {
      if (this.sought !== to || this.answered === null) return false;
      this.answered = withCredentials(this.answered, server);
      const read = this.answerRead();
      await this.peer.setRemoteDescription({ type: 'answer', sdp: read });
      this.sought = null;
      this.read = read;
      // Reading an answer again makes browsers take every layer for wanted.
      await this.writeParameters().catch(() => undefined);
      return true;
    });
  }

  /** What would be sent on a line that carries everything. */
  get wanted(): Pick<Sample, 'voiceKbps' | 'layers' | 'screen'> {
    const { worthBySource, voice, saver } = this.adaptation;
    const { camera, screen } = this.tracks;
    const worth = worthBySource.camera;
    const usable = camera ? Math.min(this.offered, usableLayers(sizeOf(camera)), saver ? 1 : this.offered) : 0;
    const sent = layersSent(watchedLayers(this.offered, worth), usable - 1).slice(0, usable);
    return {
      voiceKbps: voiceKbps(voice),
      layers: sent.map((watched, layer) => ({ watched, kbps: layerBps(layer, worth) / 1_000 })),
      screen: screen !== null && (worthBySource.screen?.[0]?.watched ?? true),
    };
  }

  /** What plays on a media line; the same object for the life of the connection. */
  streamOf(mid: string): MediaStream | null {
    return this.streamsByMid.get(mid) ?? null;
  }

  setTracks(tracks: Tracks): Promise<void> {
    this.tracks = { ...tracks };
    return this.enqueue(async () => {
      await replace(this.microphone.sender, this.tracks.microphone);
      await replace(this.camera.sender, this.tracks.camera);
      await replace(this.screen.sender, this.tracks.screen);
      await this.writeParameters();
    });
  }

  /** What is worth sending has changed, or what the line carries. */
  adapt(change: Partial<Adaptation>): Promise<void> {
    this.adaptation = { ...this.adaptation, ...change };
    return this.applyParameters();
  }

  stats(): Promise<RTCStatsReport> {
    return this.peer.getStats();
  }

  close(): void {
    this.peer.onconnectionstatechange = null;
    this.peer.close();
  }

  private slot(kind: 'audio' | 'video'): void {
    const transceiver = this.peer.addTransceiver(kind, { direction: 'recvonly' });
    const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
    prefer(transceiver, kind === 'audio' ? audioCodecs(codecs) : videoCodecs(codecs));
  }

  private applyParameters(): Promise<void> {
    return this.enqueue(() => this.writeParameters());
  }

  private async writeParameters(): Promise<void> {
    if (this.peer.signalingState === 'closed') return;
    const { worthBySource, rung, saver } = this.adaptation;
    const camera = cameraEncodings(this.offered, sizeOf(this.tracks.camera), worthBySource.camera, saver ? lowerRung(rung, 'lowest') : rung);
    // The voice first: where the answer is read again, browsers take every layer for wanted.
    // A voice that cannot be set goes on as before, and the pictures must still make room for it.
    await this.writeVoice().catch(() => undefined);
    await write(this.camera.sender, camera);
    await write(this.screen.sender, screenEncodings(worthBySource.screen, rung), 'maintain-resolution');
  }

  /** Rate by parameter, the rest by reading the answer again: between our browser and us, within milliseconds, without a gap. */
  private async writeVoice(): Promise<void> {
    if (this.answered === null) return;
    const voice = voiceOn(this.adaptation.rung, this.adaptation.voice);
    const changed = await write(this.microphone.sender, [{ active: true, maxBitrate: voice.kbps * 1_000 }]);
    const sdp = this.answerRead();
    // Told a new rate, Chromium halves it once more for RED; reading the answer again puts that right.
    if (sdp === this.read && !(changed && voice.redundant)) return;
    if (this.peer.signalingState !== 'stable') return;
    // Until it has been read, nobody knows how our encoder stands.
    this.read = '';
    await this.peer.setLocalDescription(await this.peer.createOffer());
    try {
      await this.peer.setRemoteDescription({ type: 'answer', sdp });
      this.read = sdp;
    } catch {
      // A browser that does not like it goes on as before.
      await this.peer.setLocalDescription({ type: 'rollback' });
    }
  }

  private answerRead(): string {
    return withVoice(this.answered ?? '', this.microphone.mid ?? '', voiceOn(this.adaptation.rung, this.adaptation.voice));
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    // A browser that does not know a parameter still sends; quality is not worth the visit.
    return this.serial(work).catch(() => undefined);
  }

  private serial<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.then(() => undefined, () => undefined);
    return done;
  }
}

function prefer(transceiver: RTCRtpTransceiver, codecs: RTCRtpCodec[]): void {
  if (codecs.length > 0 && 'setCodecPreferences' in transceiver) transceiver.setCodecPreferences(codecs);
}

async function replace(sender: RTCRtpSender, track: MediaStreamTrack | null): Promise<void> {
  if (sender.track !== track) await sender.replaceTrack(track);
}

/** Sets what differs; whether anything did. */
async function write(sender: RTCRtpSender, wanted: Encoding[], degradation?: RTCDegradationPreference): Promise<boolean> {
  const parameters = sender.getParameters();
  let changed = false;
  parameters.encodings.forEach((encoding, layer) => {
    const want = wanted[layer];
    if (want && merge(encoding, want)) changed = true;
  });
  if (degradation && parameters.degradationPreference !== degradation) {
    parameters.degradationPreference = degradation;
    changed = true;
  }
  if (changed) await sender.setParameters(parameters);
  return changed;
}

/** What may change while sending. */
const LIVE = ['active', 'maxBitrate', 'maxFramerate', 'scaleResolutionDownBy'] as const;

function merge(encoding: RTCRtpEncodingParameters, want: Encoding): boolean {
  let changed = false;
  for (const key of LIVE) {
    if (encoding[key] === want[key]) continue;
    changed = true;
    if (want[key] === undefined) delete encoding[key];
    else Object.assign(encoding, { [key]: want[key] });
  }
  return changed;
}
