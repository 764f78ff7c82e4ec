// SPDX-License-Identifier: MIT

import Platform

/// Why the program can't go on.
struct StartFailure: ExplainedError {
    let message: String
}
