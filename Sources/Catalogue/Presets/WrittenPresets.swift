// SPDX-License-Identifier: MIT

package import Wire

/// A preset file that this server writes itself: sections and their values, which read again are the same.
package struct WrittenPresets: Sendable, Equatable {
    /// One `key = value`.
    package struct Value: Sendable, Equatable {
        package let name: OptionName
        package let value: String

        package init(_ name: OptionName, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    private struct Section: Sendable, Equatable {
        let id: String
        var values: [Value]
    }

    private var sections: [Section] = []

    /// Nothing at all.
    package init() {}

    /// - Throws: `OptionError` for a text that is no such file.
    package init(_ text: String, path: String) throws(OptionError) {
        sections = try INIFile(text, path: path).sections.map { section in
            Section(id: section.name, values: section.entries.map { Value(OptionName(rawValue: $0.key), $0.value) })
        }
    }

    /// The values of a section; nil where there is none.
    package subscript(id: String) -> [Value]? { sections.first { $0.id == id }?.values }

    /// The ids of the sections.
    package var ids: [String] { sections.map(\.id) }

    /// Whether a value of any section is this text.
    package func mentions(_ text: String) -> Bool { sections.contains { $0.values.contains { $0.value == text } } }

    /// Puts a section in the place of the one of its name, or behind all others.
    package mutating func set(_ id: String, _ values: [Value]) {
        if let index = sections.firstIndex(where: { $0.id == id }) {
            sections[index].values = values
        } else {
            sections.append(Section(id: id, values: values))
        }
    }

    /// - Returns: what the section said; nil where there is none.
    package mutating func remove(_ id: String) -> [Value]? {
        guard let index = sections.firstIndex(where: { $0.id == id }) else { return nil }
        return sections.remove(at: index).values
    }

    /// The file's text.
    package var text: String {
        let comment = "# Written by the server for POST /api/create and /api/copy, and read again when it changes.\n"
        return sections.reduce(comment) { text, section in
            let lines = section.values.map { "\($0.name.rawValue) = \(INIFile.quoted($0.value))\n" }
            return text + "\n[\(section.id)]\n" + lines.joined()
        }
    }

    /// Checks that a section can be written, and is a model's when it is read.
    /// - Throws: `OptionError` that says what can't be.
    package static func check(_ id: String, _ values: [Value]) throws(OptionError) {
        var alone = WrittenPresets()
        alone.set(id, values)
        let place = "the options of '\(id)'"
        for value in values {
            var one = WrittenPresets()
            one.set(id, [value])
            // A text that can't be read again is one that can't be kept; why is said below.
            guard (try? WrittenPresets(one.text, path: place)) == one else {
                throw OptionError(place: place, message: "'\(value.name)' has a text that no preset file can hold")
            }
        }
        let file = try PresetFile(alone.text, path: "its section")
        guard file.models.count == 1, let model = file.models.first, model.id == id else {
            throw OptionError(place: place, message: "no section of a preset file can have this name")
        }
        guard let problem = model.problem else { return }
        // The lines that it names are in no file.
        let reason = problem.firstRange(of: ": ").map { problem[$0.upperBound...] } ?? problem[...]
        throw OptionError(place: place, message: String(reason))
    }
}
