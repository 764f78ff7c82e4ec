// SPDX-License-Identifier: MIT
// Answers of the router that have no resource in the target API yet, as far as the page reads them. A member moves to api.d.ts once its
// answer has a resource there.

import type { EndedRequest, Device, Model, RunningRequest } from "./api";

/** A model in the list: it always has a state. */
export type ListedModel = Model & { status: NonNullable<Model["status"]> & { value: string }; download?: DownloadProgress };

/** Bytes by file, from `download_progress` of `GET /models/sse`. */
export type DownloadProgress = Record<string, { done: number; total: number }>;

/** An event of `GET /models/sse`. */
export type ModelEvent = {
  model: string;
  event: string;
  data?: { status?: string; reason?: string; progress?: { value?: number } };
};

/** `GET /models/{id}`, beside what the list has. */
export type ModelInspection = Model & {
  preset?: string;
  chat_template?: string | null;
  metadata?: Record<string, unknown> | null;
  memory_estimate?: MemoryEstimate | null;
  memory_outlook?: MemoryOutlook | null;
};

export type MemoryEstimate = {
  bytes: number;
  weights_bytes: number;
  context_bytes: number;
  compute_bytes: number;
  basis: string;
  devices?: { id: string; name: string; bytes: number }[];
};

export type MemoryOutlook = { outlook?: string; leaving?: string[] };

/** An event of `GET /activity/sse`. */
export type ActivityEvent = { now: number; requests: RunningRequest[]; recent: EndedRequest[] };

/** What happened with a model, or with all, in a stretch of time. */
export type Counts = { requests: number; tokens: number; loads: number; evictions: number; failures: number };

/** A point of `GET /activity/history`. */
export type HistoryPoint = Counts & {
  time: number;
  seconds: number;
  tokens_per_second: number;
  queue_depth: number;
  queue_wait_ms: { mean: number; max: number };
  memory: { workers: number; free: number | null; total: number | null };
  models?: Record<string, Partial<Counts>>;
};

export type History = { now: number; devices?: Device[]; points: HistoryPoint[] };

/** An entry of `POST /v1/streams/lookup`. */
export type StreamPlace = { conversation_id: string; is_done: boolean; total_bytes: number };

/** `GET /_app/version.json`. */
export type Version = { version: string; libraries?: string[] };

/** The part of `GET /props` that the page reads. */
export type Properties = { role?: string };

/** `timings` of a chat completion, as llama-server has them. */
export type Timings = {
  cache_n?: number;
  prompt_n?: number;
  prompt_per_second?: number;
  predicted_n?: number;
  predicted_ms?: number;
  predicted_per_second?: number;
};

/** A part of a call of a tool in a chunk. */
export type CallPart = { index?: number; id?: string; function?: { name?: string; arguments?: string } };

/** A chunk of a stream of `POST /v1/chat/completions`. */
export type ChatChunk = {
  model?: string;
  choices?: {
    index: number;
    finish_reason?: string | null;
    delta?: { content?: string | null; reasoning_content?: string | null; tool_calls?: CallPart[] };
  }[];
  usage?: import("./api").Usage;
  timings?: Timings;
  prompt_progress?: { total: number; processed: number };
  error?: FailureBody;
};

/** What an answer with an error says, in the words of any dialect. */
export type FailureBody = { code?: number; message?: string; type?: string; n_prompt_tokens?: number; n_ctx?: number };
