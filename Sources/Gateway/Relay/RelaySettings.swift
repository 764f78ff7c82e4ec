// SPDX-License-Identifier: MIT

package import NIOCore
package import Wire

/// Limits of the relay.
package struct RelaySettings: Sendable {
    /// Longest body of a request, in bytes; 256 MiB unless told otherwise.
    package var maxBodyBytes = 256 << 20
    /// How long the rest of a request is read that was refused early, so that the client gets to see the answer.
    package var discardTimeout: TimeAmount = .seconds(5)
    /// How long to wait for the news of a worker's end, after its connection broke.
    package var lossTimeout: Duration = .seconds(2)

    /// How long a connection stays open behind the event that says why a stream broke off. Some clients forget what they
    /// haven't read once they see the cut.
    package var cutDelay: TimeAmount = .milliseconds(250)

    /// How long a worker may send nothing of an answer, though it lives.
    package var workerSilence: TimeAmount = .seconds(3600)
    /// Whether every request is for the same model, whatever it says.
    package var hasOnlyModel = false

    /// What every path begins with, such as `/llm`; empty for nothing.
    package var apiPrefix = ""
    /// Whether `/` says what Ollama says there, and no page.
    var greetsAsOllama = false
    /// How long models stay after requests of Ollama's API that don't say; nil: as they stay anyway.
    package var ollamaKeepAlive: KeepAlive?
    /// How long a streaming client is left without a byte.
    package var pingInterval: TimeAmount = .seconds(30)

    package init() {}

    /// The prefix with a slash before it and none behind it; empty for nothing.
    var plainPrefix: String {
        let parts = apiPrefix.split(separator: "/")
        return parts.isEmpty ? "" : "/" + parts.joined(separator: "/")
    }
}
