// Whether the device is on another network than before. In: the browser's own word. Out: a call, each time it changed.
// Never: taken for a line that works; it says only when it is worth looking for another way.

/** What some browsers say of the network (W3C Network Information), foremost on telephones. */
type Connection = Partial<EventTarget> & { type?: string };

/** Calls for as long as what it gives has not been called. */
export function onNetworkChange(changed: () => void): () => void {
  const { connection } = navigator as Navigator & { connection?: Connection };
  let kind = connection?.type;
  // It also tells of every new estimate of the line, which is no change of network.
  const look = () => {
    if (connection?.type === kind) return;
    kind = connection?.type;
    if (kind !== 'none') changed();
  };
  addEventListener('online', changed);
  connection?.addEventListener?.('change', look);
  return () => {
    removeEventListener('online', changed);
    connection?.removeEventListener?.('change', look);
  };
}
