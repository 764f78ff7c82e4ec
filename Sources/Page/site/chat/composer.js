// SPDX-License-Identifier: MIT

import { toast } from "../core/dialog.js";
import { fill, h, iconButton } from "../core/dom.js";
import { setting } from "../core/store.js";
import { fileView } from "./message-view.js";

const mostText = 2 << 20;
const mostMedia = 64 << 20;

/**
 * Where one writes. Tells `submit-message` with `{text, attachments}`, and `stop-answer`. What is written but not sent is kept under `draft`.
 */
class Composer extends HTMLElement {
  #files = [];
  #draft = "";
  #takes = [];
  #isBusy = false;

  connectedCallback() {
    if (this.field) return;
    this.field = h("textarea", { rows: 1, "aria-label": "Message", placeholder: "Write a message", enterkeyhint: "send" });
    this.input = h("input", { type: "file", multiple: true, hidden: true, onchange: () => {
      this.#add(this.input.files);
      this.input.value = "";
    } });
    this.list = h("ul", { class: "composer-files", "aria-label": "Attached files", hidden: true });
    this.clip = iconButton("clip", "Attach files", () => this.input.click());
    this.send = h("button", { type: "button", class: "primary icon send" });
    this.append(h("div", { class: "composer-box" }, this.list, h("div", { class: "composer-row" }, this.clip, this.field, this.send)), this.input);
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.send.addEventListener("click", () => (this.#isBusy ? this.dispatchEvent(new Event("stop-answer", { bubbles: true })) : this.submit()));
    this.field.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.#add(event.clipboardData.files);
    });
    this.#show();
  }

  /** Whether an answer is being written; the button stops it then. */
  set isBusy(value) {
    if (this.#isBusy === value) return;
    this.#isBusy = value;
    this.#show();
  }

  /** What the model takes beside text. */
  set takes(kinds) {
    this.#takes = kinds;
    this.#show();
  }

  /** Under which name the text is kept. */
  set draft(name) {
    // Who was quicker than the page goes on with what is written.
    const early = this.#draft === "" ? this.field.value || setting.get("draft-", "") : "";
    setting.set("draft-", null);
    this.#draft = name;
    if (early) setting.set(`draft-${name}`, early);
    this.field.value = setting.get(`draft-${name}`, early);
    this.#files = [];
    this.#show();
    this.#grow();
  }

  focus() { this.field.focus(); }

  /** Files that were dropped somewhere in the view. */
  take(files) { this.#add(files); }

  /** Puts back what couldn't be sent. */
  restore({ text, attachments }) {
    this.field.value = text;
    this.#files = attachments;
    this.#changed();
  }

  /** Sends what is written. */
  submit() {
    const text = this.field.value.trim();
    if (this.#isBusy || (!text && this.#files.length === 0)) return;
    const detail = { text, attachments: this.#files };
    this.field.value = "";
    this.#files = [];
    this.#changed();
    this.dispatchEvent(new CustomEvent("submit-message", { bubbles: true, detail }));
  }

  async #add(files) {
    for (const file of files) {
      const kind = kindOf(file);
      if (!kind) toast(`${file.name} is neither a picture, a sound nor a text.`);
      else if (file.size > (kind === "text" ? mostText : mostMedia)) toast(`${file.name} is too large.`);
      else if (kind !== "text" && !this.#takes.includes(kind)) {
        toast(`This model takes no ${kind === "image" ? "pictures" : "sound"}: choose another one to attach ${file.name}.`);
      } else if (kind === "text") this.#files.push({ kind, name: file.name, type: file.type, text: await file.text() });
      else this.#files.push({ kind, name: file.name, type: file.type, blob: file });
    }
    this.#show();
    this.focus();
  }

  #changed() {
    setting.set(`draft-${this.#draft}`, this.field.value);
    this.#show();
    this.#grow();
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, innerHeight * 0.4)}px`;
  }

  #show() {
    if (!this.send) return;
    const label = this.#isBusy ? "Stop the answer" : "Send";
    if (this.send.getAttribute("aria-label") !== label) {
      const button = iconButton(this.#isBusy ? "stop" : "send", label, () => {});
      fill(this.send, button.firstChild);
      this.send.setAttribute("aria-label", label);
      this.send.title = label;
    }
    this.send.disabled = !this.#isBusy && !this.field.value.trim() && this.#files.length === 0;
    const kinds = ["text", ...this.#takes.map((kind) => ({ image: "pictures", audio: "sound" })[kind]).filter(Boolean)];
    this.clip.title = `Attach files: ${kinds.join(", ")}`;
    this.list.hidden = this.#files.length === 0;
    fill(this.list, this.#files.map((file, place) => h("li", {}, fileView(file),
      iconButton("close", `Remove ${file.name}`, () => {
        this.#files = this.#files.filter((_, other) => other !== place);
        this.#show();
      }, { class: "small" }))));
  }
}

function kindOf(file) {
  if (file.type.startsWith("image/")) return "image";
  if (file.type.startsWith("audio/")) return "audio";
  const isText = file.type.startsWith("text/") || /json|xml|javascript|yaml|toml|x-sh|sql/.test(file.type);
  return isText || /\.(md|txt|c|h|cpp|hpp|py|swift|rs|go|java|kt|ts|js|css|html|sh|toml|ya?ml|ini|log|csv|tex)$/i.test(file.name) ? "text" : null;
}

customElements.define("eh-composer", Composer);
