// SPDX-License-Identifier: MIT

import Essentials

/// Where the lines that were typed are kept from one conversation to the next; only their owner may read it.
struct ChatHistoryFile: Sendable {
    private let folder: String
    private var path: String { folder + "/history" }

    /// nil where the environment names no home.
    init?(environment: [String: String]) {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            folder = state + "/enginehouse"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            folder = home + "/.local/state/enginehouse"
        } else {
            return nil
        }
    }

    func read() -> InputHistory {
        guard let data = FileManager.default.contents(atPath: path) else { return InputHistory() }
        return InputHistory(text: String(decoding: data, as: UTF8.self))
    }

    /// Writes all lines. A history that can't be kept is no reason to stop talking.
    func write(_ history: InputHistory) {
        let files = FileManager.default
        try? files.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let new = path + ".new"
        guard files.createFile(atPath: new, contents: Data(history.text.utf8), attributes: [.posixPermissions: 0o600])
        else { return }
        try? files.removeItem(atPath: path)
        try? files.moveItem(atPath: new, toPath: path)
    }
}
