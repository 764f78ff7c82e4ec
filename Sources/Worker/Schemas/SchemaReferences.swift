// SPDX-License-Identifier: MIT

import Wire

/// The references of a JSON schema: the engine follows them by calling itself, however far they lead.
enum SchemaReferences {
    /// Values that are looked at.
    private static let effort = 400_000

    /// - Throws: 400 for references that lead to themselves, or too far. What leads nowhere is left to the engine.
    static func check(_ references: Set<String>, in root: JSONValue, at path: String) throws(APIError) {
        guard references.count <= SchemaLimits.references else {
            throw APIError(
                .invalidRequest,
                "'\(path)' has \(references.count) different references; \(SchemaLimits.references) are allowed"
            )
        }
        var depth = 0
        var effort = effort
        for reference in references.sorted() {
            var target = resolve(reference, in: root)
            var steps = 0
            while let next = target?["$ref"]?.string {
                steps += 1
                guard steps <= references.count else {
                    throw APIError(.invalidRequest, "'\(path)': the reference '\(reference)' leads to itself only")
                }
                target = resolve(next, in: root)
            }
            if let found = resolve(reference, in: root) { depth += self.depth(of: found, &effort) }
            guard depth <= SchemaLimits.referenceDepth, effort > 0 else {
                throw APIError(
                    .invalidRequest,
                    "'\(path)' is too large: what its references lead to is nested too deeply"
                )
            }
        }
    }

    private static func resolve(_ reference: String, in root: JSONValue) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return reference == "#" ? root : nil }
        var target: JSONValue? = root
        for step in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
            if let list = target?.array {
                target = Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil }
            } else {
                target = target?[String(step)]
            }
        }
        return target
    }

    private static func depth(of value: JSONValue, _ effort: inout Int) -> Int {
        effort -= 1
        guard effort > 0 else { return 0 }
        switch value {
        case .array(let elements): return 1 + (elements.map { depth(of: $0, &effort) }.max() ?? 0)
        case .object(let members): return 1 + (members.map { depth(of: $0.value, &effort) }.max() ?? 0)
        default: return 0
        }
    }
}
