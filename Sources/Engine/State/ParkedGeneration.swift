// SPDX-License-Identifier: MIT

package import Wire

/// A generation that has given up its slot, until its reader reads again. It is set aside.
package struct ParkedGeneration: Sendable {
    package internal(set) var generation: Generation
    /// Its number, and what it was made from.
    package let task: (id: UInt64, settings: JSONValue?)?
}
