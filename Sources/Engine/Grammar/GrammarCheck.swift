// SPDX-License-Identifier: MIT

/// Finds out before the engine reads a GBNF grammar whether it can, and what following it would cost.
///
/// The engine follows a grammar by walking all ways through its rules, for each token anew, and nothing ends that walk but
/// its end. Where optional things stand beside each other the ways multiply: a hundred bytes can ask for more than a
/// lifetime. A grammar is looked at as a graph here, whose size is the text's.
package enum GrammarCheck {
    /// Checks a grammar that starts with the rule `root`.
    /// - Throws: why it can't be used.
    package static func check(_ text: String, limits: GrammarLimits = GrammarLimits()) throws(GrammarProblem) {
        let text = try GrammarText(text, limits: limits)
        guard text.number(of: "root") != nil else {
            throw GrammarProblem("has no rule 'root', with which it would start")
        }
        var rules: [[GrammarText.Symbol]] = []
        for (number, rule) in text.rules.enumerated() {
            guard let rule else { throw GrammarProblem("uses the rule '\(text.names[number])', which it doesn't have") }
            rules.append(rule)
        }
        var graph = GrammarGraph(rules, names: text.names)
        try graph.findEmpty()
        try graph.order()
        try graph.checkBeginnings(limits)
        try graph.checkWays(limits)
    }
}
