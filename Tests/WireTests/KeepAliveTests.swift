// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("How long a model stays")
struct KeepAliveTests {
    @Test(
        "numbers count seconds, durations are as Go writes them",
        arguments: [
            ("0", .after(.zero)), ("5", .after(.seconds(5))), ("1.5", .after(.milliseconds(1500))), ("-1", .forever),
            ("\"10m\"", .after(.seconds(600))), ("\"1h30m\"", .after(.seconds(5400))), ("\"-1\"", .forever),
            ("\"-1s\"", .forever), ("\"300ms\"", .after(.milliseconds(300))), ("\"0\"", .after(.zero)),
            ("\"2h45m30.5s\"", .after(.milliseconds(9_930_500))), ("1e300", .forever), ("\"999999h\"", .forever),
        ] as [(String, KeepAlive)]
    )
    func reads(text: String, time: KeepAlive) throws {
        #expect(KeepAlive(json: try JSONValue(parsing: text)) == time)
    }

    @Test(
        "anything else is none",
        arguments: [
            "\"\"", "\"soon\"", "\"5 m\"", "\"m\"", "true", "[]", "\"1d\"", "\"-\"", "\"1h2\"", "\"nan\"", "\"..s\"",
        ]
    )
    func refuses(text: String) throws {
        #expect(KeepAlive(json: try JSONValue(parsing: text)) == nil)
    }

    @Test(
        "a variable is the same without JSON's quotes",
        arguments: [
            ("0", .after(.zero)), ("300", .after(.seconds(300))), ("-1", .forever), ("5m", .after(.seconds(300))),
            ("-1m", .forever), (" 1h ", .after(.seconds(3600))), ("\"24h\"", .after(.seconds(86_400))), ("soon", nil),
            ("", nil),
            ("\"\"", nil), ("5 m", nil), ("1d", nil),
        ] as [(String, KeepAlive?)]
    )
    func variables(text: String, time: KeepAlive?) {
        #expect(KeepAlive(variable: text) == time)
    }
}
