// SPDX-License-Identifier: MIT

import Engine
import Wire

/// The LoRA adapters that are loaded with the model.
extension WorkerSettings {
    /// Those of `--lora`, then those of `--lora-scaled`; their places are their numbers.
    static func adapters(_ options: OptionValues) throws(OptionError) -> [AdapterOptions] {
        var adapters = options.list(\.lora).map { AdapterOptions(path: $0) }
        for text in options.list(\.loraScaled) {
            guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
                let scale = Float(text[text.index(after: colon)...]), abs(scale) <= AdapterFields.largestScale
            else {
                throw options.error(\.loraScaled, "must be FILE:SCALE, with a number as scale, not '\(text)'")
            }
            adapters.append(AdapterOptions(path: String(text[..<colon]), scale: scale))
        }
        if options.loraInitWithoutApply { for index in adapters.indices { adapters[index].scale = 0 } }
        return adapters
    }
}
