// SPDX-License-Identifier: MIT

/// How far a model is: `status` of ``ModelResource``.
package struct ModelStateResource: APIResource {
    /// `unloaded`, `loading`, `loaded`, `sleeping`, `downloading`, `downloaded`.
    package var value = ""
    /// The worker's whole command line, program first.
    package var arguments: [String] = []
    /// The model's options as a section of a preset file.
    package var preset = ""
    /// How far a load or a download is, from 0 to 1.
    package var progress: Double?
    /// Whether it can't be loaded, or the last worker ended otherwise than asked.
    package var failed: Bool?
    package var exitCode: Int?
    /// Why, in a sentence.
    package var reason: String?
    /// The last lines of that worker's log.
    package var log: [String]?
    /// Seconds since 1970; until then requests don't load it.
    package var retryAt: Int?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always(
            "value",
            \.value,
            .words("unloaded", "loading", "loaded", "sleeping", "downloading", "downloaded")
        ),
        .usual("args", \.arguments), .usual("preset", \.preset), .maybe("progress", \.progress),
        .maybe("failed", \.failed), .maybe("exit_code", \.exitCode), .maybe("reason", \.reason), .maybe("log", \.log),
        .maybe("retry_at", \.retryAt),
    ]
}
