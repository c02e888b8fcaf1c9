// The client without a page: join a visit, see its state, send and receive.
// In: a link or a session. Out: everything another page needs to be a Bedside client.
// Never: a component or a word of any language.
export type * from '../protocol';
export { answerTo, openConsents, openGates } from './asks';
export { backoff } from './backoff';
export { Captioner } from './captioner';
export { captionReaders, captionsFor, directionOf, isCaptioned } from './captions';
export { Capture, type Choice, FIRST_CHOICE } from './capture';
export { lastId, unread } from './chat';
export { Client, type Events, type Stream } from './client';
export { canShareScreen, type DeviceList, type DeviceProblem, idOf, listDevices, onDevices } from './devices';
export { type Happenings, type Quality } from './happened';
export {
  BALANCE_INTERPRETER, BALANCE_ORIGINAL, BALANCE_USUAL, facing, gainOf, heardChannel, type Hearing, isInterpreted, relays, tonguesOf, type Turn, turnOf,
} from './hearing';
export { helpsElsewhere, type Inside, inside } from './inapp';
export { type PictureStep, type Reason, stepAndReason, type Trouble, trouble } from './ladder';
export {
  type Ahead, captionsAddress, CLOCK_FIRST_MS, CLOCK_FIRST_TIMES, CLOCK_LATER_MS, filmAddress, learn, openLessons, pace, percentOf, positionAt, type Span, toTell, union,
} from './lesson';
export { behind, heard, holdsWord, type Lag, NO_LAG, wrote } from './lag';
export { Mixer, type Out } from './mixer';
export { type LinkProblem, redeem, type Redeemed } from './redeem';
export type { Rung } from './rung';
export { pictureKey, type Picture, type Stage, stage, type Voice, voices } from './slots';
export { isOver, type LineState, type MediaState, type News, type Plan, type Still, type VisitState } from './state';
export { fetchStill, giveStill, takeStill } from './still';
export { tellExperience } from './told';
export { Visit } from './visit';
