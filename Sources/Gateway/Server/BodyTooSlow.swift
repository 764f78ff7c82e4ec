// SPDX-License-Identifier: MIT

/// A request's body doesn't come, or comes more slowly than it has to.
struct BodyTooSlow: Error {}
