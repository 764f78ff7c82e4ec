// SPDX-License-Identifier: MIT

/// The ids by which requests are found again.
enum RequestName {
    static func new() -> String {
        var generator = SystemRandomNumberGenerator()
        return "cli-" + String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
    }
}
