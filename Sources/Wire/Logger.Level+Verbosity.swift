// SPDX-License-Identifier: MIT

package import Logging

extension Logger.Level {
    /// llama-server's verbosity: 0 and 1 errors, 2 warnings, 3 information, 4 debug, 5 everything.
    package init(verbosity: Int) {
        switch verbosity {
        case ...1: self = .error
        case 2: self = .warning
        case 3: self = .info
        case 4: self = .debug
        default: self = .trace
        }
    }
}
