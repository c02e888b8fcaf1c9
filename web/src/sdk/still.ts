// A still picture of the camera, as sharp as it can be: taken, given, fetched.
// In: the camera's track; which picture. Out: a JPEG; the picture of whoever was asked.
// Never: where or with what it was taken: it is drawn anew, so that nothing else is in the file. Never kept.
import type { Session } from '../protocol';

/** Browsers that take a photograph with all the sensor has. */
type Photographer = { takePhoto(): Promise<Blob> };
type WithPhotographer = { ImageCapture?: new (track: MediaStreamTrack) => Photographer };

/** The server takes no larger picture. */
const BYTES_MAX = 6 * 1024 * 1024;
/** A longer side than this shows no more of a skin or a label, and a slow line takes minutes for it. */
const SIDE_MAX = 4_096;
/** Tried one after another, until the picture is small enough. */
const QUALITIES = [0.92, 0.8, 0.6];
/** A camera that takes no photograph in this time gives the picture it shows. */
const PHOTO_MS = 6_000;

export async function takeStill(track: MediaStreamTrack): Promise<Blob> {
  const taken = await photograph(track).catch(() => null);
  const picture = taken ? await createImageBitmap(taken) : await shown(track);
  try {
    return await jpegOf(picture);
  } finally {
    picture.close();
  }
}

/** The size a picture is drawn in: as it is, or smaller in the same shape. */
export function sizeOf(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height, 1));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

async function photograph(track: MediaStreamTrack): Promise<Blob> {
  const { ImageCapture } = globalThis as WithPhotographer;
  if (!ImageCapture) throw new Error('no photographs');
  const late = new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('no photograph in time')), PHOTO_MS));
  return Promise.race([new ImageCapture(track).takePhoto(), late]);
}

/** What the camera shows at the moment. */
async function shown(track: MediaStreamTrack): Promise<ImageBitmap> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  try {
    await video.play();
    return await createImageBitmap(video);
  } finally {
    video.srcObject = null;
  }
}

async function jpegOf(picture: ImageBitmap): Promise<Blob> {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, sizeOf(picture.width, picture.height));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    if (blob && blob.size <= BYTES_MAX) return blob;
  }
  throw new Error('the picture stays too large');
}

export async function giveStill({ participant, session }: Session, still: string, picture: Blob): Promise<void> {
  const headers = { authorization: `Bearer ${session}`, 'content-type': 'image/jpeg' };
  const response = await fetch(addressOf(participant, still), { method: 'PUT', headers, body: picture });
  if (!response.ok) throw new Error(`not taken: ${response.status}`);
}

export async function fetchStill({ participant, session }: Session, still: string): Promise<Blob> {
  const headers = { authorization: `Bearer ${session}` };
  const response = await fetch(addressOf(participant, still), { headers, cache: 'no-store' });
  if (!response.ok) throw new Error(`not there: ${response.status}`);
  return response.blob();
}

function addressOf(participant: string, still: string): string {
  return `/v1/stills/${participant}/${still}`;
}
