// SPDX-License-Identifier: MIT

/// The HTTP methods that routers know.
enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
}
