// SPDX-License-Identifier: MIT

package import Wire

/// The options that hold for all models, below and above a model's own.
///
/// From the weakest: the router's configuration files, its environment, `[*]` of the preset file, the model's section,
/// the router's command line.
package struct OptionLayers: Sendable, Equatable {
    private let below: OptionValues
    private let above: OptionValues

    /// - Parameters:
    ///   - router: what the router was told.
    ///   - globals: what a preset file says for all models.
    package init(router: OptionValues, globals: OptionValues = OptionValues()) {
        let shared = router.filter { name, _ in
            guard let option = OptionTable[name] else { return false }
            return option.audience.contains(.preset) && !PresetFile.own.contains(name)
        }
        below = shared.filter { !$1.isCommandLine }.merging(globals)
        above = shared.filter { $1.isCommandLine }
    }

    /// The options of a model whose section says `own`.
    package func effective(_ own: OptionValues = OptionValues()) -> OptionValues {
        below.merging(own).merging(above)
    }
}
