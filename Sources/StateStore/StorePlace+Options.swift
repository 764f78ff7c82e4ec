// SPDX-License-Identifier: MIT

import Essentials
package import Wire

extension StorePlace {
    /// The store that `--cache-disk` names; nil where there is to be none on a disk.
    /// - Throws: for a value that names none.
    package static func onDisk(_ options: OptionValues) throws(OptionError) -> StorePlace? {
        guard let text = options.given(\.cacheDisk) else { return nil }
        let place = StorePlace(
            option: text,
            environment: ProcessInfo.processInfo.environment,
            currentFolder: FileManager.default.currentDirectoryPath
        )
        guard let place else {
            throw options.error(\.cacheDisk, "must be MIB or MIB,DIR, such as 20000,/var/lib/chats, not '\(text)'")
        }
        return place.limit > 0 ? place : nil
    }
}
