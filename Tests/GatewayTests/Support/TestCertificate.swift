// SPDX-License-Identifier: MIT

import Foundation

/// A certificate for localhost that vouches for itself, and keys. Good for tests alone.
struct TestCertificate: Sendable {
    let certificateFile: String
    let keyFile: String
    /// A key that doesn't go with the certificate.
    let otherKeyFile: String

    /// Writes the files into a folder of their own while `body` runs.
    static func run<Result>(_ body: (TestCertificate) async throws -> Result) async throws -> Result {
        let folder = NSTemporaryDirectory() + "/eh-tls-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = TestCertificate(
            certificateFile: folder + "/certificate.pem",
            keyFile: folder + "/key.pem",
            otherKeyFile: folder + "/other.pem"
        )
        try certificate.write(toFile: files.certificateFile, atomically: false, encoding: .utf8)
        try key.write(toFile: files.keyFile, atomically: false, encoding: .utf8)
        try otherKey.write(toFile: files.otherKeyFile, atomically: false, encoding: .utf8)
        return try await body(files)
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUDU0zUeFKIYcitn8lqf0DATsgBbIwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTEwMTEyNFoYDzIxMjYxMDI4
        MTAxMTI0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAS9HfNt7sftcNstKnZCm/HyfY03L6r4mcjLvcDI40ZAoqE6R3XVquz9
        bidUmJ2z/L0hhirDWkxOGg7vXXZqYmUeo28wbTAdBgNVHQ4EFgQUOBh6rXepDove
        ixOrR07OztfLPlcwHwYDVR0jBBgwFoAUOBh6rXepDoveixOrR07OztfLPlcwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIgVL9dPqIWZy9ZXFHeFc4T/ayUsyy8r4L4NzQb+bXSt4ICIQDM
        av31RaMQG38oSc2N3UVNIGXY4c0fvDyB0GdhDHqiyA==
        -----END CERTIFICATE-----

        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgE8wTMZhaXKoaC2sd
        1KTm8EYeBS4Yt/u9qopgOHIdU4+hRANCAAS9HfNt7sftcNstKnZCm/HyfY03L6r4
        mcjLvcDI40ZAoqE6R3XVquz9bidUmJ2z/L0hhirDWkxOGg7vXXZqYmUe
        -----END PRIVATE KEY-----

        """

    private static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgv1wglD+2/OZ9brIp
        1XAMZAYvLJ7/aJ1HnRdMJgac0YWhRANCAASQn36RQMD79JRyhlj7SoPYbZHXBwsW
        EC/g8sdRdTapavjnCqv2b7LwPHn443PXt4B/dPAN6PikCAMLNMQw0tVm
        -----END PRIVATE KEY-----

        """
}
