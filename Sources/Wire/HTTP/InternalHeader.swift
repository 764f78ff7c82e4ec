// SPDX-License-Identifier: MIT

/// What the router tells a worker of a request; a client's own fields of these names don't reach it.
package enum InternalHeader {
    /// How long the model was loaded for this request, in nanoseconds. Only Ollama's answers tell that.
    package static let load = "x-enginehouse-load"
}
