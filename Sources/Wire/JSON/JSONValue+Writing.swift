// SPDX-License-Identifier: MIT

extension JSONValue {
    /// The value as compact JSON text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The value as compact JSON text, UTF-8.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        // Most answers and events are short: one allocation is enough for them.
        output.reserveCapacity(256)
        write(to: &output)
        return output
    }

    /// Appends the value as compact JSON text. Numbers that JSON cannot say (NaN, infinity) become null.
    package func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): Self.write(value, to: &output)
        case .number(let value): output.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
        case .string(let value): Self.write(value, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.write(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Lists of tokens have thousands of numbers, which need no text in between.
    private static func write(_ number: Int64, to output: inout [UInt8]) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = digits.endIndex
        var rest = number.magnitude
        repeat {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 { output.append(UInt8(ascii: "-")) }
        for index in start..<digits.endIndex { output.append(digits[index]) }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        JSONText.appendEscaped(text.utf8, to: &output)
        output.append(UInt8(ascii: "\""))
    }
}
