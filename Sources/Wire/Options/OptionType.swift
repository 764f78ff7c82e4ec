// SPDX-License-Identifier: MIT

/// What a value of an option is: how it is checked, and what it is in the program.
package struct OptionType<Value: Sendable>: Sendable {
    let kind: OptionSpecification.Kind
    /// The value that the parser has put down; nil for another kind's.
    let read: @Sendable (JSONValue) -> Value?
    /// How the default is printed.
    let text: @Sendable (Value) -> String

    init(
        _ kind: OptionSpecification.Kind,
        read: @escaping @Sendable (JSONValue) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.kind = kind
        self.read = read
        self.text = text
    }
}

extension OptionType<Bool> {
    /// On when named, off by `--no-NAME`.
    static var flag: Self { Self(.flag, read: \.bool, text: { $0 ? "on" : "off" }) }
}

extension OptionType<Int> {
    /// A whole number, or a word that stands for one.
    static func integer(_ range: ClosedRange<Int>, words: [String: Int] = [:]) -> Self {
        Self(.integer(range, words: words), read: { $0.integer.map(Int.init) }, text: { "\($0)" })
    }
}

extension OptionType<Double> {
    static func number(_ range: ClosedRange<Double>) -> Self {
        Self(.number(range), read: \.double, text: { number in Int(exactly: number).map { "\($0)" } ?? "\(number)" })
    }
}

extension OptionType<String> {
    static var text: Self { words(.text) }
    /// `on`, `off` or `auto`, in all the words for them.
    static var automatic: Self { words(.automatic) }
    /// What the paths of URLs begin with.
    static var path: Self { words(.path) }
    /// A JSON object, kept as text.
    static var json: Self { words(.json) }

    /// Two whole numbers, the smaller one first; on a command line they may be two words.
    static func range(_ range: ClosedRange<Int>) -> Self { words(.range(range)) }
    static func choice(_ choices: [String]) -> Self { words(.choice(choices)) }
    /// One or more of these, between commas.
    static func choices(_ choices: [String]) -> Self { words(.choices(choices)) }

    private static func words(_ kind: OptionSpecification.Kind) -> Self { Self(kind, read: \.string, text: \.self) }
}
