// SPDX-License-Identifier: MIT
// What models there are and how they are, live.

import { either, followWhileSeen, json, problemOf, RequestError, sleep } from "./api.js";
import { isFigure } from "./format.js";

/** @typedef {import("../../types/answers").ListedModel} Model A model as `GET /models` lists it. */
/** @typedef {import("../../types/answers").ModelEvent} ModelEvent */
/** @typedef {import("../../types/answers").DownloadProgress} DownloadProgress */

/** All models. Tells `change` when something did, `lost` and `found` when the server goes and comes. */
class Models extends EventTarget {
  /** @type {Model[]} */
  list = [];
  /** Whether the list was read at all. */
  isKnown = false;
  /** @type {ReturnType<typeof problemOf> | null} why the list can't be had; null if it can */
  problem = null;
  /** Whether the server has one model only, and can't list it while it loads. */
  isLoading = false;

  #started = false;
  /** @type {Promise<void> | null} */
  #pending = null;
  #wanted = false;

  /** Begins to watch; as often as you like. */
  start() {
    if (this.#started) return;
    this.#started = true;
    followWhileSeen("models/sse", {
      signal: new AbortController().signal,
      onopen: () => this.refresh(),
      onevent: (event) => this.#apply(/** @type {ModelEvent} */ (event)),
      onlost: (error) => {
        if (!this.problem) this.#tell(problemOf(error));
        else this.problem = problemOf(error);
      },
    });
    this.refresh();
  }

  /** @param {string | undefined} name @returns {Model | undefined} by its id or one of its aliases */
  get(name) {
    return this.list.find((model) => model.id === name) ?? this.list.find((model) => name !== undefined && model.aliases?.includes(name));
  }

  /**
   * The model of that name, or what became of it: a download without a tag has one once the hub has answered, or once it is there.
   * @param {string | undefined} name
   */
  successor(name) {
    return this.get(name) ?? (name ? this.list.find((model) => model.id.startsWith(`${name}:`)) : undefined);
  }

  /**
   * Hears what the server tells of models, but for what is only progress.
   * @param {(news: ModelEvent) => void} run
   * @param {AbortSignal} signal
   */
  onEvent(run, signal) {
    this.addEventListener("event", (event) => { if (event instanceof CustomEvent) run(event.detail); }, { signal });
  }

  /** Waits for the first list. */
  async known() {
    while (!this.isKnown) await new Promise((resolve) => { this.addEventListener("change", resolve, { once: true }); });
  }

  /**
   * Whether a model is on its way: requests for it have to wait until it is there.
   * @param {string} name
   */
  isComing(name) { return ["downloading", "downloaded"].includes(stateOf(this.successor(name))); }

  /**
   * Waits until a model that is on its way is there.
   * @param {string} name
   * @param {AbortSignal} signal
   * @returns {Promise<string>} its name then
   * @throws {RequestError} if its download ends without it
   */
  async whenThere(name, signal) {
    const watch = new AbortController();
    const ended = either(signal, watch.signal);
    let reason = "";
    let missing = 0;
    try {
      this.onEvent((news) => {
        const isThis = news.model === name || news.model.startsWith(`${name}:`);
        if (news.event === "download_failed" && isThis) reason = news.data?.reason || "nobody said why";
      }, ended);
      for (;;) {
        signal.throwIfAborted();
        const model = this.successor(name);
        if (model && !this.isComing(name)) return model.id;
        // Its name may change at its end: for a moment neither is in the list.
        missing = model || this.problem ? 0 : missing + 1;
        if (reason) throw new RequestError(`The download of ${name} failed: ${reason}.`, { status: 424 });
        if (missing > 8) throw new RequestError(`The download of ${name} was given up.`, { status: 424 });
        const change = new Promise((resolve) => { this.addEventListener("change", resolve, { once: true, signal: ended }); });
        await Promise.race([change, sleep(missing ? 500 : 5000, ended)]);
      }
    } finally {
      watch.abort();
    }
  }

  /** Reads the list again; many calls in a moment are one. */
  async refresh() {
    this.#wanted = true;
    this.#pending ??= this.#read().finally(() => { this.#pending = null; });
    return this.#pending;
  }

  async #read() {
    while (this.#wanted) {
      this.#wanted = false;
      try {
        const answer = /** @type {import("../../types/api").ModelList} */ (await json("models"));
        this.list = /** @type {Model[]} */ (answer.data);
        this.isKnown = true;
        this.isLoading = false;
        this.#tell(null);
      } catch (thrown) {
        const error = problemOf(thrown);
        // A server of one model doesn't list it while it loads.
        this.isLoading = error.status === 503 && error.message === "Loading model";
        this.#tell(this.isLoading ? null : error);
        if (!this.isLoading) return;
        await sleep(500);
        this.#wanted = true;
        continue;
      }
      await sleep(250);
    }
  }

