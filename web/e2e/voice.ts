// A voice for browsers that have no microphone. In: nothing. Out: a sound file that is speech to a codec. Never: the beep of the built-in device, most of which is silence that nobody would miss.
import { writeFileSync } from 'node:fs';

const RATE = 48_000;
const SECONDS = 12;
/** Of a spoken phrase and the breath after it. */
const PHRASE_SECONDS = 2.6;
const BREATH_SECONDS = 0.4;
const SYLLABLES_A_SECOND = 4;
const PEAK = 9_000;
/** First formants of five vowels, in Hz. */
const VOWELS = [[730, 1090], [270, 2290], [300, 870], [530, 1840], [570, 840]] as const;
const HARMONICS = 24;

/** Syllables of vowels on a pitch that rises and falls, with breaths between: mono, 16 bits, a WAV file. */
export function writeVoice(path: string): void {
  const samples = Array.from({ length: RATE * SECONDS }, (_, at) => sample(at / RATE));
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length * 2, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length * 2, 40);
  const sound = Buffer.alloc(samples.length * 2);
  samples.forEach((value, index) => sound.writeInt16LE(Math.round(value * PEAK), index * 2));
  writeFileSync(path, Buffer.concat([header, sound]));
}

function sample(at: number): number {
  const inPhrase = at % (PHRASE_SECONDS + BREATH_SECONDS);
  if (inPhrase > PHRASE_SECONDS) return 0;
  const syllable = Math.floor(at * SYLLABLES_A_SECOND);
  const [low, high] = VOWELS[syllable % VOWELS.length] ?? VOWELS[0];
  const loud = Math.sin(Math.PI * ((at * SYLLABLES_A_SECOND) % 1)) ** 0.7;
  // The phase, not the pitch, is what moves: a pitch of 140 Hz that sways by 25 twice in three seconds.
  const phase = 2 * Math.PI * (140 * at - (25 / (2 * Math.PI * 0.67)) * Math.cos(2 * Math.PI * 0.67 * at));
  let sum = 0;
  for (let harmonic = 1; harmonic <= HARMONICS; harmonic += 1) {
    const hertz = 140 * harmonic;
    const near = (formant: number) => 1 / (1 + ((hertz - formant) / 120) ** 2);
    sum += (near(low) + 0.6 * near(high)) * Math.sin(harmonic * phase);
  }
  return Math.max(-1, Math.min(1, loud * sum * 0.4));
}
