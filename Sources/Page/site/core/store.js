// SPDX-License-Identifier: MIT
// What is kept in this browser: IndexedDB, or the tab's memory where there is none.

import { root } from "./api.js";

// One database for each server root of an origin. A new store or index needs a new version.
const version = 1;

/**
 * @typedef {Object} Kept What is in each store.
 * @property {import("../chat/conversations.js").Conversation} conversations
 * @property {import("../chat/conversations.js").Message} messages
 * @property {import("../compare/votes.js").Vote} votes
 */
/** @typedef {keyof Kept} StoreName */

/** @type {Record<StoreName, string[]>} their indices */
const stores = {
  conversations: [],
  messages: ["conversation", "state"],
  votes: [],
};

class Store {
  /** @type {Promise<IDBDatabase | null> | null} */
  #opening = null;
  /** @type {Record<string, Map<string, unknown>> | null} */
  #memory = null;

  /** Whether what is kept outlives the tab. */
  get isLasting() { return this.#memory === null; }

  async #open() {
    this.#opening ??= new Promise((resolve) => {
      const fallBack = () => {
        this.#memory = Object.fromEntries(Object.keys(stores).map((name) => [name, new Map()]));
        resolve(null);
      };
      try {
        const request = indexedDB.open(`enginehouse:${root.pathname}`, version);
        request.onupgradeneeded = () => {
          for (const [name, indices] of Object.entries(stores)) {
            if (request.result.objectStoreNames.contains(name)) continue;
            const store = request.result.createObjectStore(name, { keyPath: "id" });
            for (const index of indices) store.createIndex(index, index);
          }
        };
        request.onsuccess = () => {
          request.result.onversionchange = () => request.result.close();
          resolve(request.result);
        };
        request.onerror = fallBack;
      } catch { fallBack(); }
    });
    return this.#opening;
  }

  /**
   * @template Result
   * @param {StoreName} name
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<Result> | undefined} work
   * @returns {Promise<Result | undefined>}
   */
  async #run(name, mode, work) {
    const database = await this.#open();
    if (!database) throw new Error("There is no database.");
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error ?? new Error("The browser could not keep this: its storage may be full."));
    });
  }

  /**
   * What is kept in memory of a store; null where there is a database.
   * @template {StoreName} Name
   * @param {Name} name
   */
  async #inMemory(name) {
    await this.#open();
    return /** @type {Map<string, Kept[Name]> | null} */ (this.#memory?.[name] ?? null);
  }

  /**
   * All of a store.
   * @template {StoreName} Name
   * @param {Name} name
   * @returns {Promise<Kept[Name][]>}
   */
  async all(name) {
    const memory = await this.#inMemory(name);
    if (memory) return [...memory.values()].map((item) => structuredClone(item));
    return await this.#run(name, "readonly", (store) => store.getAll()) ?? [];
  }

  /**
   * One by its id.
   * @template {StoreName} Name
   * @param {Name} name
   * @param {string} id
   * @returns {Promise<Kept[Name] | undefined>}
   */
  async get(name, id) {
    const memory = await this.#inMemory(name);
    if (memory) return structuredClone(memory.get(id));
    return this.#run(name, "readonly", (store) => store.get(id));
  }

  /**
   * Those whose member `index` is `value`.
   * @template {StoreName} Name
   * @param {Name} name
   * @param {keyof Kept[Name] & string} index
   * @param {string} value
   * @returns {Promise<Kept[Name][]>}
   */
  async where(name, index, value) {
    const memory = await this.#inMemory(name);
    if (memory) return [...memory.values()].filter((item) => item[index] === value).map((item) => structuredClone(item));
    return await this.#run(name, "readonly", (store) => store.index(index).getAll(value)) ?? [];
  }

  /**
   * Keeps items, in the place of those with their ids.
   * @template {StoreName} Name
   * @param {Name} name
   * @param {...Kept[Name]} items
   */
  async put(name, ...items) {
    const memory = await this.#inMemory(name);
    if (memory) items.forEach((item) => memory.set(item.id, structuredClone(item)));
    else await this.#run(name, "readwrite", (store) => items.map((item) => store.put(item)).at(-1));
  }

  /** @param {StoreName} name @param {...string} ids */
  async delete(name, ...ids) {
    const memory = await this.#inMemory(name);
    if (memory) ids.forEach((id) => memory.delete(id));
    else await this.#run(name, "readwrite", (store) => ids.map((id) => store.delete(id)).at(-1));
  }
}

export const store = new Store();

/** An id of 96 random bits. `crypto.randomUUID` isn't there on plain HTTP. */
export function newID() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Small settings by name, as JSON in localStorage. */
export const setting = {
  /**
   * @template Value
   * @param {string} name
   * @param {Value} fallback where there is none
   * @returns {Value} as `set` got it
   */
  get(name, fallback) {
    try {
      return JSON.parse(localStorage.getItem(`enginehouse.${name}:${root.pathname}`) ?? "null") ?? fallback;
    } catch { return fallback; }
  },
  /** @param {string} name @param {unknown} value null and the empty text are none */
  set(name, value) {
    try {
      const key = `enginehouse.${name}:${root.pathname}`;
      if (value === null || value === "") localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch { /* Without storage it holds for as long as the page is open. */ }
  },
};
