// A sound to hear whether one hears. In: the chosen loudspeaker. Out: three notes. Never: loud; a note that begins or ends with a crack.

type WithSink = AudioContext & { setSinkId?: (id: string) => Promise<void> };

/** A major chord, one note after another, in hertz: low enough for old ears, high enough for a telephone. */
const NOTES_HZ = [523, 659, 784];
const NOTE_S = 0.35;
/** As loud as a calm voice. */
const GAIN = 0.2;
/** A note swells and fades in this time. */
const SOFT_S = 0.04;

export async function chime(speakerId: string): Promise<void> {
  const context: WithSink = new AudioContext();
  if (speakerId) await context.setSinkId?.(speakerId).catch(() => undefined);
  await context.resume();
  for (const [index, hertz] of NOTES_HZ.entries()) note(context, hertz, context.currentTime + index * NOTE_S);
  await new Promise((resolve) => setTimeout(resolve, (NOTES_HZ.length + 1) * NOTE_S * 1_000));
  await context.close();
}

function note(context: AudioContext, hertz: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(GAIN, at + SOFT_S);
  volume.gain.setValueAtTime(GAIN, at + NOTE_S - SOFT_S);
  volume.gain.linearRampToValueAtTime(0, at + NOTE_S);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
