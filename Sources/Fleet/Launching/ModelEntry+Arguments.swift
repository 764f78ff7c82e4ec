// SPDX-License-Identifier: MIT

import Catalogue
import Wire

extension ModelEntry {
    /// How a command line names the model's file. No worker is started for one that isn't there; lists show this.
    var fileArguments: [String] {
        guard path.isEmpty else { return ["-m", path] }
        // A section that can't be used names no file.
        guard case .remote(let selection) = files else { return [] }
        return ["--hf-repo", selection.reference.text] + (selection.file.map { ["--hf-file", $0] } ?? [])
    }
}
