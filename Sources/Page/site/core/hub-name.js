// SPDX-License-Identifier: MIT
// Names on the hub, as people have them at hand.

const sites = /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)\//i;
// Before the end of a file's name, and before the number of its part: `Q4_K_M`, `UD-IQ2_XXS`, `BF16`.
const quantisation = /(?:^|[-._])((?:UD-)?(?:I?Q\d\w*|T?Q\d_\d|BF16|F16|F32|MXFP4\w*))(?:-\d{5}-of-\d{5})?\.gguf$/i;

/**
 * Reads `user/repo`, `user/repo:Q4_K_M`, an address of the repository or of a file in it, or a command line's piece with one of these.
 * @param {string} text
 * @returns {{name: string, problem?: undefined} | {problem: string, name?: undefined}} the server's name for it, or what is wrong
 */
export function hubName(text) {
  let rest = text.trim().replace(/^(?:.*\s)?(?:-hf|-hfr|--hf-repo|pull|run)\s+/, "").replace(/^["'<]|["'>]$/g, "");
  if (rest === "") return { problem: "Write which model you want: user/repo, as on its page." };
  const isAddress = /^[a-z]+:\/\//i.test(rest);
  if (isAddress && !sites.test(rest)) {
    return { problem: "That address isn't one of the hub: it begins with https://huggingface.co/ or https://hf.co/." };
  }
  rest = rest.replace(sites, "").replace(/^models\//, "").replace(/[?#].*$/, "").replace(/\/+$/, "");
  if (/^(?:datasets|spaces|collections|docs|papers|blog)\//.test(rest)) {
    return { problem: "That is no model but another part of the hub: open the model's own page." };
  }
  const [user, repo, ...deeper] = rest.split("/");
  const file = deeper.at(-1) ?? "";
  if (!repo) {
    if (isAddress || sites.test(text)) return { problem: `“${rest}” is only the owner: open the model's own page, and take that address.` };
    const example = `ggml-org/${rest.replace(/[^\w.-]/g, "") || "model"}-GGUF`;
    return { problem: `“${rest}” is only a part of the name: it is user/repo, such as ${example}. The hub's search finds it.` };
  }
  if (/\s/.test(rest)) return { problem: "A name has no spaces: it is user/repo, and behind a colon the quantisation." };
  if (deeper.length && !/\.gguf$/i.test(file) && !["tree", "blob", "resolve"].includes(deeper[0])) {
    return { problem: "A name has one slash: user/repo, and behind a colon the quantisation." };
  }
  if (/\.gguf$/i.test(repo)) {
    return { problem: "That is a file's name: take the repository's, user/repo, and behind a colon the quantisation." };
  }
  const found = /^([^:]+)(?::(.+))?$/.exec(repo);
  if (!user || !found) return { problem: "Before the colon there must be a name: user/repo:Q4_K_M." };
  const tag = found[2] ?? quantisation.exec(file)?.[1];
  return { name: `${user}/${found[1]}${tag ? `:${tag}` : ""}` };
}
