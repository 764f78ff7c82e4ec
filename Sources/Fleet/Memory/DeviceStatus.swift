// SPDX-License-Identifier: MIT

package import Wire

/// What is taken of a device's memory, and by what, in bytes.
package struct DeviceStatus: Sendable, Equatable {
    /// As it was seen last.
    package let device: MemoryDevice
    /// What models may take, if no other program took any.
    package let budget: Int64
    /// What our models take, those that load or leave included.
    package let models: Int64
    /// What other programs take beyond what is left free for them.
    package let others: Int64
    /// What models leave free.
    package let reserve: Int64
}
