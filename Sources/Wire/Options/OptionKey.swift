// SPDX-License-Identifier: MIT

/// An option with the type of its value: the one place that says all of it. It is declared as a member of a section of ``OptionTable``, and read
/// as `options.member` (``OptionValues``). `Value` is optional where there is no default; where there is one, that is what acts, and what
/// the help text prints.
package struct OptionKey<Value: Sendable>: Sendable {
    package let specification: OptionSpecification
    /// What acts where nothing was given.
    package let standard: Value
    private let read: @Sendable (JSONValue) -> Value?

    /// An option with a default.
    /// - Parameters:
    ///   - name: the long name, without dashes.
    ///   - shown: what the help text says of the default, if not its value; nil for nothing.
    init(
        _ name: OptionName,
        names aliases: [String] = [],
        off negatives: [String] = [],
        env environment: String? = nil,
        _ type: OptionType<Value>,
        _ audience: OptionSpecification.Audience,
        value placeholder: String = "",
        default standard: Value,
        shown: ShownDefault = .value,
        repeatable isRepeatable: Bool = false,
        secret isSecret: Bool = false,
        support: OptionSpecification.Support = .implemented,
        _ help: String
    ) {
        self.standard = standard
        read = type.read
        specification = OptionSpecification(
            name: name,
            aliases: aliases,
            negatives: negatives,
            environment: environment,
            kind: type.kind,
            audience: audience,
            support: support,
            isRepeatable: isRepeatable,
            isSecret: isSecret,
            placeholder: placeholder,
            help: help,
            standard: shown.text(type.text(standard))
        )
    }

    /// An option without a default: nil where nothing was given.
    /// - Parameters:
    ///   - name: the long name, without dashes.
    ///   - shown: what the help text says of what happens then; nil for nothing.
    init<Wrapped>(
        _ name: OptionName,
        names aliases: [String] = [],
        off negatives: [String] = [],
        env environment: String? = nil,
        _ type: OptionType<Wrapped>,
        _ audience: OptionSpecification.Audience,
        value placeholder: String = "",
        shown: String? = nil,
        repeatable isRepeatable: Bool = false,
        secret isSecret: Bool = false,
        support: OptionSpecification.Support = .implemented,
        _ help: String
    ) where Value == Wrapped? {
        self.init(
            name,
            names: aliases,
            off: negatives,
            env: environment,
            OptionType(type.kind, read: { json in type.read(json).map { .some($0) } }, text: { _ in "" }),
            audience,
            value: placeholder,
            default: nil,
            shown: shown.map { .words($0) } ?? .nothing,
            repeatable: isRepeatable,
            secret: isSecret,
            support: support,
            help
        )
    }

    package var name: OptionName { specification.name }

    /// The value that was given; nil if none was.
    func value(_ given: JSONValue?) -> Value? { given.flatMap(read) }
}

/// What the help text says of a default.
enum ShownDefault: ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    case value
    case nothing
    case words(String)

    init(stringLiteral words: String) { self = .words(words) }
    init(nilLiteral: ()) { self = .nothing }

    func text(_ value: String) -> String? {
        switch self {
        case .value: value
        case .nothing: nil
        case .words(let words): words
        }
    }
}

/// Keys of any type, as a section's members are found.
protocol AnyOptionKey {
    var specification: OptionSpecification { get }
}

extension OptionKey: AnyOptionKey {}
