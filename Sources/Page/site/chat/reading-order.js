// SPDX-License-Identifier: MIT
// Which answers are read as they come: those on screen. The others are asked after, all at once.

import { json, sleep } from "../core/api.js";

// How often, in ms.
const every = 1000;

/** @type {Set<string>} */
let onScreen = new Set();
/** @type {Map<string, import("./generation.js").Generation> | null} */
let generations = null;
let isLooking = false;

/**
 * Whether a message is to be seen now.
 * @param {string} id
 */
export const isOnScreen = (id) => onScreen.has(id);

/**
 * Says which messages are to be seen from now on.
 * @param {Iterable<string>} ids
 */
export function setOnScreen(ids) {
  onScreen = new Set(ids);
  for (const generation of [...(generations?.values() ?? [])]) generation.look();
  if (generations) look();
}

/**
 * Looks after the generations that aren't on screen, for as long as there are any.
 * @param {Map<string, import("./generation.js").Generation>} all
 */
export function awayLooks(all) {
  generations = all;
  look();
}

async function look() {
  if (isLooking) return;
  isLooking = true;
  for (;;) {
    await sleep(every);
    const unseen = [...(generations?.values() ?? [])].filter(({ message }) => !onScreen.has(message.id));
    if (unseen.length === 0) break;
    // What is held wasn't sent yet.
    const away = unseen.filter(({ message }) => !message.isHeld);
    if (away.length === 0) continue;
    try {
      const found = await whereabouts(away.map(({ stream }) => stream));
      for (const generation of away) generation.hear(found.get(generation.stream));
    } catch { /* The server can't be asked now: they stay as they are. */ }
  }
  isLooking = false;
}

/** @typedef {{isWaiting?: boolean, isDone?: boolean, bytes: number}} Whereabouts */

/**
 * How far the server is with streams.
 * @param {string[]} streams their ids
 * @param {AbortSignal} [signal]
 * @returns {Promise<Map<string, Whereabouts>>} without those that the server doesn't have
 * @throws {RequestError}
 */
export async function whereabouts(streams, signal) {
  /** @type {Map<string, Whereabouts>} */
  const found = new Map();
  const lookUp = async () => {
    const answer = await json("v1/streams/lookup", { json: { conversation_ids: streams }, signal });
    for (const entry of /** @type {import("../../types/answers").StreamPlace[]} */ (answer)) {
      found.set(entry.conversation_id, { isDone: entry.is_done, bytes: entry.total_bytes });
    }
    return streams.every((stream) => found.has(stream));
  };
  if (await lookUp()) return found;
  // Those that wait for their model are no streams yet.
  const { requests } = /** @type {import("../../types/api").Activity} */ (await json("activity", { signal }));
  for (const { request_id: id, state } of requests) {
    if (streams.includes(id) && !found.has(id)) found.set(id, { isWaiting: state !== "running", bytes: 0 });
  }
  // One may have begun, and ended, between the two questions.
  if (!streams.every((stream) => found.has(stream))) await lookUp();
  return found;
}
