// SPDX-License-Identifier: MIT
// From the API's resources by `enginehouse --page-types`; a test says when it is stale.

export type Chat = {
  model?: string;
  stream?: boolean;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  seed?: number;
  stop?: string | string[] | null;
  max_tokens?: number | null;
  presence_penalty?: number;
  frequency_penalty?: number;
  logit_bias?: Record<string, unknown> | unknown[];
  n?: number;
  messages: ChatMessage[];
  max_completion_tokens?: number | null;
  tools?: (Record<string, unknown>)[];
  tool_choice?: string | Record<string, unknown>;
  parallel_tool_calls?: boolean;
  response_format?: {
    type: "text" | "json_object" | "json_schema";
    json_schema?: Record<string, unknown>;
  };
  stream_options?: {
    include_usage?: boolean;
  } | null;
  logprobs?: boolean;
  top_logprobs?: number;
  reasoning_effort?: string;
  chat_template_kwargs?: Record<string, unknown>;
};

export type Completion = {
  id?: string;
  object?: string;
  created?: number;
  model?: string;
  choices: (Record<string, unknown>)[];
  usage?: Usage;
  timings?: Record<string, unknown>;
  warnings?: string[];
};

export type Ranking = {
  model?: string;
  query: string;
  documents?: (string | Record<string, unknown>)[];
  texts?: string[];
  top_n?: number;
  return_documents?: boolean;
};

export type Error = {
  error: {
    code?: number;
    message: string;
    type: string;
  };
};

export type AnthropicError = {
  type: "error";
  error: {
    type: string;
    message: string;
  };
};

export type OllamaError = {
  error: string;
};

export type Success = {
  success: boolean;
};

export type ChatMessage = {
  role: "system" | "developer" | "user" | "assistant" | "tool" | "function";
  content?: string | (Record<string, unknown>)[] | null;
  name?: string;
  tool_calls?: (Record<string, unknown>)[];
  tool_call_id?: string;
  reasoning_content?: string;
};

export type Usage = {
  prompt_tokens?: number;
  completion_tokens?: number;
  total_tokens?: number;
  prompt_tokens_details?: Record<string, unknown>;
};

export type Model = {
  id: string;
  aliases?: string[];
  tags?: string[];
  object: "model";
  owned_by: string;
  created: number;
  status?: {
    value: "unloaded" | "loading" | "loaded" | "sleeping" | "downloading" | "downloaded";
    args?: string[];
    preset?: string;
    progress?: number;
    failed?: boolean;
    exit_code?: number;
    reason?: string;
    log?: string[];
    retry_at?: number;
  };
  architecture?: {
    input_modalities?: string[];
    output_modalities?: string[];
  };
  capabilities?: string[];
  source?: string;
  can_remove?: boolean;
  details?: ModelDetails;
  gguf?: {
    architecture?: string | null;
    n_params?: number;
    quantization?: string | null;
    n_ctx_train?: number | null;
    tokenizer?: string | null;
    has_chat_template?: boolean;
    size?: number;
  };
  meta?: Record<string, unknown>;
  alias_of?: string;
};

export type ModelDetails = {
  bytes?: number | null;
  quantization?: string | null;
  parameters?: number | null;
  architecture?: string | null;
  context_length?: number | null;
  modalities?: string[];
  source?: string;
  path?: string | null;
  repo?: string | null;
  last_used?: number | null;
  memory_bytes?: number | null;
  pinned?: boolean;
  ttl?: number | null;
  in_flight?: number;
  waiting?: number;
  threads?: {
    generating?: number;
    prompt?: number;
  };
  context_size?: number;
  idle_seconds?: number;
  expires_at?: number;
  load_seconds?: number;
  downloaded_bytes?: number;
};

export type ModelList = {
  models?: (Record<string, unknown>)[];
  object: "list";
  data: Model[];
  problem?: string;
};

export type Activity = {
  now: number;
  devices: Device[];
  requests: RunningRequest[];
  recent: EndedRequest[];
};

export type Device = {
  id: string;
  name: string;
  total_bytes?: number;
  free_bytes?: number;
  budget_bytes?: number;
  models_bytes?: number;
  other_bytes?: number;
  reserved_bytes?: number;
};

export type RunningRequest = {
  id: string;
  request_id: string;
  model?: string | null;
  path: string;
  client?: string | null;
  user_agent?: string | null;
  started: number;
  tokens?: number;
  bytes?: number;
  stream?: boolean | null;
  queue_ms?: number | null;
  load_ms?: number | null;
  first_byte_ms?: number | null;
  state?: "queued" | "loading" | "running";
  queue_position?: number | null;
};

export type EndedRequest = {
  id: string;
  request_id: string;
  model?: string | null;
  path: string;
  client?: string | null;
  user_agent?: string | null;
  started: number;
  tokens?: number;
  bytes?: number;
  stream?: boolean | null;
  queue_ms?: number | null;
  load_ms?: number | null;
  first_byte_ms?: number | null;
  ended: number;
  status?: number | null;
  outcome: "done" | "failed" | "cancelled";
  total_ms?: number | null;
  cached_tokens?: number | null;
  error?: string;
};
