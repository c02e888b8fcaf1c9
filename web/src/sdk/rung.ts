// What a person gives up sending on a poor line, rung by rung, and what is sent of their camera on each.
// In: which layers are watched, a rung. Out: which layers are sent.
// Never: why; `uplink.ts` decides on the rung.

/**
 * From everything down to a plainer voice: every layer; all but the largest; the smallest alone;
 * that at a third of the frames; no picture; and a voice in fewer, longer packets.
 */
export const RUNGS = ['all', 'without_top', 'lowest', 'slow', 'voice', 'thin'] as const;

export type Rung = (typeof RUNGS)[number];

/** Frames a second on the rung `slow`: a third of the camera's thirty. Lips are lost, a nod is not. */
export const SLOW_FRAMES = 10;
/** And the most its picture takes: two thirds less than the layer's own, as frames differ more. */
export const SLOW_BPS = 60_000;

/** The one further down. */
export function lowerRung(a: Rung, b: Rung): Rung {
  return RUNGS.indexOf(a) > RUNGS.indexOf(b) ? a : b;
}

/** The highest layer that a rung leaves of so many; -1 for none. */
export function topLayer(usable: number, rung: Rung): number {
  switch (rung) {
    case 'all':
      return usable - 1;
    case 'without_top':
      return Math.max(usable - 2, Math.min(usable - 1, 0));
    case 'lowest':
    case 'slow':
      return Math.min(usable - 1, 0);
    case 'voice':
    case 'thin':
      return -1;
  }
}

/**
 * Which layers are sent when none above `top` can be. Whoever watched one of those gets the
 * largest there is instead, also when nobody has watched that one until now.
 */
export function layersSent(watched: readonly boolean[], top: number): boolean[] {
  const insteadOfTop = watched.slice(top + 1).some(Boolean);
  return watched.map((is, layer) => layer <= top && (is || (layer === top && insteadOfTop)));
}
