// SPDX-License-Identifier: MIT

import Wire

/// A generation that has given up its slot, until its reader reads again. What its cache held is in
/// ``ActiveGeneration/lost``.
struct ParkedGeneration {
    var generation: ActiveGeneration
    /// Its number, and what it was made from.
    let task: (id: UInt64, settings: JSONValue?)?
}
