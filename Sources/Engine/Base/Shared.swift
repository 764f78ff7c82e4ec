// SPDX-License-Identifier: MIT

/// A large value behind one reference: a copy counts one reference instead of all that are in it. It stays a value: a
/// change while others have it copies it first.
struct Shared<Value: Sendable>: Sendable {
    /// `@unchecked Sendable`: it is changed only while its reference is unique.
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
