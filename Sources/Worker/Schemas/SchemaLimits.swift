// SPDX-License-Identifier: MIT

/// How large a JSON schema may be.
enum SchemaLimits {
    /// Schemas in it, where those with several types count for each.
    static let schemas = 20_000
    /// Schemas inside of each other.
    static let depth = 100
    /// Different references.
    static let references = 1_000
    /// What they lead to, nested in each other in the worst order: the engine follows them by calling itself.
    static let referenceDepth = 4_000
    /// Values of all lists.
    static let values = 50_000
    /// Repetitions that the engine can count to.
    static let repetitions: Int64 = 2_000
    /// From so many values on a list is worth rules of its own.
    static let longList = 64
}
