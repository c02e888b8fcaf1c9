// What is to be done about the voice-and-picture connection.
// In: what is known of it. Out: keep it, look for another way on it, or make it anew.
// Never: does it. A working connection is kept over any loss of the WebSocket.
import type { ServerMessage } from '../protocol';

/** A short pause of the line ends by itself sooner; looking for another way costs some hundred bytes and leaves the present one alone. */
export const DISCONNECTED_MAX_MS = 1_000;

export type PeerState = 'none' | RTCPeerConnectionState;

export type Remedy =
  | 'keep'
  /** Another way on the same connection (ICE restart): same keys, same streams. */
  | 'restart'
  /** Another connection. */
  | 'offer';

/** The server has greeted us (again), and says whether it still holds its side. */
export function afterGreeting(peer: PeerState, mediaUp: boolean): Remedy {
  if (!mediaUp) return 'offer';
  switch (peer) {
    case 'none':
    case 'closed':
      return 'offer';
    case 'disconnected':
    case 'failed':
      return 'restart';
    case 'new':
    case 'connecting':
    case 'connected':
      return 'keep';
  }
}

/** Whether nothing comes this way any more. */
export function isLost(peer: PeerState, disconnectedForMs: number): boolean {
  return peer === 'failed' || (peer === 'disconnected' && disconnectedForMs >= DISCONNECTED_MAX_MS);
}

/**
 * Speaks the message of another offer than the present one? An answer, a refusal or a loss may
 * have been on its way when the page offered again. `offer` is null while there is none.
 */
export function isStale(message: ServerMessage, offer: number | null): boolean {
  switch (message.t) {
    case 'answer':
    case 'ice_restarted':
    case 'media_lost':
      return message.number !== offer;
    case 'refused':
      return (message.to === 'offer' || message.to === 'restart_ice') && message.number !== offer;
    default:
      return false;
  }
}
