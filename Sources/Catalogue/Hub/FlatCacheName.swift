// SPDX-License-Identifier: MIT

/// A file of the folder in which earlier versions of llama.cpp kept downloads: `user_repo_file.gguf`.
///
/// The name doesn't say where the repository ends, since `_` may be part of each of the three. A user has none on the
/// hub; a repository of GGUF files ends in `-GGUF`, usually. Where it doesn't, it is taken to have no `_`.
package struct FlatCacheName: Equatable {
    /// `user/repository`.
    package let repository: String
    /// The file's name in the repository; folders became `_`.
    package let file: String

    /// - Parameter name: the file's name; nil for one that no download has made.
    package init?(_ name: String) {
        guard name.hasSuffix(ModelFile.suffix), let first = name.firstIndex(of: "_") else { return nil }
        let user = name[..<first]
        let rest = name[name.index(after: first)...]
        let lowered = rest.lowercased()
        let end: Substring.Index
        if let marker = Self.find("-gguf_", in: lowered), lowered.utf8.count == rest.utf8.count {
            end = rest.utf8.index(rest.startIndex, offsetBy: marker + 5)
        } else if let next = rest.firstIndex(of: "_") {
            end = next
        } else {
            return nil
        }
        let repository = "\(user)/\(rest[..<end])"
        let file = String(rest[rest.index(after: end)...])
        guard HubReference.isValidRepository(repository), file.count > ModelFile.suffix.count else { return nil }
        self.repository = repository
        self.file = file
    }

    /// Where a text occurs first, in bytes.
    private static func find(_ wanted: String, in text: String) -> Int? {
        let text = Array(text.utf8)
        let wanted = Array(wanted.utf8)
        guard text.count >= wanted.count else { return nil }
        return (0...(text.count - wanted.count)).first { text[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}
