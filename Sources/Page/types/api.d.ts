// SPDX-License-Identifier: MIT
// From the API's resources by `enginehouse --page-types`; a test says when it is stale.

export type Chat = {
  messages: ChatMessage[];
  tools?: (Record<string, unknown>)[] | null;
  tool_choice?: string | Record<string, unknown> | null;
  parallel_tool_calls?: boolean | null;
  functions?: (Record<string, unknown>)[] | null;
  function_call?: string | Record<string, unknown> | null;
  model?: string | null;
  stream?: boolean | null;
  stream_options?: {
    include_usage?: boolean | null;
  } | null;
  n_predict?: number | null;
  max_completion_tokens?: number | null;
  max_tokens?: number | null;
  stop?: string | string[] | null;
  n_cmpl?: number | null;
  n?: number | null;
  temperature?: number | null;
  dynatemp_range?: number | null;
  dynatemp_exponent?: number | null;
  top_k?: number | null;
  top_p?: number | null;
  min_p?: number | null;
  top_n_sigma?: number | null;
  typical_p?: number | null;
  xtc_probability?: number | null;
  xtc_threshold?: number | null;
  min_keep?: number | null;
  mirostat?: number | null;
  mirostat_tau?: number | null;
  mirostat_eta?: number | null;
  adaptive_target?: number | null;
  adaptive_decay?: number | null;
  repeat_last_n?: number | null;
  repeat_penalty?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  dry_multiplier?: number | null;
  dry_base?: number | null;
  dry_allowed_length?: number | null;
  dry_penalty_last_n?: number | null;
  dry_sequence_breakers?: string | string[] | null;
  samplers?: string | string[] | null;
  seed?: number | null;
  ignore_eos?: boolean | null;
  logit_bias?: Record<string, unknown> | unknown[] | null;
  backend_sampling?: boolean | null;
  post_sampling_probs?: boolean | null;
  grammar_lazy?: boolean | null;
  grammar_triggers?: (Record<string, unknown>)[] | null;
  reasoning_budget_tokens?: number | null;
  thinking_budget_tokens?: number | null;
  reasoning_budget_message?: string | null;
  reasoning_control?: boolean | null;
  reasoning_budget_start_tag?: string | null;
  reasoning_budget_end_tag?: string | string[] | null;
  reasoning_budget_end_tags?: string | string[] | null;
  cache_prompt?: boolean | null;
  return_tokens?: boolean | null;
  id_slot?: number | null;
  return_progress?: boolean | null;
  timings_per_token?: boolean | null;
  n_keep?: number | null;
  n_discard?: number | null;
  n_cache_reuse?: number | null;
  lora?: ({
    id?: number;
    scale?: number;
  })[] | null;
  "speculative.n_max"?: number | null;
  "speculative.n_min"?: number | null;
  "speculative.p_min"?: number | null;
  n_indent?: number | null;
  t_max_predict_ms?: number | null;
  verbose?: boolean | null;
  grammar?: string | null;
  json_schema?: Record<string, unknown> | null;
  response_format?: {
    type: string;
    json_schema?: Record<string, unknown> | null;
  } | null;
  structured_outputs?: Record<string, unknown> | null;
  logprobs?: boolean | null;
  top_logprobs?: number | null;
  n_probs?: number | null;
  reasoning_format?: "auto" | "none" | "deepseek" | "deepseek-legacy" | null;
  reasoning_effort?: string | null;
  enable_thinking?: boolean | null;
  chat_template_kwargs?: Record<string, unknown> | null;
  add_generation_prompt?: boolean | null;
  continue_final_message?: boolean | string | null;
  echo?: boolean | null;
};

