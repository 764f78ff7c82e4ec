// SPDX-License-Identifier: MIT

/**
 * Draws what changes often: with the browser's frames, but for no more than a fifth of the time, so that a long text on a slow device
 * leaves room for all else.
 * @param {() => void} draw
 * @returns {() => void} asks for a drawing; as often as you like
 */
export function paced(draw) {
  let isAsked = false;
  let earliest = 0;
  const run = () => {
    isAsked = false;
    const begun = performance.now();
    draw();
    const ended = performance.now();
    earliest = ended + 4 * (ended - begun);
  };
  return () => {
    if (isAsked) return;
    isAsked = true;
    const wait = earliest - performance.now();
    if (wait > 16) setTimeout(() => requestAnimationFrame(run), wait);
    else requestAnimationFrame(run);
  };
}
