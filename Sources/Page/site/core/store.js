// SPDX-License-Identifier: MIT
// What is kept in this browser: IndexedDB, or the tab's memory where there is none.

import { root } from "./api.js";

// One database for each server root of an origin. A new store or index needs a new version.
const version = 1;
const stores = {
  conversations: [],
  messages: ["conversation", "state"],
  votes: [],
};

class Store {
  #opening = null;
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

  async #run(name, mode, work) {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error ?? new Error("The browser could not keep this: its storage may be full."));
    });
  }

  /** All of a store. */
  async all(name) {
    await this.#open();
    return this.#memory ? [...this.#memory[name].values()].map(copy) : this.#run(name, "readonly", (store) => store.getAll());
  }

  async get(name, id) {
    await this.#open();
    return this.#memory ? copy(this.#memory[name].get(id)) : this.#run(name, "readonly", (store) => store.get(id));
  }

  /** Those whose member `index` is `value`. */
  async where(name, index, value) {
    await this.#open();
    if (this.#memory) return [...this.#memory[name].values()].filter((item) => item[index] === value).map(copy);
    return this.#run(name, "readonly", (store) => store.index(index).getAll(value));
  }

  async put(name, ...items) {
    await this.#open();
    if (this.#memory) return items.forEach((item) => this.#memory[name].set(item.id, copy(item)));
    return this.#run(name, "readwrite", (store) => items.map((item) => store.put(item)).at(-1));
  }

  async delete(name, ...ids) {
    await this.#open();
    if (this.#memory) return ids.forEach((id) => this.#memory[name].delete(id));
    return this.#run(name, "readwrite", (store) => ids.map((id) => store.delete(id)).at(-1));
  }
}

const copy = (item) => (item === undefined ? undefined : structuredClone(item));

export const store = new Store();

/** An id of 96 random bits. `crypto.randomUUID` isn't there on plain HTTP. */
export function newID() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Small settings by name, as JSON in localStorage; `fallback` where there are none. */
export const setting = {
  get(name, fallback = null) {
    try {
      return JSON.parse(localStorage.getItem(`enginehouse.${name}:${root.pathname}`)) ?? fallback;
    } catch { return fallback; }
  },
  set(name, value) {
    try {
      const key = `enginehouse.${name}:${root.pathname}`;
      if (value === null || value === "") localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch { /* Without storage it holds for as long as the page is open. */ }
  },
};