export type Ranking = {
  model?: string | null;
  query: string;
  documents?: (string | Record<string, unknown>)[] | null;
  texts?: string[] | null;
  top_n?: number | null;
  top_k?: number | null;
  return_documents?: boolean | null;
  return_text?: boolean | null;
  raw_scores?: boolean | null;
  truncation?: boolean | null;
  truncate?: boolean | null;
  truncation_direction?: string | null;
  max_tokens_per_doc?: number | null;
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

export type InspectedModel = {
  id: string;
  aliases: string[];
  tags: string[];
  object: "model";
  owned_by: string;
  created: number;
  status: {
    value: "unloaded" | "loading" | "loaded" | "sleeping" | "downloading" | "downloaded";
    args: string[];
    preset: string;
    progress?: number;
    failed?: boolean;
    exit_code?: number;
    reason?: string;
    log?: string[];
    retry_at?: number;
  };
  architecture: {
    input_modalities: string[];
    output_modalities: string[];
  };
  capabilities: string[];
  source: string;
  can_remove: boolean;
  details: ModelDetails;
  gguf?: {
    architecture: string | null;
    n_params: number;
    quantization: string | null;
    n_ctx_train: number | null;
    tokenizer: string | null;
    has_chat_template: boolean;
    size: number;
  };
  meta?: ModelMeta;
  alias_of?: string;
  metadata: Record<string, unknown> | null;
  chat_template: string | null;
  preset: string;
  memory_estimate: MemoryEstimate | null;
  memory_outlook: MemoryOutlook;
};

export type MemoryEstimate = {
  bytes: number;
  weights_bytes: number;
  context_bytes: number;
  compute_bytes: number;
  basis: string;
  devices: ({
    id: string;
    name: string;
    bytes: number;
  })[];
};

export type MemoryOutlook = {
  outlook: "lives" | "fits" | "evicts" | "pinned" | "too_large";
  leaving: string[];
};

export type AnswerMessage = {
  role: "assistant";
  content?: string | null;
  reasoning_content?: string;
  tool_calls?: ToolCall[];
  function_call?: Record<string, unknown>;
};

export type MessageDelta = {
  role?: "assistant";
  content?: string | null;
  reasoning_content?: string;
  tool_calls?: ToolCall[];
  function_call?: Record<string, unknown>;
};

export type ToolCall = {
  index?: number;
  id?: string;
  type?: "function";
  function?: {
    name?: string;
    arguments?: string;
  };
};

export type Model = {
  id: string;
  aliases: string[];
  tags: string[];
  object: "model";
  owned_by: string;
  created: number;
  status: {
    value: "unloaded" | "loading" | "loaded" | "sleeping" | "downloading" | "downloaded";
    args: string[];
    preset: string;
    progress?: number;
    failed?: boolean;
    exit_code?: number;
    reason?: string;
    log?: string[];
    retry_at?: number;
  };
  architecture: {
    input_modalities: string[];
    output_modalities: string[];
  };
  capabilities: string[];
  source: string;
  can_remove: boolean;
  details: ModelDetails;
  gguf?: {
    architecture: string | null;
    n_params: number;
    quantization: string | null;
    n_ctx_train: number | null;
    tokenizer: string | null;
    has_chat_template: boolean;
    size: number;
  };
  meta?: ModelMeta;
  alias_of?: string;
};

export type ModelDetails = {
  bytes: number | null;
  quantization: string | null;
  parameters: number | null;
  architecture: string | null;
  context_length: number | null;
  modalities: string[];
  source: string;
  path: string | null;
  repo: string | null;
  last_used: number | null;
  memory_bytes: number | null;
  pinned: boolean;
  ttl: number | null;
  in_flight: number;
  waiting: number;
  threads?: {
    generating: number;
    prompt: number;
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

export type SuggestedModels = {
  data: SuggestedModel[];
};

export type SuggestedModel = {
  name: string;
  model: string;
  bytes: number;
  parameters: number;
  memory_bytes: number;
  task: "chat" | "embedding" | "ranking";
  purpose: string;
  fit?: "gpu" | "memory" | "none";
  pick: boolean;
};

export type Activity = {
  now: number;
  devices: Device[];
  requests: RunningRequest[];
  recent: EndedRequest[];
};

export type Error = {
  error: {
    code?: number;
    message: string;
    type: string;
    n_prompt_tokens?: number;
    n_ctx?: number;
  };
};

export type AnthropicError = {
  type: "error";
  error: {
    code?: number;
    message: string;
    type: string;
    n_prompt_tokens?: number;
    n_ctx?: number;
  };
};

export type OllamaError = {
  error: string;
};

export type Usage = {
  completion_tokens: number;
  prompt_tokens: number;
  total_tokens: number;
  prompt_tokens_details: {
    cached_tokens: number;
  };
};

export type Timings = {
  cache_n: number;
  prompt_n: number;
  prompt_ms: number;
  prompt_per_token_ms: number;
  prompt_per_second: number;
  predicted_n: number;
  predicted_ms: number;
  predicted_per_token_ms: number;
  predicted_per_second: number;
  draft_n?: number;
  draft_n_accepted?: number;
};

export type PromptProgress = {
  total: number;
  cache: number;
  processed: number;
  time_ms: number;
};

export type ChatCompletion = {
  choices: ({
    finish_reason: "stop" | "length" | "tool_calls" | "function_call";
    index: number;
    message: AnswerMessage;
    logprobs?: Record<string, unknown>;
  })[];
  created: number;
  id: string;
  model: string;
  system_fingerprint: string;
  object: string;
  usage?: Usage;
  __verbose?: Record<string, unknown>;
  timings?: Timings;
  prompt_progress?: PromptProgress;
};

export type ChatChunk = {
  choices: ({
    finish_reason: string | null;
    index: number;
    delta: MessageDelta;
    logprobs?: Record<string, unknown>;
  })[];
  created: number;
  id: string;
  model: string;
  system_fingerprint: string;
  object: string;
  usage?: Usage;
  __verbose?: Record<string, unknown>;
  timings?: Timings;
  prompt_progress?: PromptProgress;
};

export type Completion = {
  choices: ({
    text: string;
    index: number;
    logprobs: Record<string, unknown> | null;
    finish_reason: string | null;
  })[];
  created: number;
  id: string;
  model: string;
  system_fingerprint: string;
  object: string;
  usage?: Usage;
  __verbose?: Record<string, unknown>;
  timings?: Timings;
  prompt_progress?: PromptProgress;
};

export type AnthropicMessage = {
  id: string;
  type: "message";
  role: "assistant";
  content: ({
    type: "text" | "thinking" | "tool_use";
    text?: string;
    thinking?: string;
    signature?: string;
    id?: string;
    name?: string;
    input?: unknown;
  })[];
  model: string;
  stop_reason: "end_turn" | "max_tokens" | "stop_sequence" | "tool_use" | null;
  stop_sequence: string | null;
  usage: {
    cache_read_input_tokens: number;
    input_tokens: number;
    output_tokens: number;
  };
};

export type Response = {
  id: string;
  object: "response";
  created_at: number;
  status: "in_progress" | "completed" | "incomplete";
  model: string;
  output: ({
    id: string;
    type: "message" | "reasoning" | "function_call" | "custom_tool_call";
    status?: "in_progress" | "completed" | "incomplete";
    role?: "assistant";
    content?: (Record<string, unknown>)[];
    call_id?: string;
    name?: string;
    arguments?: string;
    input?: string;
  })[];
  error: Record<string, unknown> | null;
};

export type OllamaLine = {
  model: string;
  created_at: string;
  message?: {
    role: "assistant";
    content: string;
    thinking?: string;
    tool_calls?: (Record<string, unknown>)[];
  };
  response?: string;
  thinking?: string;
  logprobs?: (Record<string, unknown>)[];
  done: boolean;
  done_reason?: "stop" | "length" | "load" | "unload";
  context?: number[];
};

export type OllamaEmbeddings = {
  model: string;
  embeddings: number[][];
  total_duration: number;
  load_duration: number;
  prompt_eval_count: number;
};

export type EmbeddingList = {
  model: string;
  object: "list";
  usage: {
    prompt_tokens: number;
    total_tokens: number;
  };
  data: ({
    object: "embedding";
    index: number;
    embedding: number[] | string;
    encoding_format?: "base64";
  })[];
};

export type History = {
  now: number;
  interval: number;
  span: number;
  devices: Device[];
  points: HistoryPoint[];
};

export type HistoryPoint = {
  time: number;
  seconds: number;
  requests: number;
  failed: number;
  tokens: number;
  tokens_per_second: number;
  in_flight: number;
  queue_depth: number;
  queue_wait_ms: {
    mean: number;
    max: number;
  };
  loads: number;
  evictions: number;
  failures: number;
  memory: {
    workers: number;
    free: number | null;
    total: number | null;
  };
  models: Record<string, {
    requests: number;
    tokens: number;
    loads: number;
    evictions: number;
    failures: number;
    memory: number;
  }>;
};

export type StreamPlace = {
  conversation_id: string;
  is_done: boolean;
  total_bytes: number;
  started_at: number;
  completed_at: number;
};

export type NativeCompletion = {
  index: number;
  content: string;
  tokens: number[];
  id_slot: number;
  stop: boolean;
  model?: string;
  tokens_predicted: number;
  tokens_evaluated: number;
  generation_settings?: GenerationSettings;
  prompt?: string;
  has_new_line?: boolean;
  truncated?: boolean;
  stop_type?: "eos" | "word" | "limit";
  stopping_word?: string;
  tokens_cached?: number;
  timings?: Timings;
  completion_probabilities?: (Record<string, unknown>)[];
  prompt_progress?: PromptProgress;
};

export type GenerationSettings = {
  seed: number;
  temperature: number;
  dynatemp_range: number;
  dynatemp_exponent: number;
  top_k: number;
  top_p: number;
  min_p: number;
  top_n_sigma: number;
  xtc_probability: number;
  xtc_threshold: number;
  typical_p: number;
  mirostat: number;
  mirostat_tau: number;
  mirostat_eta: number;
  adaptive_target: number;
  adaptive_decay: number;
  repeat_last_n: number;
  repeat_penalty: number;
  presence_penalty: number;
  frequency_penalty: number;
  dry_multiplier: number;
  dry_base: number;
  dry_allowed_length: number;
  dry_penalty_last_n: number;
  dry_sequence_breakers?: string[];
  stop?: string[];
  max_tokens: number;
  n_predict: number;
  n_keep: number;
  n_discard: number;
  ignore_eos: boolean;
  stream: boolean;
  logit_bias?: ({
    bias: number | null;
    token: number;
  })[];
  n_probs: number;
  min_keep: number;
  grammar?: string;
  grammar_lazy?: boolean;
  grammar_triggers?: ({
    type: number;
    value: string;
    token?: number;
  })[];
  preserved_tokens?: number[];
  chat_format: string;
  reasoning_format: string;
  reasoning_in_content: boolean;
  generation_prompt: string;
  "speculative.types": string;
  timings_per_token: boolean;
  samplers: string[];
  post_sampling_probs: boolean;
  backend_sampling: boolean;
  lora: ({
    id: number;
    scale: number;
  })[];
};

export type Slot = {
  id: number;
  n_ctx: number;
  speculative: boolean;
  is_processing: boolean;
  is_preempted?: boolean;
  id_task?: number;
  n_prompt_tokens?: number;
  n_prompt_tokens_processed?: number;
  n_prompt_tokens_cache?: number;
  params?: GenerationSettings;
  next_token?: ({
    has_next_token: boolean;
    has_new_line: boolean;
    n_remain: number;
    n_decoded: number;
  })[];
};

export type SlotAction = {
  id_slot: number;
  filename?: string;
  n_saved?: number;
  n_restored?: number;
  n_erased?: number;
  n_written?: number;
  n_read?: number;
  timings?: {
    save_ms?: number;
    restore_ms?: number;
  };
};

export type Adapter = {
  id: number;
  path: string;
  scale: number;
  task_name: string;
  prompt_prefix: string;
  alora_invocation_string?: string;
  alora_invocation_tokens?: number[];
};

export type Properties = {
  default_generation_settings: {
    params: GenerationSettings;
    n_ctx: number;
  };
  total_slots: number;
  model_alias: string;
  model_ftype: string;
  model_path: string;
  modalities: {
    vision: boolean;
    video: boolean;
    audio: boolean;
  };
  media_marker: string;
  chat_template: string;
  chat_template_caps: Record<string, unknown>;
  bos_token: string;
  eos_token: string;
  build_info: string;
  fit?: {
    fits: boolean;
    n_ctx: number;
    n_ctx_whole: number;
    n_gpu_layers: number | null;
    n_overflowing_layers: number;
    message: string;
  };
  endpoint_slots: boolean;
  endpoint_props: boolean;
  endpoint_metrics: boolean;
  ui: boolean;
  ui_settings: Record<string, unknown>;
  cors_proxy_enabled: boolean;
  is_sleeping: boolean;
};

export type RouterProperties = {
  role: "router";
  max_instances: number;
  models_autoload: boolean;
  model_alias: string;
  model_path: string;
  default_generation_settings: Record<string, unknown>;
  ui_settings: Record<string, unknown>;
  build_info: string;
  cors_proxy_enabled: boolean;
};

export type ModelMeta = {
  vocab_type: number;
  n_vocab: number;
  n_ctx: number;
  n_ctx_train: number;
  n_embd: number;
  n_params: number;
  size: number;
  ftype: string;
};

export type InputTokens = {
  input_tokens: number;
  object?: "response.input_tokens";
};

export type Tokens = {
  tokens: (number | {
    id: number;
    piece: string | number[];
  })[];
  count?: number;
};

export type Detokenized = {
  content: string;
  prompt: string;
};

export type TokenizerInfo = {
  tokenizer_class: string;
  bos_token: string | null;
  eos_token: string | null;
  pad_token: string | null;
  model_max_length: number;
  chat_template: string | null;
};

export type Transcription = {
  type: "transcript.text.done";
  text: string;
  task?: "transcribe";
  language?: string;
  duration?: number;
  segments?: ({
    id: number;
    seek: number;
    start: number;
    end: number;
    text: string;
    tokens: number[];
    temperature: number;
    avg_logprob: number;
    compression_ratio: number;
    no_speech_prob: number;
  })[];
  usage: {
    type: "tokens";
    input_tokens: number;
    output_tokens: number;
    total_tokens: number;
    input_tokens_details: {
      cached_tokens: number;
    };
  };
};

export type RankingAnswer = {
  model: string;
  object: "list";
  usage: {
    prompt_tokens: number;
    total_tokens: number;
  };
  results: ({
    index: number;
    relevance_score: number;
    document?: {
      text: string;
    } | string;
  })[];
  data?: ({
    index: number;
    relevance_score: number;
    document?: {
      text: string;
    } | string;
  })[];
};

export type CohereRanking = {
  id: string;
  results: ({
    index: number;
    relevance_score: number;
    document?: {
      text: string;
    } | string;
  })[];
  meta: Record<string, unknown>;
};

export type ScoredText = {
  index: number;
  score: number;
  text?: string;
};

export type EmbeddingsInfo = {
  model_id: string;
  model_sha: string | null;
  model_dtype: string;
  model_type: Record<string, unknown>;
  max_input_length: number;
  max_batch_tokens: number;
  max_client_batch_size: number;
  auto_truncate: boolean;
  version: string;
};

export type OllamaDetails = {
  parent_model: string;
  format: "gguf";
  family: string;
  families: string[];
  parameter_size: string;
  quantization_level: string;
  context_length?: number;
  embedding_length?: number;
};

export type OllamaModelEntry = {
  name: string;
  model: string;
  modified_at: string;
  size: number;
  digest: string;
  details: OllamaDetails;
  capabilities: string[];
};

export type OllamaRunningModel = {
  name: string;
  model: string;
  size: number;
  digest: string;
  details: OllamaDetails;
  expires_at: string;
  size_vram: number;
  context_length: number;
};

export type OllamaShownModel = {
  license?: string;
  modelfile: string;
  parameters: string;
  template: string;
  system?: string;
  details: OllamaDetails;
  model_info: Record<string, unknown>;
  projector_info?: Record<string, unknown>;
  capabilities: string[];
  modified_at: string;
};

export type OllamaStatusLine = {
  status: string;
  digest?: string;
  total?: number;
  completed?: number;
  warnings?: string[];
};

export type Device = {
  id: string;
  name: string;
  total_bytes: number;
  free_bytes: number;
  budget_bytes: number;
  models_bytes: number;
  other_bytes: number;
  reserved_bytes: number;
};

export type RunningRequest = {
  id: string;
  request_id: string;
  model: string | null;
  path: string;
  client: string | null;
  user_agent: string | null;
  started: number;
  tokens: number;
  bytes: number;
  stream: boolean | null;
  queue_ms: number | null;
  load_ms: number | null;
  first_byte_ms: number | null;
  state: "queued" | "loading" | "running";
  queue_position: number | null;
};

export type EndedRequest = {
  id: string;
  request_id: string;
  model: string | null;
  path: string;
  client: string | null;
  user_agent: string | null;
  started: number;
  tokens: number;
  bytes: number;
  stream: boolean | null;
  queue_ms: number | null;
  load_ms: number | null;
  first_byte_ms: number | null;
  ended: number;
  status: number | null;
  outcome: "done" | "failed" | "cancelled";
  total_ms: number | null;
  cached_tokens: number | null;
  error?: string;
};
