// SPDX-License-Identifier: MIT

/// Where things are in the Hugging Face cache: `models--user--repo/{refs/BRANCH, blobs/OID, snapshots/COMMIT/PATH}`.
///
/// Pure: paths and names only. The layout is that of the `huggingface_hub` package.
package struct HubCache: Sendable, Equatable {
    /// The cache's folder.
    package let root: String

    package init(root: String) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    /// The cache that an environment names; nil where not even a home is known. The order is llama-server's.
    package init?(environment: [String: String]) {
        let places = [
            ("LLAMA_CACHE", ""), ("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "/hub"),
            ("XDG_CACHE_HOME", "/huggingface/hub"), ("HOME", "/.cache/huggingface/hub"),
        ]
        for (variable, rest) in places {
            guard let value = environment[variable], !value.isEmpty else { continue }
            self.init(root: value + rest)
            return
        }
        return nil
    }

    /// The folders in which earlier versions of llama.cpp kept downloads, as far as an environment names them.
    package static func flatFolders(environment: [String: String]) -> [String] {
        let places = [
            ("LLAMA_CACHE", ""), ("XDG_CACHE_HOME", "/llama.cpp"), ("HOME", "/.cache/llama.cpp"),
            ("HOME", "/Library/Caches/llama.cpp"),
        ]
        var folders: [String] = []
        for (variable, rest) in places {
            guard let value = environment[variable], !value.isEmpty else { continue }
            let folder = (value.hasSuffix("/") ? String(value.dropLast()) : value) + rest
            if !folders.contains(folder) { folders.append(folder) }
        }
        return folders
    }

    static let folderPrefix = "models--"

    /// The folder of a repository.
    package func folder(of repository: String) -> String {
        "\(root)/\(Self.folderPrefix)" + repository.split(separator: "/").joined(separator: "--")
    }

    package func blob(_ oid: String, of repository: String) -> String { "\(folder(of: repository))/blobs/\(oid)" }

    package func snapshots(of repository: String) -> String { "\(folder(of: repository))/snapshots" }

    package func snapshot(_ commit: String, of repository: String) -> String {
        "\(snapshots(of: repository))/\(commit)"
    }

    package func reference(_ branch: String, of repository: String) -> String {
        "\(folder(of: repository))/refs/\(branch)"
    }

    /// The repository whose folder has that name; nil for other folders.
    package static func repository(ofFolder name: String) -> String? {
        guard name.hasPrefix(folderPrefix) else { return nil }
        let parts = name.dropFirst(folderPrefix.count).split(separator: "-", omittingEmptySubsequences: false)
        // Two dashes stand for a slash, and a single one is part of a name.
        var repository = ""
        var index = 0
        while index < parts.count {
            if index > 0 {
                if parts[index].isEmpty, index + 1 < parts.count {
                    repository += "/"
                    index += 1
                } else {
                    repository += "-"
                }
            }
            repository += parts[index]
            index += 1
        }
        return HubReference.isValidRepository(repository) ? repository : nil
    }

    /// Whether a text is the name of a commit.
    package static func isCommit(_ text: String) -> Bool { isHexadecimal(text, 40) }

    /// Whether a text is the name of a blob: a git object's SHA-1, or a file's SHA-256.
    package static func isObjectID(_ text: String) -> Bool { isHexadecimal(text, 40) || isHexadecimal(text, 64) }

    /// Whether a path from the hub stays inside the folder that it is put in.
    package static func isInside(_ path: String) -> Bool {
        guard !path.isEmpty, path.utf8.count <= 1024, !path.utf8.contains(0), !path.contains("\\") else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255
        }
    }

    private static func isHexadecimal(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    true
                default: false
                }
            }
    }
}
