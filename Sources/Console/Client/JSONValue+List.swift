// SPDX-License-Identifier: MIT

import Wire

extension JSONValue {
    /// A list answer with only those entries of `data` that are wanted.
    func keeping(_ isWanted: (JSONValue) -> Bool) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(
            members.map { member in
                guard member.name == "data", let entries = member.value.array else { return member }
                return Member("data", .array(entries.filter(isWanted)))
            }
        )
    }
}
