// SPDX-License-Identifier: MIT

/// A page of metrics in Prometheus' text format (version 0.0.4), put together from several sources. Samples of one
/// family stand together, as the format wants it.
package struct MetricsPage {
    private struct Family {
        var head: [String] = []
        var samples: [String] = []
    }

    private var order: [String] = []
    private var families: [String: Family] = [:]

    package init() {}

    /// Declares a family. A second declaration of the same name counts for nothing.
    /// - Parameter type: `counter`, `gauge`, `summary` or `histogram`.
    package mutating func declare(_ name: String, _ type: String, _ help: String) {
        guard families[name] == nil else { return }
        order.append(name)
        families[name] = Family(head: ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"])
    }

    /// Adds a sample to a declared family.
    /// - Parameter suffix: what follows the family's name, such as `_sum`.
    package mutating func add(
        _ family: String,
        suffix: String = "",
        _ labels: [(name: String, value: String)] = [],
        _ value: Double
    ) {
        let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        let number = Int64(exactly: value).map(String.init) ?? "\(value)"
        let sample = "\(family)\(suffix)\(list.isEmpty ? "" : "{\(list)}") \(number)"
        families[family]?.samples.append(sample)
    }

    /// Adds another page, each sample with the label `model`. Lines that are no samples are left out.
    package mutating func merge(_ page: String, model: String) {
        let label = "model=\"\(Self.escaped(model))\""
        var current: String?
        for line in page.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("#") {
                let words = line.split(separator: " ", maxSplits: 3)
                guard words.count >= 3, words[1] == "HELP" || words[1] == "TYPE" else { continue }
                let name = String(words[2])
                current = name
                open(name)
                let known = families[name]?.head.contains { $0.hasPrefix("# \(words[1]) ") } ?? false
                if !known { families[name]?.head.append(String(line)) }
                continue
            }
            guard let end = line.firstIndex(where: { $0 == "{" || $0 == " " }), end > line.startIndex else { continue }
            let name = String(line[..<end])
            let family = current.flatMap { name.hasPrefix($0) ? $0 : nil } ?? name
            open(family)
            let rest = line[line.index(after: end)...]
            let sample =
                line[end] == " "
                ? "\(name){\(label)} \(rest)" : "\(name){\(label)\(rest.first == "}" ? "" : ",")\(rest)"
            families[family]?.samples.append(sample)
        }
    }

    private mutating func open(_ name: String) {
        guard families[name] == nil else { return }
        order.append(name)
        families[name] = Family()
    }

    /// The page as it is sent.
    package var text: String {
        var lines: [String] = []
        for name in order {
            guard let family = families[name], !family.samples.isEmpty else { continue }
            lines += family.head + family.samples
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n", "\r", "\r\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result
    }
}
