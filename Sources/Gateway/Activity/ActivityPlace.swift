// SPDX-License-Identifier: MIT

/// What a request waits for.
package enum ActivityPlace: Sendable, Equatable {
    /// A place for its model.
    /// - Parameter position: 1 for the one that comes next.
    case queued(position: Int)
    /// Its model, which is being loaded or downloaded.
    case loading

    var word: String {
        switch self {
        case .queued: "queued"
        case .loading: "loading"
        }
    }

    var position: Int? { if case .queued(let position) = self { position } else { nil } }

    /// The places of requests that wait, in the order in which the scheduler looks at them: requests for one model wait
    /// together, as old as the oldest of them.
    /// - Parameters:
    ///   - waiting: the requests, oldest first.
    ///   - isLoading: whether a model is on its way.
    package static func places(
        of waiting: [ActivityRecord],
        isLoading: (String) -> Bool
    ) -> [UInt64: ActivityPlace] {
        var places: [UInt64: ActivityPlace] = [:]
        var models: [String] = []
        var queues: [String: [UInt64]] = [:]
        for record in waiting {
            if queues[record.model] == nil { models.append(record.model) }
            queues[record.model, default: []].append(record.number)
        }
        var position = 0
        for model in models {
            let loads = isLoading(model)
            for number in queues[model] ?? [] {
                if !loads { position += 1 }
                places[number] = loads ? .loading : .queued(position: position)
            }
        }
        return places
    }
}
