// SPDX-License-Identifier: MIT

package import Wire

/// What a load of a model would mean now, as far as is known.
package enum LoadOutlook: Sendable, Equatable {
    /// It is loaded, or on its way.
    case lives
    /// There is room.
    case fits
    /// These leave for it: idle ones at once, busy ones once they are done.
    case evicts([String])
    /// Pinned models would have to leave, and don't.
    case pinned
    /// It is larger than a device: it has it to itself and makes itself fit.
    /// - Parameter leaving: those that leave for it.
    case tooLarge(leaving: [String])

    /// `{"outlook", "leaving"}`, as `GET /models/{id}` shows it.
    package var json: JSONValue {
        let (word, names): (String, [String]) =
            switch self {
            case .lives: ("lives", [])
            case .fits: ("fits", [])
            case .evicts(let names): ("evicts", names)
            case .pinned: ("pinned", [])
            case .tooLarge(let names): ("too_large", names)
            }
        return ["outlook": .string(word), "leaving": .array(names.map(JSONValue.string))]
    }
}
