// SPDX-License-Identifier: MIT

package import Logging
import Platform

/// A folder with one log file for each model, bounded in size.
package final class LogDirectory: Sendable {
    package let path: String
    private let writer: LogWriter

    /// Makes the folder if it isn't there; its parent has to be.
    package convenience init(
        path: String,
        fileBytes: Int = 10_000_000,
        fileCount: Int = 3,
        logger: Logger
    ) throws(FolderError) {
        let writer = LogWriter(fileBytes: fileBytes, fileCount: fileCount, logger: logger)
        try self.init(path: path, writer: writer)
    }

    /// The same, with what writes other files as well.
    package init(path: String, writer: LogWriter) throws(FolderError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST, access(path, W_OK | X_OK) == 0 else {
            throw FolderError(message: "no logs can be written to \(path): \(String(cString: strerror(errno)))")
        }
        self.path = path
        self.writer = writer
    }

    /// Writes a line soon.
    package func append(_ line: String, of model: String) { writer.append(line, to: filePath(of: model)) }

    /// Returns when everything so far was written.
    package func flush() { writer.flush() }

    /// The file of a model. Whatever could mean something to the file system is written as `%` and its code.
    package func filePath(of model: String) -> String {
        var name = ""
        for byte in model.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.append(Character(Unicode.Scalar(byte)))
            case UInt8(ascii: ".") where !name.isEmpty:
                name.append(".")
            default:
                name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        if name.utf8.count > 200 {
            // Long names that begin alike stay apart (FNV-1a).
            let hash = model.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            name = String(name.prefix(180)) + "-" + String(hash, radix: 16)
        }
        return "\(path)/\(name).log"
    }
}
