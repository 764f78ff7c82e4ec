// SPDX-License-Identifier: MIT

import Platform

/// Why a folder, or a file in it, can't be made or written: that of the workers' sockets or of the logs.
package struct FolderError: ExplainedError {
    package let message: String
}
