/* Plays a film while it is still being made.
 * In: film.json (what is ready), film.mp4 (by range). Out: pictures, sound and captions.
 * Never: anything from another address, or kept when the page is closed.
 */
"use strict";

/** Seconds held ahead of what is shown: enough for a slow disk, little enough for a small phone. */
const AHEAD = 30;
/** Seconds kept behind it, for a short step back. */
const BEHIND = 30;
/** Milliseconds between two looks at what is ready. */
const LOOK = 500;

const video = document.getElementById("film");
const segments = [];
const held = new Set();
const tracks = new Map();
let told = 0;
let film = null;
let buffer = null;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
}

function say(text) {
  document.getElementById("state").textContent = text;
}

/** Asks what has become ready since the last time. */
async function look() {
  const answer = await fetch("film.json?segments=" + segments.length + "&captions=" + told);
  if (!answer.ok) throw new Error("status " + answer.status);
  film = await answer.json();
  segments.push(...film.segments);
  told += film.captions.length;
  film.captions.forEach(caption);
  const ready = document.getElementById("ready");
  ready.value = film.done ? 1 : film.ready_ms / Math.max(1, film.duration_ms);
  ready.hidden = film.done;
  say(film.fault ?? (film.done
    ? "The film is ready."
    : "Ready up to " + clock(film.ready_ms) + " of " + clock(film.duration_ms) + "."));
  const list = document.getElementById("warnings");
  list.replaceChildren(...film.warnings.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
  document.getElementById("missing").hidden = film.warnings.length === 0;
}

function caption({ from_ms, to_ms, language, text }) {
  if (!tracks.has(language)) {
    tracks.set(language, video.addTextTrack("captions", language, language));
  }
  const cue = new VTTCue(from_ms / 1000, to_ms / 1000, "");
  cue.text = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  tracks.get(language).addCue(cue);
}

/** Waits for the buffer to have done what it was told. */
function settled(act) {
  return new Promise((done, failed) => {
    buffer.addEventListener("updateend", done, { once: true });
    buffer.addEventListener("error", failed, { once: true });
    act();
  });
}

async function bytes(from, length) {
  const range = "bytes=" + from + "-" + (from + length - 1);
  const answer = await fetch("film.mp4", { headers: { Range: range } });
  if (answer.status !== 206) throw new Error("status " + answer.status);
  return answer.arrayBuffer();
}

/** The next segment to hold: the first around what is shown that is not. */
function next() {
  const now = video.currentTime * 1000;
  return segments.findIndex((segment, at) => !held.has(at)
    && segment.to_ms > now && segment.from_ms < now + AHEAD * 1000);
}

/** Lets go of what is far from what is shown. */
async function forget() {
  const now = video.currentTime * 1000;
  for (const at of [...held]) {
    const { from_ms, to_ms } = segments[at];
    if (to_ms < now - BEHIND * 1000 || from_ms > now + 2 * AHEAD * 1000) {
      await settled(() => buffer.remove(from_ms / 1000, to_ms / 1000));
      held.delete(at);
    }
  }
}

async function feed(source) {
  for (;;) {
    const at = next();
    if (at >= 0) {
      const { from, length } = segments[at];
      const piece = await bytes(from, length);
      await settled(() => buffer.appendBuffer(piece));
      held.add(at);
      await forget();
    } else if (film.done && source.readyState === "open" && held.has(segments.length - 1)) {
      source.endOfStream();
    } else {
      await sleep(LOOK / 5);
    }
  }
}

async function run() {
  do {
    await look();
    if (film.fault) return;
    if (!film.codecs) await sleep(LOOK);
  } while (!film.codecs);
  const type = 'video/mp4; codecs="' + film.codecs + '"';
  if (!("MediaSource" in window) || !MediaSource.isTypeSupported(type)) {
    while (!film.done) {
      await sleep(LOOK);
      await look();
    }
    video.src = "film.mp4";
    return;
  }
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise((open) => source.addEventListener("sourceopen", open, { once: true }));
  source.duration = film.duration_ms / 1000;
  buffer = source.addSourceBuffer(type);
  const head = await bytes(0, film.head);
  await settled(() => buffer.appendBuffer(head));
  const feeding = feed(source);
  while (!film.done && !film.fault) {
    await sleep(LOOK);
    await look();
  }
  await feeding;
}

run().catch(() => say("The program that shows this film has ended, or the film cannot be played here."));
