// SPDX-License-Identifier: MIT

import Wire

/// What all shells offer.
enum CompletionWords {
    /// The server's options that can stand on its command line.
    static var server: [OptionSpecification] {
        OptionTable.all.filter { $0.support == .implemented && $0.audience != .preset }
    }

    static func isFlag(_ kind: OptionSpecification.Kind) -> Bool {
        if case .flag = kind { true } else { false }
    }

    /// What is offered for a value.
    static func values(of kind: OptionSpecification.Kind, placeholder: String) -> CommandArgument.Completion {
        switch kind {
        case .choice(let words): .words(words)
        case .automatic: .words(["on", "off", "auto"])
        case .text where ["FILE", "DIR", "FOLDER", "FILES"].contains(placeholder): .files
        default: .nothing
        }
    }

    /// A help text as one line of a shell's script, between single quotes.
    static func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "’")
            .split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
