// SPDX-License-Identifier: MIT

/// Finds the known name that is nearest to a mistyped one.
package enum EditDistance {
    /// The nearest of `names`, if it is near enough; of several the first by order.
    package static func nearest(to text: String, among names: some Sequence<String>) -> String? {
        // Nothing that long is a mistyped name, and the work grows with the square.
        guard text.utf8.count <= 64 else { return nil }
        let best = names.map { ($0, between($0, text)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
        guard let (name, edits) = best, edits <= 3, edits * 2 < text.count else { return nil }
        return name
    }

    /// Levenshtein's distance: how many characters must be put in, left out or changed.
    static func between(_ a: String, _ b: String) -> Int {
        let b = Array(b)
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let next = min(diagonal + (x == y ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
