// When the voice-and-picture connection has to be made anew.
// In: what is known of it. Out: yes or no.
// Never: makes it. A working connection is kept over any loss of the WebSocket.
import type { ServerMessage } from '../protocol';

/** A connection that has heard nothing for this long does not come back by itself on most home lines. */
export const DISCONNECTED_MAX_MS = 4_000;

export type PeerState = 'none' | RTCPeerConnectionState;

export type Trouble =
  /** The server has greeted us (again), and says whether it still holds its side. */
  | { kind: 'welcomed'; mediaUp: boolean }
  /** The server says that its side is gone. */
  | { kind: 'media_lost' }
  /** The state has changed, or has been `disconnected` for `DISCONNECTED_MAX_MS`. */
  | { kind: 'peer'; disconnectedForMs: number };

export function needsOffer(peer: PeerState, trouble: Trouble): boolean {
  switch (trouble.kind) {
    case 'media_lost':
      return true;
    case 'welcomed':
      return !trouble.mediaUp || peer === 'none' || peer === 'failed' || peer === 'closed' || peer === 'disconnected';
    case 'peer':
      return peer === 'failed' || (peer === 'disconnected' && trouble.disconnectedForMs >= DISCONNECTED_MAX_MS);
  }
}

/**
 * Speaks the message of another offer than the present one? An answer, a refusal or a loss may
 * have been on its way when the page offered again. `offer` is null while there is none.
 */
export function isStale(message: ServerMessage, offer: number | null): boolean {
  switch (message.t) {
    case 'answer':
    case 'media_lost':
      return message.number !== offer;
    case 'refused':
      return message.to === 'offer' && message.number !== offer;
    default:
      return false;
  }
}
