// A line that keeps one kind of message back. In: the name of the message. Out: what holds it and lets it go. Never: late with any other.
import type { Page } from 'playwright-core';

export function holding(name: string) {
  let held = Promise.resolve();
  let go = (): void => undefined;
  const hold = () => {
    held = new Promise((resolve) => { go = resolve; });
  };
  const prepare = (page: Page) => page.routeWebSocket(/./, (socket) => {
    const there = socket.connectToServer();
    socket.onMessage(async (message) => {
      if (message.includes(`"${name}"`)) await held;
      there.send(message);
    });
  });
  return { prepare, hold, go: () => go() };
}
