// The connection to a visit, carried out. In: the server's words, a browser by hand. Out: what is sent and known. Never: a network.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { begin, greeted, install, offers, pass, peers, says, sockets, uninstall } from './browser';

beforeEach(install);
afterEach(uninstall);

const remotes = () => peers.map((peer) => peer.remote);

describe('what is said of an earlier offer', () => {
  /** The page offers again after a blip, while the first offer is still being answered. */
  async function offeredTwice() {
    const { state } = await begin();
    sockets[0]!.onclose?.();
    await pass(1_000);
    await greeted();
    const [first, second] = offers();
    expect(offers()).toHaveLength(2);
    expect(second!.number).toBe(first!.number + 1);
    return { state, first: first!.number, second: second!.number };
  }

  it('is not taken for the present one: the answer', async () => {
    const { first, second } = await offeredTwice();
    await says({ t: 'answer', number: first, sdp: 'to the first' });
    expect(remotes()).toEqual([null, null]);
    await says({ t: 'answer', number: second, sdp: 'to the second' });
    expect(remotes()).toEqual([null, 'to the second']);
  });

  it('is not taken for the present one: the loss', async () => {
    const { first, second } = await offeredTwice();
    await says({ t: 'media_lost', number: first });
    expect(offers()).toHaveLength(2);
    await says({ t: 'answer', number: second, sdp: 'to the second' });
    peers[1]!.becomes('connected');
    await says({ t: 'media_lost', number: first });
    expect(offers()).toHaveLength(2);
    await says({ t: 'media_lost', number: second });
    expect(offers().map((offer) => offer.number)).toEqual([first, second, second + 1]);
  });

  it('is not taken for the present one: the refusal', async () => {
    const { state, first, second } = await offeredTwice();
    await says({ t: 'refused', to: 'offer', code: 'server_full', number: first });
    expect(state().refusal).toBeNull();
    await says({ t: 'answer', number: second, sdp: 'to the second' });
    expect(remotes()).toEqual([null, 'to the second']);
    await pass(9_000);
    expect(offers()).toHaveLength(2);
  });

  it('other refusals are told as before', async () => {
    const { state } = await begin();
    await says({ t: 'refused', to: 'admit', code: 'no_such_person', number: null });
    expect(state().refusal).toEqual({ to: 'admit', code: 'no_such_person' });
  });
});
