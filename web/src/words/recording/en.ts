// How a recording stands, in English. In: what is told of it. Out: sentences. Never: markup.
import type { RecordingFailure, RecordingState, RestReason } from '../../protocol';

export const recordingState: Record<RecordingState, string> = {
  off: 'Nothing is recorded.',
  starting: 'The recording is about to begin.',
  on: 'This visit is being recorded.',
  paused: 'The recording rests. Nothing is recorded now.',
  failed: 'The visit is not being recorded.',
};

export const recordingRests: Record<RestReason, string> = {
  staff: 'The care team has paused it.',
  consent: 'Not everybody has agreed to it.',
  apart: 'Nobody who may be recorded is with the others.',
  failure: 'It goes on by itself as soon as it can.',
};

/** Told to staff only. */
export const recordingFailure: Record<RecordingFailure, string> = {
  not_started: 'The recorder did not begin.',
  disk_full: 'The disk for recordings is full.',
  disk: 'The disk for recordings does not work.',
  store: 'What is recorded waits on the server until the store takes it.',
  too_slow: 'The server could not keep up; some of it is missing.',
  keys: 'The keys for recordings cannot be used.',
  restarted: 'The recorder had to begin anew; a moment may be missing.',
};
