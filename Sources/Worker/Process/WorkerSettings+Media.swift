// SPDX-License-Identifier: MIT

import Engine
import Wire

/// What a model may see and hear.
extension WorkerSettings {
    /// The projector; nil for a model that reads text only.
    static func projector(_ options: OptionValues) -> ProjectorOptions? {
        guard let path = options.mmproj, !path.isEmpty else { return nil }
        let marker = options.mediaMarker.flatMap { $0.isEmpty ? nil : $0 }
        var projector = ProjectorOptions(path: path, marker: marker)
        projector.usesGPU = options.mmprojOffload
        // As with llama-server, who names a device wants the projector on it.
        if let device = options.mmprojDevice {
            projector.usesGPU = device != "none"
            projector.device = device == "none" ? nil : device
        }
        projector.imageMinTokens = options.imageMinTokens.map(Int32.init)
        projector.imageMaxTokens = options.imageMaxTokens.map(Int32.init)
        projector.mediaBytes = options.mediaMemory << 20
        return projector
    }

    static func media(_ options: OptionValues) throws(OptionError) -> MediaLoader {
        var media = MediaLoader()
        media.limits.count = options.mediaMaxCount
        media.limits.bytes = options.mediaMaxSize << 20
        media.limits.pixels = options.mediaMaxPixels
        if let path = options.given(\.mediaPath) {
            guard let folder = MediaFolder(path) else {
                throw options.error(\.mediaPath, "'\(path)' is not a folder")
            }
            media.folder = folder
        }
        if options.allowMediaURLs { media.web = WebMedia() }
        return media
    }
}
