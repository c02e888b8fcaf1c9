// How tall each picture is drawn, told to the server so that it sends no more than is seen.
// In: elements on the page. Out: `View`s, settled, not at every pixel of a resize. Never: a picture of a page nobody looks at.
import type { View } from '../protocol';

/** Resizing a window goes through hundreds of sizes; only the one it settles on is worth a layer switch. */
const SETTLE_MS = 150;

/**
 * A page out of sight is sent no pictures, but not at once: who looks at another tab for a moment
 * comes back to moving faces, and a reload (which hides the page first) pauses nothing.
 */
const HIDDEN_MS = 2_000;

type Shown = Pick<View, 'participant' | 'pinned' | 'signing'> & { source: 'camera' | 'screen' };

export class ShownPictures {
  private readonly shownByElement = new Map<Element, Shown>();
  private readonly observer = new ResizeObserver(() => this.soon());
  private timer: ReturnType<typeof setTimeout> | undefined;
  private told = '';
  private toldAt = -SETTLE_MS;
  private readonly onHidden = () => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), document.hidden ? HIDDEN_MS : 0);
  };

  constructor(private readonly show: (views: View[]) => void) {
    document.addEventListener('visibilitychange', this.onHidden);
  }

  add(element: Element, shown: Shown): void {
    this.shownByElement.set(element, shown);
    this.observer.observe(element);
    this.soon();
  }

  remove(element: Element): void {
    this.shownByElement.delete(element);
    this.observer.unobserve(element);
    this.soon();
  }

  close(): void {
    clearTimeout(this.timer);
    this.observer.disconnect();
    document.removeEventListener('visibilitychange', this.onHidden);
  }

  /** The first change goes out with the next frame, later ones when they have settled. */
  private soon(): void {
    if (document.hidden) return;
    clearTimeout(this.timer);
    const wait = performance.now() - this.toldAt > SETTLE_MS ? 0 : SETTLE_MS;
    this.timer = setTimeout(() => this.tell(), wait);
  }

  private tell(): void {
    const views = [...this.shownByElement].map(([element, shown]) => ({
      ...shown,
      height: document.hidden ? 0 : devicePixels(element.getBoundingClientRect().height, devicePixelRatio),
    }));
    const text = JSON.stringify(views);
    if (text === this.told) return;
    this.told = text;
    this.toldAt = performance.now();
    this.show(views);
  }
}

const HEIGHT_MAX = 65_535;

export function devicePixels(height: number, ratio: number): number {
  return Math.min(HEIGHT_MAX, Math.max(0, Math.round(height * ratio)));
}
