// SPDX-License-Identifier: MIT

/// A request's body came so slowly that nobody waits for the rest of it.
package struct BodyTooSlow: Error {}
