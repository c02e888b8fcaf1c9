// Keeps the screen of a telephone on while somebody waits or is in a visit.
// In: whether a visit goes on. Out: a wake lock, taken again whenever the page is looked at again. Never: after the end.

let wanted = false;
let lock: WakeLockSentinel | null = null;

export function stayAwake(on: boolean): void {
  if (wanted === on) return;
  wanted = on;
  if (on) {
    document.addEventListener('visibilitychange', take);
    take();
  } else {
    document.removeEventListener('visibilitychange', take);
    void lock?.release().catch(() => undefined);
    lock = null;
  }
}

function take(): void {
  if (document.hidden || !('wakeLock' in navigator)) return;
  navigator.wakeLock.request('screen').then(
    (taken) => {
      if (wanted) lock = taken;
      else void taken.release().catch(() => undefined);
    },
    // A battery that is nearly empty may refuse; the visit goes on all the same.
    () => undefined,
  );
}
