// What runs in the page beside the client, to watch it. In: the size of the camera. Out: `window.probe`. Never: changes what the client sends or shows.
import type { Camera } from './browser';

/** Of one receive line; `bytes` are media, without headers and without the padding that probes the line. */
export type Inbound = {
  mid: string; kind: string; framesDecoded: number; samples: number; energy: number; packets: number; bytes: number; width: number; height: number;
};
export type Outbound = { rid: string; kind: string; active: boolean; framesEncoded: number; bytes: number; height: number; scalability: string };
export type Transport = { dtlsState: string; srtpCipher: string; dtlsCipher: string; tlsVersion: string };

export type Probe = {
  peers: RTCPeerConnection[];
  inbound(): Promise<Inbound[]>;
  outbound(): Promise<Outbound[]>;
  transport(): Promise<Transport | null>;
};

declare global {
  interface Window {
    probe: Probe;
  }
}

/** Runs in the page before anything of it. Self-contained: it is sent there as text. */
export function install(camera: Camera): void {
  const peers: RTCPeerConnection[] = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      peers.push(this);
    }
    override close() {
      if (!camera.stubborn) super.close();
    }
  };

  // The camera of this machine: of this size, and of one colour where a test has to tell two visits apart.
  const native = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (native) {
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      if (!constraints?.video) return native(constraints);
      if (!camera.colour) {
        const size = { width: { exact: camera.width }, height: { exact: camera.height } };
        return native({ ...constraints, video: { ...(constraints.video as MediaTrackConstraints), ...size } });
      }
      const stream = constraints.audio ? await native({ audio: constraints.audio }) : new MediaStream();
      stream.addTrack(coloured(camera, camera.colour));
      return stream;
    };
  }

  function coloured({ width, height }: Camera, colour: string): MediaStreamTrack {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext('2d')!;
    let tick = 0;
    setInterval(() => {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, width, height);
      pen.fillStyle = 'rgba(255, 255, 255, 0.25)';
      pen.fillRect((tick * 8) % width, 0, 24, height);
      tick += 1;
    }, 66);
    return canvas.captureStream(15).getVideoTracks()[0]!;
  }

  async function reports(): Promise<Record<string, unknown>[]> {
    const peer = peers[peers.length - 1];
    if (!peer || peer.signalingState === 'closed') return [];
    return [...(await peer.getStats()).values()] as Record<string, unknown>[];
  }
  const number = (value: unknown) => (typeof value === 'number' ? value : 0);
  const text = (value: unknown) => (typeof value === 'string' ? value : '');

  window.probe = {
    peers,
    inbound: async () =>
      (await reports()).filter((report) => report.type === 'inbound-rtp').map((report) => ({
        mid: text(report.mid), kind: text(report.kind), framesDecoded: number(report.framesDecoded),
        samples: number(report.totalSamplesReceived), energy: number(report.totalAudioEnergy),
        packets: number(report.packetsReceived), bytes: number(report.bytesReceived), width: number(report.frameWidth), height: number(report.frameHeight),
      })),
    outbound: async () =>
      (await reports()).filter((report) => report.type === 'outbound-rtp').map((report) => ({
        rid: text(report.rid), kind: text(report.kind), active: report.active === true, framesEncoded: number(report.framesEncoded),
        bytes: number(report.bytesSent), height: number(report.frameHeight), scalability: text(report.scalabilityMode),
      })),
    transport: async () => {
      const report = (await reports()).find((each) => each.type === 'transport');
      if (!report) return null;
      return {
        dtlsState: text(report.dtlsState), srtpCipher: text(report.srtpCipher),
        dtlsCipher: text(report.dtlsCipher), tlsVersion: text(report.tlsVersion),
      };
    },
  };
}
