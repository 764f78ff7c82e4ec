// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import Testing

struct MetricsPageTests {
    @Test("Families of several workers stand together, each sample with its model")
    func merges() {
        var page = MetricsPage()
        page.declare("own", "gauge", "Ours.")
        page.add("own", [("model", "a\"b\\\n")], 1.5)
        let worker = """
            # HELP llamacpp:tokens_total Tokens.
            # TYPE llamacpp:tokens_total counter
            llamacpp:tokens_total 5
            # TYPE wait histogram
            wait_bucket{le="1"} 2
            wait_sum 0.5
            lone{} 3

            """
        page.merge(worker, model: "x")
        page.merge(worker, model: "y")
        #expect(
            page.text == """
                # HELP own Ours.
                # TYPE own gauge
                own{model="a\\"b\\\\\\n"} 1.5
                # HELP llamacpp:tokens_total Tokens.
                # TYPE llamacpp:tokens_total counter
                llamacpp:tokens_total{model="x"} 5
                llamacpp:tokens_total{model="y"} 5
                # TYPE wait histogram
                wait_bucket{model="x",le="1"} 2
                wait_sum{model="x"} 0.5
                wait_bucket{model="y",le="1"} 2
                wait_sum{model="y"} 0.5
                lone{model="x"} 3
                lone{model="y"} 3

                """
        )
    }

    @Test("What isn't a page of metrics does no harm", arguments: ["", "\n\n", "{", " ", "# x", "# TYPE", "{}\u{0}"])
    func junk(text: String) {
        var page = MetricsPage()
        page.merge(text, model: "x")
        #expect(page.text == "\n")
    }

    @Test("Times to first token fall into buckets")
    func firstTokens() {
        let metrics = RelayMetrics()
        metrics.answered("a", status: 200, firstToken: .milliseconds(30))
        metrics.answered("a", status: 200, firstToken: .seconds(100))
        metrics.answered("a", status: 400, firstToken: nil)
        let model = metrics.snapshot()["a"]
        #expect(model?.answers == [200: 2, 400: 1])
        #expect(model?.firstTokens.reduce(0, +) == 1)
        #expect(model?.firstTokens[1] == 1)
        #expect(model?.firstTokenCount == 2)
    }
}
