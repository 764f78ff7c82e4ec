// SPDX-License-Identifier: MIT

import { elementOf } from "../core/dom.js";

/**
 * Follows the end of what scrolls as it grows, until one wants to read further up: any turn of the wheel, any swipe, any key that goes up
 * lets go. It follows again once one is at the very end. `onchange(isFollowing)` hears of both.
 */
export class EndKeeper {
  #scroll;
  #change;
  #top = 0;
  #touched = 0;
  isFollowing = true;

  /** @param {HTMLElement} scroll @param {HTMLElement} content @param {(isFollowing: boolean) => void} change */
  constructor(scroll, content, change) {
    this.#scroll = scroll;
    this.#change = change;
    /** @type {AddEventListenerOptions} */
    const passive = { passive: true };
    scroll.addEventListener("wheel", (event) => { if (event.deltaY < 0) this.#letGo(); }, passive);
    scroll.addEventListener("touchstart", (event) => { this.#touched = event.touches[0].clientY; }, passive);
    scroll.addEventListener("touchmove", (event) => { if (event.touches[0].clientY > this.#touched + 2) this.#letGo(); }, passive);
    scroll.addEventListener("keydown", (event) => {
      const goesUp = ["ArrowUp", "PageUp", "Home"].includes(event.key) || (event.key === " " && event.shiftKey);
      if (goesUp && !elementOf(event)?.closest("input, textarea, select")) this.#letGo();
    });
    // Who opens something wants to see it, and not the end that it moves away.
    scroll.addEventListener("click", (event) => { if (elementOf(event)?.closest("summary")) this.#set(false); });
    scroll.addEventListener("scroll", () => this.#scrolled(), passive);
    // What comes late (a formula, a picture, a notice below) moves the end, too.
    const sizes = new ResizeObserver(() => this.toEnd(false));
    sizes.observe(scroll);
    sizes.observe(content);
  }

  /**
   * Goes to the end, if it is followed or if one wants to be there.
   * @param {boolean} isWanted
   */
  toEnd(isWanted) {
    if (!isWanted && !this.isFollowing) return;
    this.#set(true);
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#top = this.#scroll.scrollTop;
  }

  get #rest() { return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight; }

  #letGo() {
    if (this.#scroll.scrollHeight > this.#scroll.clientHeight) this.#set(false);
  }

  #scrolled() {
    const { scrollTop } = this.#scroll;
    const isDown = scrollTop > this.#top;
    const isUp = scrollTop < this.#top;
    this.#top = scrollTop;
    // What got shorter moves by itself, and stays at its end.
    if (isDown && this.#rest < 1) this.#set(true);
    else if (isUp && this.#rest >= 1) this.#letGo();
  }

  /** @param {boolean} isFollowing */
  #set(isFollowing) {
    if (this.isFollowing === isFollowing) return;
    this.isFollowing = isFollowing;
    this.#change(isFollowing);
  }
}
