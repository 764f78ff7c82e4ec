// SPDX-License-Identifier: MIT

import Platform
import StateStore
import Wire

/// The folder of conversations on a disk.
enum StoreCheck {
    /// What there is to say of it; nil where there is to be none.
    static func finding(_ options: OptionValues) -> Finding? {
        let place: StorePlace
        do throws(OptionError) {
            guard let wanted = try StorePlace.onDisk(options) else { return nil }
            place = wanted
        } catch {
            return .wrong("conversations", "\(error)", "the server doesn't start with this: correct it")
        }
        var status = stat()
        guard lstat(place.folder, &status) == 0 || errno != ENOENT else {
            return .good("conversations", "\(place.folder), which the first one makes")
        }
        if let problem = StoreFolder.problem(place.folder) {
            return .wrong("conversations", problem, "correct the folder, or name another with --cache-disk MIB,DIR")
        }
        var system = statvfs()
        guard statvfs(place.folder, &system) == 0, let store = try? StoreFolder(path: place.folder) else { return nil }
        let (free, taken) = (Double(system.f_bavail) * Double(system.f_frsize), Double(store.bytes))
        let text =
            "\(place.folder) has \(Units.bytes(taken)) of \(Units.bytes(Double(place.limit))), \(Units.bytes(free)) are free"
        return free + taken < Double(place.limit)
            ? .hint("conversations", text, "make room, or let --cache-disk have less") : .good("conversations", text)
    }
}
