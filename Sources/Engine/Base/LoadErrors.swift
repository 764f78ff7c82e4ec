// SPDX-License-Identifier: MIT

/// Why a load failed, in the engine's own words: what it has logged as errors meanwhile.
package struct LoadErrors: Sendable {
    /// The lines without the names of functions in front, the deepest cause first.
    private let lines: [String]

    private static let marker = "error loading model: "
    private static let longest = 300

    /// How ggml, its devices and C++ say that memory was refused. They have no other way to say so.
    private static let refusals = [
        "failed to allocate", "unable to allocate", "cannot allocate memory", "out of memory", "outofdevicememory",
        "outofhostmemory", "bad_alloc",
    ]

    /// Whether a text says that memory was refused.
    static func lacksMemory(_ text: String) -> Bool {
        let text = text.lowercased()
        return refusals.contains { text.contains($0) }
    }

    /// Whether memory was refused.
    package var lacksMemory: Bool { lines.contains { Self.lacksMemory($0) } }

    /// - Parameter lines: the engine's lines, in their order.
    package init(_ lines: [String]) {
        self.lines = lines.map { Self.plain($0) }.filter { line in
            // These say no more than that it failed.
            !line.isEmpty && line != "failed to load model" && !line.hasPrefix("failed to load model '")
        }
    }

    /// One sentence: what was wrong, and behind it what had led to that, if that is said; nil if the engine said nothing.
    package var sentence: String? {
        guard let first = lines.first else { return nil }
        let main = lines.first { $0.hasPrefix(Self.marker) }.map { Self.plain(String($0.dropFirst(Self.marker.count))) }
        guard let main, !main.hasPrefix("failed to load model from ") || first.hasPrefix(Self.marker) else {
            return String(first.prefix(Self.longest))
        }
        guard !first.hasPrefix(Self.marker), !main.contains(first) else { return String(main.prefix(Self.longest)) }
        return "\(main.prefix(Self.longest)) (\(first.prefix(Self.longest)))"
    }

    /// A line without `function_name: ` in front.
    private static func plain(_ line: String) -> String {
        var rest = line.drop { $0 == " " }
        while let colon = rest.firstIndex(of: ":"), rest[colon...].hasPrefix(": ") {
            let name = rest[..<colon]
            guard name.contains("_"),
                name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_~<>".contains($0)) })
            else { break }
            rest = rest[colon...].dropFirst(2)
        }
        while let last = rest.last, last.isWhitespace || last == "." { rest.removeLast() }
        return String(rest)
    }
}
