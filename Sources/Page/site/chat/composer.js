// SPDX-License-Identifier: MIT

import { toast } from "../core/dialog.js";
import { elementOf, fill, h, iconButton } from "../core/dom.js";
import { bytes } from "../core/format.js";
import { setting } from "../core/store.js";
import { kindOf } from "./file-kind.js";
import { fileView } from "./message-view.js";

const mostText = 2 << 20;
const mostMedia = 64 << 20;

/** @typedef {import("./conversations.js").Attachment} Attachment */
/** @typedef {{text: string, attachments: Attachment[]}} Written */

/**
 * Where one writes. Tells `submit-message` with `{text, attachments}`, and `stop-answer`. What is written but not sent is kept under `draft`.
 */
export class Composer extends HTMLElement {
  /** @type {Attachment[]} */
  #files = [];
  #reading = Promise.resolve();
  #draft = "";
  /** @type {string[] | null} */
  #takes = null;
  /** @type {(value: void) => void} */
  #known = () => {};
  #isBusy = false;

  field = h("textarea", { rows: 1, "aria-label": "Message", placeholder: "Write a message", enterkeyhint: "send" });
  /** @type {HTMLInputElement} */
  input = h("input", { type: "file", multiple: true, hidden: true, onchange: () => {
    this.#add(this.input.files ?? []);
    this.input.value = "";
  } });
  list = h("ul", { class: "composer-files", "aria-label": "Attached files", hidden: true });
  clip = iconButton("clip", "Attach files", () => this.input.click());
  send = h("button", { type: "button", class: "primary icon send" });
  // Beside the clip, and before the button that sends: what else a view puts there.
  lead = h("div", { class: "composer-lead" });
  trail = h("div", { class: "composer-trail" });

  constructor() {
    super();
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.send.addEventListener("click", () => (this.#isBusy ? this.dispatchEvent(new Event("stop-answer", { bubbles: true })) : this.submit()));
    this.field.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      event.preventDefault();
      this.#add(files);
    });
    this.#show();
  }

  connectedCallback() {
    if (this.field.isConnected) return;
    const box = h("div", { class: "composer-box" }, this.list, this.field, h("div", { class: "composer-row" }, this.clip, this.lead, this.trail, this.send));
    // A press between the controls means the text.
    box.addEventListener("click", (event) => { if (elementOf(event)?.matches(".composer-box, .composer-row, .composer-lead, .composer-trail")) this.focus(); });
    this.append(box, this.input);
  }

