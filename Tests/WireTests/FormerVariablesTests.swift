// SPDX-License-Identifier: MIT

import Testing
import Wire

@Suite struct FormerVariablesTests {
    @Test func formerNameCountsAndNamesTheNewOne() {
        let (environment, warnings) = FormerVariables.renamed(in: ["SWITCHYARD_TTL": "60", "HOME": "/root"])
        #expect(environment == ["ENGINEHOUSE_TTL": "60", "HOME": "/root"])
        #expect(
            warnings == ["SWITCHYARD_TTL is now called ENGINEHOUSE_TTL; it counts for now, set ENGINEHOUSE_TTL instead"]
        )
    }

    @Test func newNameWins() {
        let (environment, warnings) = FormerVariables.renamed(
            in: ["SWITCHYARD_TTL": "60", "ENGINEHOUSE_TTL": "90"]
        )
        #expect(environment == ["ENGINEHOUSE_TTL": "90"])
        #expect(warnings.count == 1)
    }
}
