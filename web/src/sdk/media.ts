// Voice and picture: one peer connection, one offer, one answer, fixed receive slots.
// In: the own tracks, the answer, what is watched. Out: the offer, the received tracks by media line.
// Never: a renegotiation; a new offer means a new connection (`Media` is used once).
import type { SlotCount } from '../protocol';
import { sizeOf } from './devices';
import {
  audioCodecs, cameraEncodings, type Encoding, offeredLayers, screenEncodings, videoCodecs, withOpusSettings,
} from './offer';
import type { PeerState } from './recovery';

export type Tracks = {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
};

export class Media {
  private readonly peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
  private readonly microphone: RTCRtpTransceiver;
  private readonly camera: RTCRtpTransceiver;
  private readonly screen: RTCRtpTransceiver;
  private readonly offered: 2 | 3;
  private tracks: Tracks;
  private watched: { camera?: boolean[]; screen?: boolean[] } = {};
  /** `setParameters` must follow its own `getParameters` with nothing between: one after the other. */
  private queue: Promise<void> = Promise.resolve();
  private streamsByMid = new Map<string, MediaStream>();

  constructor(slots: SlotCount, tracks: Tracks, changed: (state: PeerState) => void) {
    this.tracks = { ...tracks };
    this.offered = offeredLayers(sizeOf(tracks.camera));
    // The order of these lines is the contract with the server: voice, face, screen, then slots.
    this.microphone = this.peer.addTransceiver(tracks.microphone ?? 'audio', { direction: 'sendonly' });
    this.camera = this.peer.addTransceiver(tracks.camera ?? 'video', {
      direction: 'sendonly',
      sendEncodings: cameraEncodings(this.offered, sizeOf(tracks.camera), undefined),
    });
    this.screen = this.peer.addTransceiver(tracks.screen ?? 'video', {
      direction: 'sendonly',
      sendEncodings: screenEncodings(undefined),
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
    await this.peer.setRemoteDescription({ type: 'answer', sdp: withOpusSettings(sdp) });
    await this.applyParameters();
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

  setWatched(watched: { camera?: boolean[]; screen?: boolean[] }): Promise<void> {
    this.watched = watched;
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
    await write(this.camera.sender, cameraEncodings(this.offered, sizeOf(this.tracks.camera), this.watched.camera));
    await write(this.screen.sender, screenEncodings(this.watched.screen), 'maintain-resolution');
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    // A browser that does not know a parameter still sends; quality is not worth the visit.
    this.queue = this.queue.then(work).catch(() => undefined);
    return this.queue;
  }
}

function prefer(transceiver: RTCRtpTransceiver, codecs: RTCRtpCodec[]): void {
  if (codecs.length > 0 && 'setCodecPreferences' in transceiver) transceiver.setCodecPreferences(codecs);
}

async function replace(sender: RTCRtpSender, track: MediaStreamTrack | null): Promise<void> {
  if (sender.track !== track) await sender.replaceTrack(track);
}

async function write(sender: RTCRtpSender, wanted: Encoding[], degradation?: RTCDegradationPreference): Promise<void> {
  const parameters = sender.getParameters();
  let changed = false;
  parameters.encodings.forEach((encoding, layer) => {
    const want = wanted[layer];
    if (!want) return;
    if (encoding.active !== want.active || encoding.scaleResolutionDownBy !== want.scaleResolutionDownBy) changed = true;
    encoding.active = want.active ?? true;
    if (want.scaleResolutionDownBy !== undefined) encoding.scaleResolutionDownBy = want.scaleResolutionDownBy;
  });
  if (degradation && parameters.degradationPreference !== degradation) {
    parameters.degradationPreference = degradation;
    changed = true;
  }
  if (changed) await sender.setParameters(parameters);
}
