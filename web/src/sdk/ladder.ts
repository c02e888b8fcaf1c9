// On which step of the ladder a picture is, and whose fault that is.
// In: what the server gives of it. Out: a step and a cause that words are made of, or nothing worth a word.
// Never: a sentence; those are in the catalogues.
import type { Cause, Delivery } from '../protocol';

/** From the least to the most there is to say. */
export type PictureStep = 'small' | 'slow' | 'still' | 'paused';
/** Causes a person can do something about, or should know. */
export type Reason = Exclude<Cause, 'as_wanted' | 'not_shown'>;
export type Trouble = `${PictureStep}/${Reason}`;

/** A picture one size smaller is hardly noticed; two are a face one cannot read. */
const SMALLER_BY = 2;

/** `stands`: no frame has come for a while. The server sees that later than whoever looks at it. */
export function trouble(delivery: Delivery | null, stands = false): Trouble | '' {
  if (!delivery) return '';
  const { cause, given, motion } = delivery;
  if (stands && given !== null && motion !== 'still') return cause === 'your_line' ? 'paused/your_line' : 'paused/their_side';
  if (cause === 'as_wanted' || cause === 'not_shown') return '';
  const step = pictureStep(delivery);
  return step && isReason(cause) ? `${step}/${cause}` : '';
}

export function pictureStep({ wanted, given, motion }: Delivery): PictureStep | null {
  if (given === null) return 'paused';
  if (motion === 'still' || motion === 'slow') return motion;
  return wanted - given >= SMALLER_BY ? 'small' : null;
}

export function stepAndReason(told: Trouble): [PictureStep, Reason] {
  return told.split('/') as [PictureStep, Reason];
}

/** A newer server may know more causes than this page. */
function isReason(cause: Cause): cause is Reason {
  return cause === 'your_line' || cause === 'their_side' || cause === 'data_saver' || cause === 'the_server';
}
