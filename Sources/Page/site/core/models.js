// SPDX-License-Identifier: MIT
// What models there are and how they are, live.

import { followWhileSeen, json, sleep } from "./api.js";

/**
 * A model as `GET /models` lists it.
 * @typedef {Object} Model
 * @property {string} id
 * @property {{value: string, progress?: number, failed?: boolean, reason?: string, log?: string[], retry_at?: number}} status
 */

/** All models. Tells `change` when something did, `lost` and `found` when the server goes and comes. */
class Models extends EventTarget {
  /** @type {Model[]} */
  list = [];
  /** Whether the list was read at all. */
  isKnown = false;
  /** Why the list can't be had; null if it can. */
  problem = null;
  /** Whether the server has one model only, and can't list it while it loads. */
  isLoading = false;

  #started = false;
  #pending = null;
  #wanted = false;

  /** Begins to watch; as often as you like. */
  start() {
    if (this.#started) return;
    this.#started = true;
    followWhileSeen("models/sse", {
      signal: new AbortController().signal,
      onopen: () => this.refresh(),
      onevent: (event) => this.#apply(event),
      onlost: (error) => {
        if (!this.problem) this.#tell(error);
        else this.problem = error;
      },
    });
    this.refresh();
  }

  /** @returns {Model | undefined} by its id or one of its aliases */
  get(name) {
    return this.list.find((model) => model.id === name) ?? this.list.find((model) => model.aliases?.includes(name));
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
        const answer = await json("models");
        this.list = answer.data;
        this.isKnown = true;
        this.isLoading = false;
        this.#tell(null);
      } catch (error) {
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

  #apply({ model: name, event, data }) {
    const model = this.get(name);
    if (model && event === "status_change" && data?.status === "loading") {
      const value = data.progress?.value;
      model.status = { value: "loading", args: model.status.args, preset: model.status.preset, progress: value ?? model.status.progress };
      this.#tell(null);
      if (value !== undefined) return;
    }
    if (model && event === "download_progress") {
      const files = Object.values(data.progress ?? {});
      const total = files.reduce((sum, file) => sum + file.total, 0);
      model.status.progress = total > 0 ? files.reduce((sum, file) => sum + file.done, 0) / total : undefined;
      model.download = data.progress;
      return this.#tell(null);
    }
    // What the event doesn't say (why a model failed, say) is in the list.
    this.dispatchEvent(new CustomEvent("event", { detail: { model: name, event, data } }));
    this.refresh();
  }

  #tell(problem) {
    const before = this.problem;
    this.problem = problem;
    if (problem && !before) this.dispatchEvent(new Event("lost"));
    if (!problem && before) this.dispatchEvent(new Event("found"));
    this.dispatchEvent(new Event("change"));
  }

  /** Loads a model; the list tells how it goes. @throws {RequestError} */
  load(name) { return json("models/load", { json: { model: name } }); }

  /** Unloads a model, or gives its download up. @throws {RequestError} */
  unload(name) { return json("models/unload", { json: { model: name } }); }
}

export const models = new Models();

/** A model's state as one word: `failed` beside llama-server's. */
export function stateOf(model) {
  if (!model) return "missing";
  return model.status.failed && model.status.value === "unloaded" ? "failed" : model.status.value;
}

/** That word for people. */
export function stateText(model) {
  const state = stateOf(model);
  const progress = model?.status.progress;
  const part = Number.isFinite(progress) && progress < 1 ? ` ${Math.round(progress * 100)} %` : "";
  return {
    loaded: "loaded", loading: `loading${part}`, sleeping: "sleeping", unloaded: "not loaded", failed: "failed",
    downloading: `downloading${part}`, downloaded: "downloaded", missing: "not there",
  }[state] ?? state;
}

/** Whether a model can be talked to: encoders give embeddings only. */
export const canChat = (model) => !/bert|t5encoder/.test(model.gguf?.architecture ?? "");

/** The model to begin with: the one used last, else one that is loaded, else one that was made for chats. */
export function likelyModel(last) {
  const able = models.list.filter((model) => canChat(model) && !(model.status.failed && !model.gguf));
  return (able.find((model) => model.id === last) ?? able.find((model) => stateOf(model) === "loaded")
    ?? able.find((model) => model.gguf?.has_chat_template) ?? able[0])?.id ?? "";
}
