// SPDX-License-Identifier: MIT

/// A large value behind one reference: whoever copies it counts one reference instead of all that are in it. It stays a value:
/// one that is changed while others have it is copied first.
struct Shared<Value: Sendable>: Sendable {
    /// `@unchecked Sendable`: it is changed only where nobody else has it.
    private final class Storage: @unchecked Sendable {
        @exclusivity(unchecked) var value: Value

        init(_ value: Value) {
            self.value = value
        }
    }

    private var storage: Storage

    init(_ value: Value) {
        storage = Storage(value)
    }

    var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}
