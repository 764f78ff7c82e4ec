// SPDX-License-Identifier: MIT
// What api.d.ts doesn't have: events, files of the page, and answers of which the page reads a part.

import type * as api from "./api";

/** A model in the list. */
export type ListedModel = api.Model & { download?: DownloadProgress };

/** Bytes by file, from `download_progress` of `GET /models/sse`. */
export type DownloadProgress = Record<string, { done: number; total: number }>;

/** An event of `GET /models/sse`. */
export type ModelEvent = {
  model: string;
  event: string;
  data?: { status?: string; reason?: string; progress?: { value?: number } };
};

export type ModelInspection = api.InspectedModel & { download?: DownloadProgress };
export type MemoryEstimate = api.MemoryEstimate;
export type MemoryOutlook = api.MemoryOutlook;

/** An event of `GET /activity/sse`. */
export type ActivityEvent = api.Activity;

/** What happened with a model, or with all, in a stretch of time. */
export type Counts = { requests: number; tokens: number; loads: number; evictions: number; failures: number };

export type HistoryPoint = api.HistoryPoint;
export type History = api.History;
export type StreamPlace = api.StreamPlace;

/** `GET /_app/version.json`. */
export type Version = { version: string; libraries?: string[] };

/** The part of `GET /props` that the page reads. */
export type Properties = { role?: string };

/** A chat that was kept may have the timings of an older server. */
export type Timings = Partial<api.Timings>;

/** A part of a call of a tool in a chunk. */
export type CallPart = api.ToolCall;

/** A chunk of a stream of `POST /v1/chat/completions`, or the error that ends it. */
export type ChatChunk = Partial<api.ChatChunk> & { error?: FailureBody };

/** What an answer with an error says, in the words of any dialect. */
export type FailureBody = Partial<api.Error["error"]>;
