// SPDX-License-Identifier: MIT

package import Wire

/// One model's section of a preset file.
package struct ModelPreset: Sendable, Equatable {
    /// The section's name as it is written: this is what its writer's clients ask for.
    package let id: String
    /// The section's line.
    package let place: OptionPlace
    /// What the section itself says.
    package var options: OptionValues
    /// Where the section is from: a preset file, or a client that has made it.
    package var source = ModelSource.preset
    /// Why the section can't be used, with the line and what to change; nil if it can.
    package var problem: String?

    package init(id: String, place: OptionPlace, options: OptionValues, problem: String? = nil) {
        self.id = id
        self.place = place
        self.options = options
        self.problem = problem
    }

    /// The name by which llama-server knows the section, another name of the model here.
    var canonicalID: String { Self.canonical(id) }

    /// A section's name with its tag as llama-server spells it: of what stands behind the last colon, what stands
    /// behind the last `-` or `.`, in upper case (`:ud-q4_k_m` becomes `:Q4_K_M`).
    package static func canonical(_ name: String) -> String {
        guard let colon = name.lastIndex(of: ":") else { return name }
        let tag = name[name.index(after: colon)...]
        var end = tag[...]
        if let cut = tag.lastIndex(where: { $0 == "-" || $0 == "." }) {
            let rest = tag[tag.index(after: cut)...]
            if !rest.isEmpty, rest.utf8.allSatisfy(isTagByte) { end = rest }
        }
        return name[...colon] + end.uppercased()
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_")
    }
}
