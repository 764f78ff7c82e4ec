// SPDX-License-Identifier: MIT

/// Which of several companions, projectors or drafts, is a model's: the nearest one.
///
/// A companion lies in the model's folder or above it. The deepest counts first, then the one with exactly the model's
/// tag, then the one with the nearest number of bits (`find_best_sibling` in llama.cpp's common/download.cpp).
package enum CompanionChoice {
    /// - Parameters:
    ///   - paths: the companions' paths in the repository or folder.
    ///   - model: the model's path in the same.
    /// - Returns: the place among `paths`; nil if none of them lies where a companion of the model may.
    package static func best(among paths: [String], for model: String) -> Int? {
        let folders = folders(of: model)
        let tag = GGUFFileName(path: model)?.tag ?? ""
        let bits = GGUFFileName.bits(of: tag)
        var best: (place: Int, depth: Int, isExact: Bool, difference: Int)?
        for (place, path) in paths.enumerated() {
            let own = Self.folders(of: path)
            guard folders.starts(with: own) else { continue }
            let ownTag = GGUFFileName(path: path)?.tag ?? ""
            let isExact = !tag.isEmpty && ownTag == tag
            let difference = abs(GGUFFileName.bits(of: ownTag) - bits)
            if let best {
                guard
                    (own.count, isExact ? 1 : 0, -difference)
                        > (best.depth, best.isExact ? 1 : 0, -best.difference)
                else { continue }
            }
            best = (place, own.count, isExact, difference)
        }
        return best?.place
    }

    private static func folders(of path: String) -> [Substring] {
        path.split(separator: "/").dropLast()
    }
}
