// SPDX-License-Identifier: MIT

/// What the page may do in a browser: nothing but talk to this server.
enum PagePolicy {
    /// The Content-Security-Policy (level 3). Text becomes markup only through DOMPurify's policy of trusted types.
    private static let content = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
        "media-src 'self' data: blob:", "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types dompurify",
    ].joined(separator: "; ")

    /// The fields of every answer that is a part of the page. Browsers ask each time whether their copy still holds.
    static let fields: [(String, String)] = [
        ("cache-control", "no-cache"), ("x-content-type-options", "nosniff"), ("content-security-policy", content),
        ("referrer-policy", "no-referrer"), ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ]
}
