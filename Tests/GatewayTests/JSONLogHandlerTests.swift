// SPDX-License-Identifier: MIT

import Gateway
import Logging
import Synchronization
import Testing
import Wire

struct JSONLogHandlerTests {
    private final class Lines: Sendable {
        let text = Mutex("")
    }

    @Test("One object a line, whatever stands in the message")
    func lines() throws {
        let lines = Lines()
        var logger = Logger(label: "router") { label in
            JSONLogHandler(label: label, now: { 1.5 }) { line in lines.text.withLock { $0 += line + "\n" } }
        }
        logger[metadataKey: "worker"] = "w1"
        logger.info("two\nlines \"quoted\"", metadata: ["model": "größe", "time": "noon", "list": ["a", ["b": "c"]]])
        logger.debug("not wanted")
        logger.error("late", metadata: ["worker": "w2"])
        let written = lines.text.withLock { $0 }.split(separator: "\n").map(String.init)
        #expect(
            written == [
                #"{"time":1.5,"level":"info","label":"router","message":"two\nlines \"quoted\"","list":["a",{"b":"c"}],"#
                    + #""model":"größe","time_":"noon","worker":"w1"}"#,
                #"{"time":1.5,"level":"error","label":"router","message":"late","worker":"w2"}"#,
            ]
        )
        for line in written { _ = try JSONValue(parsing: line) }
    }
}
