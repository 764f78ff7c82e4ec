// SPDX-License-Identifier: MIT

import { h } from "../core/dom.js";

class ChatView extends HTMLElement {
  connectedCallback() { this.append(h("div", { class: "empty" }, h("h1", {}, "Chat"))); }
}
customElements.define("sy-chat", ChatView);
