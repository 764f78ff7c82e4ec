// SPDX-License-Identifier: MIT

/// Which of the routes answer that can be switched on and off.
struct EndpointSwitches: Sendable {
    /// GET /slots.
    let slots: Bool
    /// POST /props.
    let properties: Bool
    /// GET /metrics.
    let metrics: Bool
    /// The folder for what POST /slots saves; nil: it is off.
    let slotFolder: String?
}
