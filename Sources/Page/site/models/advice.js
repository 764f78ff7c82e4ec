// SPDX-License-Identifier: MIT
// What to do about a model that doesn't load. The reason is the engine's or the router's own sentence.

/** @type {[RegExp, string][]} */
const rules = [
  [/shard \d+ of \d+ .*is missing/i, "Put the missing file beside the others, or delete the model and download it again."],
  [/Git LFS pointer/i, "Only a pointer to the file is there: fetch the file itself with `git lfs pull`."],
  [/truncated|damaged|corrupt|not a GGUF|not within the file bounds|is empty|failed to read|invalid magic|never finished/i,
    "The file is incomplete or damaged: delete it and get it again, or choose another one."],
  [/SIGKILL|out of memory|memory ran out|failed to allocate|unable to allocate|cannot allocate|bad_alloc/i,
    "It needs more memory than there is: unload other models, give it a smaller context (ctx-size in its preset), or take a smaller quantisation."],
  [/not ready after|load-timeout/i, "It takes long to read: raise --load-timeout, or move the file to a faster disk."],
  [/unknown (model )?architecture|unsupported|not supported|unknown pre-tokenizer/i,
    "This build of the engine doesn't know this kind of model: update the server, or choose another model."],
  [/does not exist|no such file|permission denied|cannot be read|can't be read/i,
    "The server can't read the file: check that it is there and that the server's user may read it."],
  [/offline/i, "Start the server without --offline once, or put the model's file into the cache."],
  [/option|argument|preset|--[a-z]/i, "Check the model's options in the preset below."],
];

/** @param {string | undefined} reason @returns {string} a sentence or two for people; never empty */
export function advice(reason) {
  const rule = rules.find(([pattern]) => pattern.test(reason ?? ""));
  return rule ? rule[1] : "The log below says what the engine saw. Try again after a change, or choose another model.";
}
