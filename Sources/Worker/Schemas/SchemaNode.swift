// SPDX-License-Identifier: MIT

import Wire

/// One schema of a JSON schema, with its place.
struct SchemaNode {
    var members: [JSONValue.Member]
    let path: String

    init(_ members: [JSONValue.Member], path: String) {
        self.members = members
        self.path = path
    }

    subscript(name: String) -> JSONValue? { members.last { $0.name == name }?.value }

    func has(_ names: String...) -> Bool { names.contains { self[$0] != nil } }

    /// Its type, if it says one.
    var type: String? { self["type"]?.string }

    mutating func remove(_ names: String...) {
        members.removeAll { names.contains($0.name) }
    }

    mutating func set(_ name: String, _ value: JSONValue) {
        members.removeAll { $0.name == name }
        members.append(.init(name, value))
    }

    func problem(_ name: String, _ words: String) -> APIError {
        APIError(.invalidRequest, "'\(path).\(name)' \(words)")
    }

    // MARK: Bounds

    /// The lower and upper bound of a number.
    var bounds: (least: (value: Double, isExclusive: Bool)?, most: (value: Double, isExclusive: Bool)?) {
        let least = bound("minimum", "exclusiveMinimum") { $0 > $1 }
        let most = bound("maximum", "exclusiveMaximum") { $0 < $1 }
        return (least, most)
    }

    private func bound(
        _ inclusive: String,
        _ exclusive: String,
        isTighter: (Double, Double) -> Bool
    ) -> (value: Double, isExclusive: Bool)? {
        let own = self[inclusive]?.double
        // Older drafts have a truth value there.
        if self[exclusive] == true { return own.map { ($0, true) } }
        guard let outer = self[exclusive]?.double else { return own.map { ($0, false) } }
        guard let own, isTighter(own, outer) else { return (outer, true) }
        return (own, false)
    }

    /// - Throws: 400 for bounds that exclude each other.
    func checkBounds() throws(APIError) {
        for (least, most) in [
            ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"),
            ("minContains", "maxContains"),
        ] {
            for name in [least, most] {
                guard let value = self[name], let number = value.double else { continue }
                guard number >= 0, value.integer != nil else {
                    throw problem(name, "must be a whole number from 0 on, not \(value.text)")
                }
            }
            guard let low = self[least]?.double, let high = self[most]?.double, low > high else { continue }
            throw problem(least, "(\(self[least]?.text ?? "")) is larger than '\(most)' (\(self[most]?.text ?? ""))")
        }
        let (least, most) = bounds
        guard let least, let most else { return }
        var isEmpty = least.value > most.value
        isEmpty = isEmpty || least.value == most.value && (least.isExclusive || most.isExclusive)
        if type == "integer", !isEmpty {
            let low = least.isExclusive ? least.value.rounded(.down) + 1 : least.value.rounded(.up)
            let high = most.isExclusive ? most.value.rounded(.up) - 1 : most.value.rounded(.down)
            isEmpty = low > high
        }
        guard isEmpty else { return }
        let names = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"].filter { has($0) }
        let words = names.map { "'\($0)' (\(self[$0]?.text ?? ""))" }.joined(separator: " and ")
        throw APIError(.invalidRequest, "'\(path)' allows no number: \(words) exclude each other")
    }
}