  /** @param {ModelEvent} news */
  #apply({ model: name, event, data }) {
    const model = this.get(name);
    if (model && event === "status_change" && data?.status === "loading") {
      const value = data.progress?.value;
      model.status = { value: "loading", args: model.status.args, preset: model.status.preset, progress: value ?? model.status.progress };
      this.#tell(null);
      if (value !== undefined) return;
    }
    if (model && event === "download_progress") {
      const progress = /** @type {DownloadProgress} */ (data?.progress ?? {});
      const files = Object.values(progress);
      const total = files.reduce((sum, file) => sum + file.total, 0);
      model.status.progress = total > 0 ? files.reduce((sum, file) => sum + file.done, 0) / total : undefined;
      model.download = progress;
      return this.#tell(null);
    }
    // What the event doesn't say (why a model failed, say) is in the list.
    this.dispatchEvent(new CustomEvent("event", { detail: { model: name, event, data } }));
    this.refresh();
  }

  /** @param {ReturnType<typeof problemOf> | null} problem */
  #tell(problem) {
    const before = this.problem;
    this.problem = problem;
    if (problem && !before) this.dispatchEvent(new Event("lost"));
    if (!problem && before) this.dispatchEvent(new Event("found"));
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Loads a model; the list tells how it goes.
   * @param {string} name
   * @throws {RequestError}
   */
  load(name) { return json("models/load", { json: { model: name } }); }

  /**
   * Unloads a model, or gives its download up.
   * @param {string} name
   * @throws {RequestError}
   */
  unload(name) { return json("models/unload", { json: { model: name } }); }
}

export const models = new Models();

/**
 * A model's state as one word: `failed` beside llama-server's.
 * @param {Model | undefined} model
 */
export function stateOf(model) {
  if (!model) return "missing";
  return model.status.failed && model.status.value === "unloaded" ? "failed" : model.status.value;
}

/**
 * That word for people.
 * @param {Model | undefined} model
 */
export function stateText(model) {
  const state = stateOf(model);
  const progress = model?.status.progress;
  const part = isFigure(progress) && progress < 1 ? ` ${Math.round(progress * 100)} %` : "";
  return {
    loaded: "loaded", loading: `loading${part}`, sleeping: "sleeping", unloaded: "not loaded", failed: "failed",
    downloading: `downloading${part}`, downloaded: "downloaded", missing: "missing",
  }[state] ?? state;
}

/**
 * Whether each word of a search is somewhere in what is known of a model.
 * @param {Model} model
 * @param {string} text words in any order
 */
export function matches(model, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  /** @type {import("../../types/api").ModelDetails} */
  const details = model.details ?? {};
  const { quantization, architecture, repo, modalities = [] } = details;
  const known = [model.id, ...(model.aliases ?? []), ...(model.tags ?? []), quantization, architecture, repo, stateOf(model), ...modalities];
  const whole = known.join(" ").toLowerCase();
  return words.every((word) => whole.includes(word));
}

/**
 * Whether a model can be talked to: encoders give embeddings only.
 * @param {Model} model
 */
export const canChat = (model) => !/bert|t5encoder/.test(model.gguf?.architecture ?? "");

/**
 * The model to begin with: the one used last, else one that is loaded, else one that was made for chats.
 * @param {string} last
 */
export function likelyModel(last) {
  const able = models.list.filter((model) => canChat(model) && !(model.status.failed && !model.gguf));
  return (able.find((model) => model.id === last) ?? able.find((model) => stateOf(model) === "loaded")
    ?? able.find((model) => model.gguf?.has_chat_template) ?? able[0])?.id ?? "";
}
