// SPDX-License-Identifier: MIT

/// How an embedding model makes one vector out of its tokens' (`enum llama_pooling_type` in llama.h).
package enum GGUFPooling: UInt64, Sendable {
    case none = 0
    case mean = 1
    case cls = 2
    case last = 3
    /// A classification head: the model ranks.
    case rank = 4
}
