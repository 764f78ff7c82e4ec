// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Logging

extension Fleet {
    /// A fleet without models.
    static func empty() -> Fleet {
        Fleet(
            catalogue: Catalogue(entries: []),
            settings: FleetSettings(),
            launcher: NoLauncher(),
            clock: ContinuousClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
