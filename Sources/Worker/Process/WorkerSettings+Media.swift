// SPDX-License-Identifier: MIT

import Engine
import Wire

/// What a model may see and hear.
extension WorkerSettings {
    /// The projector; nil for a model that reads text only.
    static func projector(_ options: OptionValues) -> ProjectorOptions? {
        guard let path = options.text(.mmproj), !path.isEmpty else { return nil }
        let marker = options.text(.mediaMarker).flatMap { $0.isEmpty ? nil : $0 }
        var projector = ProjectorOptions(path: path, marker: marker)
        projector.usesGPU = options.flag(.mmprojOffload, default: true)
        // As with llama-server, who names a device wants the projector on it.
        if let device = options.text(.mmprojDevice) {
            projector.usesGPU = device != "none"
            projector.device = device == "none" ? nil : device
        }
        projector.imageMinTokens = options.integer(.imageMinTokens).map(Int32.init)
        projector.imageMaxTokens = options.integer(.imageMaxTokens).map(Int32.init)
        if let value = options.integer(.mediaMemory) { projector.mediaBytes = value << 20 }
        return projector
    }

    static func media(_ options: OptionValues) throws(OptionError) -> MediaLoader {
        var media = MediaLoader()
        if let value = options.integer(.mediaMaxCount) { media.limits.count = value }
        if let value = options.integer(.mediaMaxSize) { media.limits.bytes = value << 20 }
        if let value = options.integer(.mediaMaxPixels) { media.limits.pixels = value }
        if let path = options.text(.mediaPath) {
            guard let folder = MediaFolder(path) else {
                throw options.error(.mediaPath, "'\(path)' is not a folder")
            }
            media.folder = folder
        }
        if options.flag(.allowMediaURLs) { media.web = WebMedia() }
        return media
    }
}
