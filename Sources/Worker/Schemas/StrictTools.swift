// SPDX-License-Identifier: MIT

package import Wire

/// What `strict` functions declare that their calls may not follow.
///
/// The engine makes a call's grammar. It passes over some keywords, and where a template writes texts without quotes they may be
/// anything. Agents can't do without their tools, so nothing is refused, and the caller is told.
package enum StrictTools {
    /// A sentence for each such function.
    /// - Parameters:
    ///   - tools: as chat completions have them.
    ///   - bindsTexts: whether the template's calls hold texts to their schemas.
    package static func warnings(_ tools: JSONValue?, bindsTexts: Bool) -> [String] {
        var sentences: [String] = []
        for tool in tools?.array ?? [] {
            guard let function = tool["function"], function["strict"] == true, let name = function["name"]?.string,
                let schema = function["parameters"], case .object = schema
            else { continue }
            do {
                let places = try places(schema, bindsTexts)
                guard let first = places.first else { continue }
                let others = places.count > 1 ? " and \(places.count - 1) more" : ""
                sentences.append("calls of '\(name)' may not follow its '\(first)'\(others), although it is 'strict'")
            } catch {
                sentences.append(
                    "calls of '\(name)' may not follow its 'parameters', although it is 'strict': \(error.message)"
                )
            }
        }
        return sentences
    }

    private static func places(_ schema: JSONValue, _ bindsTexts: Bool) throws(APIError) -> [String] {
        let checked = try SchemaCheck.check(schema, at: "parameters", for: .answer(isStrict: false))
        let places = checked.ignored + checked.translated
        return bindsTexts ? places : places + checked.texts.filter { !places.contains($0) }
    }
}
