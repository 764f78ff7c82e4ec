// SPDX-License-Identifier: MIT

/// Environment variables from before the programs were renamed. They still count, where the new name isn't set as well.
package enum FormerVariables {
    private static let former = "SWITCHYARD_"
    private static let current = "ENGINEHOUSE_"

    /// - Returns: the environment with each former variable under its new name, and one sentence for each of them.
    package static func renamed(
        in environment: [String: String]
    ) -> (environment: [String: String], warnings: [String]) {
        var result = environment
        var warnings: [String] = []
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(former) {
            let successor = current + name.dropFirst(former.count)
            result[name] = nil
            if environment[successor] == nil {
                result[successor] = value
                warnings.append("\(name) is now called \(successor); it counts for now, set \(successor) instead")
            } else {
                warnings.append("\(name) is ignored: it is now called \(successor), which is set as well")
            }
        }
        return (result, warnings)
    }
}
