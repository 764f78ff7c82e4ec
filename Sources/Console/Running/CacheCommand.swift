// SPDX-License-Identifier: MIT

import Essentials
import StateStore
import Wire

/// `enginehouse cache`: the conversations that lie on a disk. It needs no router.
struct CacheCommand {
    let context: CommandContext

    /// A record, and what its header says.
    private struct Row {
        let facts: RecordWorth.Facts
        let header: RecordHeader
    }

    /// - Returns: whether all is well.
    func run() throws -> Bool {
        let path = try folder()
        guard FileManager.default.fileExists(atPath: path) else {
            if context.writesJSON { context.write(["folder": .string(path), "conversations": .array([])]) }
            context.say("No conversations lie in \(path).")
            return true
        }
        let store: StoreFolder
        do { store = try StoreFolder(path: path) } catch { throw ConsoleError("\(error)") }
        switch context.word {
        case "", "list": list(store)
        case "clear": try clear(store)
        case "verify": return verify(store)
        default: throw UsageError("'\(context.word)' is none of list, clear, verify")
        }
        return true
    }

    /// Where conversations lie, by the options that the server would have.
    private func folder() throws -> String {
        if let folder = context.invocation.text(.dir) {
            let place = StorePlace(
                option: "1,\(folder)",
                environment: context.environment,
                currentFolder: FileManager.default.currentDirectoryPath
            )
            guard let place else { throw UsageError("--dir needs a folder") }
            return place.folder
        }
        // Where the options are wrong, another folder must not be taken for the server's: it could be cleared.
        if let place = try StorePlace.onDisk(context.surroundings.serverOptions().values) { return place.folder }
        guard let folder = StorePlace.standardFolder(context.environment) else {
            throw UsageError("there is no folder for caches here: HOME isn't set; give --dir")
        }
        return folder
    }

    private func rows(_ store: StoreFolder) -> [Row] {
        store.records(now: Clock.now).sorted { ($0.age, $0.name.id) < ($1.age, $1.name.id) }.compactMap { facts in
            store.header(of: facts.name).map { Row(facts: facts, header: $0) }
        }
    }

    private func list(_ store: StoreFolder) {
        let rows = rows(store)
        if context.writesJSON {
            let entries = rows.map { row -> JSONValue in
                [
                    "model": .string(row.header.model), "tokens": .integer(Int64(row.header.sections[0].length)),
                    "bytes": .integer(row.facts.bytes), "seconds_to_compute": .number(row.header.seconds),
                    "seconds_since_use": .number(row.facts.age), "file": .string("\(row.facts.name)"),
                ]
            }
            return context.write(["folder": .string(store.path), "conversations": .array(entries)])
        }
        guard !rows.isEmpty else { return context.say("No conversations lie in \(store.path).") }
        var table = TextTable([
            .init("MODEL"), .init("TOKENS", numeric: true), .init("SIZE", numeric: true),
            .init("SAVES", numeric: true, importance: 1), .init("USED", importance: 2),
        ])
        table.rows = rows.map { row in
            [
                .init(row.header.model.printable), .init("\(row.header.sections[0].length)"),
                .init(Units.bytes(Double(row.facts.bytes))), .init(Units.span(row.header.seconds)),
                .init(Units.ago(max(row.facts.age, 0))),
            ]
        }
        context.output.table(table)
        let bytes = rows.reduce(Int64(0)) { $0 + $1.facts.bytes }
        context.output.lines(["", "\(Units.bytes(Double(bytes))) in \(store.path)"])
    }

    private func clear(_ store: StoreFolder) throws {
        let bytes = store.bytes
        let question = "Delete all conversations (\(Units.bytes(Double(bytes)))) from the disk?"
        guard try bytes == 0 || context.confirms(question, "cache clear", "to delete them") else {
            return context.say("They stay.")
        }
        let count = store.trim(to: 0, now: Clock.now)
        if context.writesJSON {
            context.write(["removed": .integer(Int64(count)), "bytes": .integer(bytes)])
        } else {
            context.output.line("\(count) conversations are deleted, \(Units.bytes(Double(bytes))) are free")
        }
    }

    /// Reads each record as a whole; those that aren't what was written go.
    private func verify(_ store: StoreFolder) -> Bool {
        let records = store.records(now: Clock.now)
        let damaged = records.filter { !store.verify($0.name) }
        if context.writesJSON {
            context.write([
                "right": .integer(Int64(records.count - damaged.count)),
                "removed": .array(damaged.map { .string("\($0.name)") }),
            ])
        } else {
            context.output.lines(damaged.map { "\($0.name) is damaged, or of another version, and was removed" })
            context.output.line(
                "\(records.count - damaged.count) of \(records.count) conversations are as they were written"
            )
        }
        return damaged.isEmpty
    }
}
