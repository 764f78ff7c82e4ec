// SPDX-License-Identifier: MIT

/// What models take up, or what there is for them: how many there are, and the bytes of memory.
///
/// Only the count is limited today; bytes are here so that a memory budget changes no rule.
package struct Places: Sendable, Equatable {
    package var models: Int
    package var bytes: Int64

    package init(models: Int, bytes: Int64 = 0) {
        self.models = models
        self.bytes = bytes
    }

    package static let none = Places(models: 0)
    /// More than anybody needs, yet far enough from overflow to add and subtract.
    package static let unlimited = Places(models: .max / 4, bytes: .max / 4)

    /// The room that `--models-max` gives; 0 stands for no limit.
    package static func limit(modelsMax: Int) -> Places {
        Places(models: modelsMax > 0 ? modelsMax : unlimited.models, bytes: unlimited.bytes)
    }

    /// Whether these places are within the others in every respect.
    package func fits(_ room: Places) -> Bool {
        models <= room.models && bytes <= room.bytes
    }

    package static func + (left: Places, right: Places) -> Places {
        Places(models: left.models + right.models, bytes: left.bytes + right.bytes)
    }

    package static func - (left: Places, right: Places) -> Places {
        Places(models: left.models - right.models, bytes: left.bytes - right.bytes)
    }

    package static func += (left: inout Places, right: Places) { left = left + right }
    package static func -= (left: inout Places, right: Places) { left = left - right }
}
