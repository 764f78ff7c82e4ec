// SPDX-License-Identifier: MIT

package import Wire

/// What the program that started this one, systemd or another that does as it does, says in the environment.
///
/// Source: `sd_listen_fds(3)`, `sd_notify(3)`, `sd_watchdog_enabled(3)`.
package struct SupervisorSettings: Sendable, Equatable {
    /// Where notices go: a datagram socket.
    package enum NoticeAddress: Sendable, Equatable {
        case path(String)
        /// A name in Linux' abstract namespace, without the zero byte in front.
        case abstract(String)
    }

    /// The first descriptor of those that are passed on.
    private static let firstDescriptor: CInt = 3
    /// More would be a mistake; each is a door of its own.
    private static let mostSockets = 64
    /// The longest path that an address has room for (`sun_path`, less its end).
    private static let longestAddress = 107

    /// Sockets that are listened on already, instead of addresses of the options. Another process may go on with them.
    package let descriptors: ClosedRange<CInt>?
    /// Nil where nothing wants to hear of the server's state.
    package let notices: NoticeAddress?
    /// How often the server has to show that it is alive; nil where it has not.
    package let watchdog: Duration?

    /// - Parameter processID: this process's number; what is meant for another is ignored.
    /// - Throws: `OptionError` for a variable that is meant for this process and can't be understood.
    package init(environment: [String: String], processID: Int32) throws(OptionError) {
        descriptors = try Self.descriptors(environment, processID)
        notices = try Self.notices(environment["NOTIFY_SOCKET"])
        watchdog = try Self.watchdog(environment, processID)
    }

    private static func descriptors(
        _ environment: [String: String],
        _ processID: Int32
    ) throws(OptionError) -> ClosedRange<CInt>? {
        guard environment["LISTEN_PID"] == "\(processID)", let text = environment["LISTEN_FDS"] else { return nil }
        guard let count = CInt(text), (0...CInt(mostSockets)).contains(count) else {
            throw OptionError(
                place: "LISTEN_FDS",
                message: "must be a number of sockets from 0 to \(mostSockets), not '\(text)'"
            )
        }
        return count == 0 ? nil : firstDescriptor...(firstDescriptor + count - 1)
    }

    private static func notices(_ text: String?) throws(OptionError) -> NoticeAddress? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= longestAddress else {
            throw OptionError(place: "NOTIFY_SOCKET", message: "is longer than an address of a socket can be")
        }
        switch text.first {
        case "/": return .path(text)
        case "@": return .abstract(String(text.dropFirst()))
        default:
            throw OptionError(place: "NOTIFY_SOCKET", message: "must be a path, or a name behind @, not '\(text)'")
        }
    }

    private static func watchdog(
        _ environment: [String: String],
        _ processID: Int32
    ) throws(OptionError) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], !text.isEmpty else { return nil }
        if let owner = environment["WATCHDOG_PID"], !owner.isEmpty, owner != "\(processID)" { return nil }
        guard let microseconds = Int64(text), microseconds > 0 else {
            throw OptionError(place: "WATCHDOG_USEC", message: "must be a number of microseconds, not '\(text)'")
        }
        return .microseconds(microseconds)
    }
}
