// SPDX-License-Identifier: MIT

/// The status words of llama-server.
package enum ModelWord: String, Sendable {
    case unloaded
    case loading
    case loaded
    case sleeping
    case downloading
    case downloaded
}
