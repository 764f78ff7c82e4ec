// SPDX-License-Identifier: MIT

extension JSONValue {
    /// The object with another value for a member, which stands where it stood, or last.
    /// - Parameter value: nil for none.
    package func setting(_ name: String, to value: JSONValue?) -> JSONValue {
        let members = members ?? []
        guard let place = members.lastIndex(where: { $0.name == name }) else {
            return .object(members + (value.map { [Member(name, $0)] } ?? []))
        }
        var result: [Member] = []
        for (index, member) in members.enumerated() {
            if index == place, let value { result.append(Member(name, value)) }
            if member.name != name { result.append(member) }
        }
        return .object(result)
    }
}
