// SPDX-License-Identifier: MIT

import Testing
import Wire

struct QueryStringTests {
    @Test(
        "Percent encoding",
        arguments: [
            ("a=%41", "A"), ("a=%4", "%4"), ("a=%zz", "%zz"), ("a=1&a=2", "1"), ("a", ""), ("%61=x", "x"),
            ("a=b=c", "b=c"),
        ]
    )
    func decoding(query: String, expected: String) {
        #expect(QueryString(query[...])["a"] == expected)
    }
}
