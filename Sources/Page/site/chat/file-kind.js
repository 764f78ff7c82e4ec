// SPDX-License-Identifier: MIT

const looked = 64 << 10;

/**
 * What a file is for a model. Browsers know few types of texts (and take TypeScript's for films), so what is in a file counts: UTF-8
 * without a NUL is text.
 * @param {Blob} file
 * @returns {Promise<"image" | "audio" | "text" | null>}
 */
export async function kindOf(file) {
  if (file.type.startsWith("image/")) return "image";
  const isText = readsAsText(new Uint8Array(await file.slice(0, looked).arrayBuffer()), file.size > looked);
  if (isText) return "text";
  return file.type.startsWith("audio/") ? "audio" : null;
}

/**
 * Whether bytes are text.
 * @param {Uint8Array} bytes
 * @param {boolean} isCut whether more follows, so that the last character may be a part of one
 */
export function readsAsText(bytes, isCut) {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: isCut });
    return true;
  } catch { return false; }
}
