// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite("Times as RFC 3339 writes them")
struct TimestampTests {
    @Test(
        "days of all kinds",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"), (1_767_225_600, "2026-01-01T00:00:00Z"),
            (1_795_858_200, "2026-11-28T09:30:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-5, "1970-01-01T00:00:00Z"), (.max, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)]
    )
    func writes(seconds: Int64, text: String) {
        #expect(Timestamp.text(secondsSince1970: seconds) == text)
    }
}
