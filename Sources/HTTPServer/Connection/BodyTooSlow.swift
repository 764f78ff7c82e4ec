// SPDX-License-Identifier: MIT

/// A request's body came so slowly that the rest of it isn't waited for.
package struct BodyTooSlow: Error {}
