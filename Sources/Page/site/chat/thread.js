// SPDX-License-Identifier: MIT
// A conversation is a tree of messages: an edit or another answer is a sibling of the first one.

/** @typedef {{id: string, parent: string | null, created: number}} Leaf What a thread is made of: the part of a message that says where it is. */

/** @param {Leaf} one @param {Leaf} other */
const older = (one, other) => one.created - other.created || (one.id < other.id ? -1 : 1);

/**
 * The messages that follow one, oldest first; `null` for the first ones.
 * @template {Leaf} Message
 * @param {Message[]} messages
 * @param {string | null} parent
 */
export function children(messages, parent) {
  return messages.filter((message) => message.parent === parent).sort(older);
}

/**
 * The messages from the first one to `leaf`.
 * @template {Leaf} Message
 * @param {Message[]} messages
 * @param {string | null | undefined} leaf
 */
export function path(messages, leaf) {
  const byID = new Map(messages.map((message) => [message.id, message]));
  /** @type {Message[]} */
  const found = [];
  for (let at = byID.get(leaf ?? ""); at && !found.includes(at); at = byID.get(at.parent ?? "")) found.unshift(at);
  return found;
}

/**
 * The youngest leaf below a message: where one goes on that chose this branch.
 * @param {Leaf[]} messages
 * @param {string} from
 */
export function youngestLeaf(messages, from) {
  /** @type {Set<string>} */
  const seen = new Set();
  for (let at = from; ;) {
    seen.add(at);
    const next = children(messages, at).findLast((message) => !seen.has(message.id));
    if (!next) return at;
    at = next.id;
  }
}

/**
 * A message and all that follow it.
 * @param {Leaf[]} messages
 * @param {string} from
 */
export function branch(messages, from) {
  const found = [from];
  for (let place = 0; place < found.length; place += 1) {
    found.push(...children(messages, found[place]).map((message) => message.id).filter((id) => !found.includes(id)));
  }
  return found;
}