  /** @param {boolean} value whether an answer is being written; the button stops it then */
  set isBusy(value) {
    if (this.#isBusy === value) return;
    this.#isBusy = value;
    this.#show();
  }

  /** @param {string[] | null} kinds what the model takes beside text; null while that isn't known */
  set takes(kinds) {
    this.#takes = kinds;
    if (kinds) this.#known();
    this.#show();
  }

  async #taken() {
    while (!this.#takes) await new Promise((/** @type {(value: void) => void} */ resolve) => { this.#known = resolve; });
    return this.#takes;
  }

  /** @param {string} name under which the text is kept */
  set draft(name) {
    // What was written and attached before the page was ready stays.
    const isFirst = this.#draft === "";
    const early = isFirst ? this.field.value || setting.get("draft-", "") : "";
    setting.set("draft-", null);
    this.#draft = name;
    if (early) setting.set(`draft-${name}`, early);
    this.field.value = setting.get(`draft-${name}`, early);
    if (!isFirst) this.#files = [];
    this.#show();
    this.#grow();
  }

  focus() { this.field.focus(); }

  /**
   * Takes more into its row.
   * @param {HTMLElement[]} lead
   * @param {HTMLElement[]} trail
   */
  hold(lead, trail) {
    fill(this.lead, lead);
    fill(this.trail, trail);
  }

  /**
   * Begins a message, which is then gone on with.
   * @param {string} text
   * @param {boolean} wantsFile whether it is about a file, which is asked for
   */
  suggest(text, wantsFile = false) {
    this.field.value = text;
    this.#changed();
    this.focus();
    if (wantsFile) this.input.click();
  }

  /**
   * Takes files that are dropped somewhere in an element.
   * @param {HTMLElement} area
   */
  catchDrops(area) {
    area.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      area.classList.add("dropping");
    });
    area.addEventListener("dragleave", (event) => { if (!(event.relatedTarget instanceof Node && area.contains(event.relatedTarget))) area.classList.remove("dropping"); });
    area.addEventListener("drop", (event) => {
      area.classList.remove("dropping");
      const files = event.dataTransfer?.files;
      if (!files?.length) return;
      event.preventDefault();
      this.#add(files);
    });
  }

  /**
   * Puts back what couldn't be sent.
   * @param {Written} written
   */
  restore({ text, attachments }) {
    this.field.value = text;
    this.#files = attachments;
    this.#changed();
  }

  /** Sends what is written, once the files that were given are read. */
  async submit() {
    await this.#reading;
    const text = this.field.value.trim();
    if (this.#isBusy || (!text && this.#files.length === 0)) return;
    const detail = { text, attachments: this.#files };
    this.field.value = "";
    this.#files = [];
    this.#changed();
    this.dispatchEvent(new CustomEvent("submit-message", { bubbles: true, detail }));
  }

  /**
   * Attaches files in the order in which they were given.
   * @param {Iterable<File>} files
   */
  #add(files) {
    // A copy: the field's own list is emptied as soon as it was looked at.
    const given = [...files];
    const draft = this.#draft;
    this.#reading = this.#reading.then(() => this.#read(given, draft));
  }

  /** @param {File[]} files @param {string} draft the one that they were given to */
  async #read(files, draft) {
    /** @type {Map<string, string[]>} */
    const refused = new Map();
    const refuse = (/** @type {string} */ reason, /** @type {string} */ name) => refused.set(reason, [...(refused.get(reason) ?? []), name]);
    for (const file of files) {
      try {
        const kind = await kindOf(file);
        const most = kind === "text" ? mostText : mostMedia;
        if (!kind) refuse("neither a picture, a sound nor a text", file.name);
        else if (file.size > most) refuse(`too large: ${bytes(most)} is the most`, file.name);
        else if (kind !== "text" && !(await this.#taken()).includes(kind)) refuse(`not for this model: it takes no ${kind === "image" ? "pictures" : "sound"}`, file.name);
        else {
          const content = kind === "text" ? { text: await file.text() } : { blob: file };
          // Another chat is shown by now: the file belongs to the one before.
          if (draft && draft !== this.#draft) return;
          this.#files = [...this.#files, { kind, name: file.name, type: file.type, ...content }];
        }
      } catch { refuse("not to be read: is it a folder, or gone", file.name); }
      this.#show();
    }
    if (refused.size) {
      toast([...refused].map(([reason, names]) => `${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}: ${reason}.`).join(" "));
    }
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
    const label = this.#isBusy ? "Stop the answer" : "Send";
    if (this.send.getAttribute("aria-label") !== label) {
      const button = iconButton(this.#isBusy ? "stop" : "send", label, () => {});
      fill(this.send, button.firstChild);
      this.send.setAttribute("aria-label", label);
      this.send.title = label;
    }
    this.send.disabled = !this.#isBusy && !this.field.value.trim() && this.#files.length === 0;
    const kinds = ["text", ...(this.#takes ?? []).flatMap((kind) => (kind === "image" ? ["pictures"] : kind === "audio" ? ["sound"] : []))];
    this.clip.title = `Attach files: ${kinds.join(", ")}`;
    this.list.hidden = this.#files.length === 0;
    fill(this.list, this.#files.map((file, place) => h("li", {}, fileView(file),
      iconButton("close", `Remove ${file.name}`, () => {
        this.#files = this.#files.filter((_, other) => other !== place);
        this.#show();
      }, { class: "small" }))));
  }
}

customElements.define("eh-composer", Composer);
