// SPDX-License-Identifier: MIT

import Gateway
import Testing
import Wire

@Suite("What systemd says in the environment")
struct SupervisorSettingsTests {
    private func settings(_ environment: [String: String]) throws(OptionError) -> SupervisorSettings {
        try SupervisorSettings(environment: environment, processID: 42)
    }

    @Test("Without its variables nothing is wanted")
    func nothing() throws {
        let settings = try settings(["PATH": "/bin"])
        #expect(settings.descriptors == nil && settings.notices == nil && settings.watchdog == nil)
    }

    @Test(
        "Sockets begin at 3, and are for the process that is named",
        arguments: [("1", 3...3), ("3", 3...5), ("64", 3...66), ("0", nil)] as [(String, ClosedRange<CInt>?)]
    )
    func descriptors(count: String, range: ClosedRange<CInt>?) throws {
        #expect(try settings(["LISTEN_PID": "42", "LISTEN_FDS": count]).descriptors == range)
        #expect(try settings(["LISTEN_PID": "41", "LISTEN_FDS": count]).descriptors == nil)
        #expect(try settings(["LISTEN_FDS": count]).descriptors == nil)
    }

    @Test("A number of sockets that is none is an error", arguments: ["", "x", "-1", "65", "99999999999", "1 "])
    func badCount(text: String) {
        #expect(throws: OptionError.self) { try settings(["LISTEN_PID": "42", "LISTEN_FDS": text]) }
        // Another process may have what it wants.
        #expect(throws: Never.self) { try settings(["LISTEN_PID": "1", "LISTEN_FDS": text]) }
    }

    @Test("Notices go to a path, or to a name in Linux' abstract namespace")
    func notices() throws {
        #expect(try settings(["NOTIFY_SOCKET": "/run/systemd/notify"]).notices == .path("/run/systemd/notify"))
        #expect(try settings(["NOTIFY_SOCKET": "@here"]).notices == .abstract("here"))
        #expect(try settings(["NOTIFY_SOCKET": ""]).notices == nil)
        for text in ["relative", "vsock:2:1", "/" + String(repeating: "a", count: 107)] {
            #expect(throws: OptionError.self) { try settings(["NOTIFY_SOCKET": text]) }
        }
    }

    @Test("The watchdog's time is in microseconds, for the process that is named or for any")
    func watchdog() throws {
        #expect(try settings(["WATCHDOG_USEC": "30000000"]).watchdog == .seconds(30))
        #expect(try settings(["WATCHDOG_USEC": "5", "WATCHDOG_PID": "42"]).watchdog == .microseconds(5))
        #expect(try settings(["WATCHDOG_USEC": "x", "WATCHDOG_PID": "43"]).watchdog == nil)
        for text in ["0", "-1", "x", "9999999999999999999"] {
            #expect(throws: OptionError.self) { try settings(["WATCHDOG_USEC": text]) }
        }
    }
}
