// SPDX-License-Identifier: MIT

import Wire

/// The picture of `enginehouse top`: a snapshot in so many columns and rows.
package struct TopScreen: Sendable {
    /// The request that keys are for; nil for none.
    package private(set) var selected: String?
    private let style: Style
    private let address: String

    package init(address: String, style: Style) {
        self.address = address
        self.style = style
    }

    /// Chooses another request of those in flight.
    package mutating func move(by step: Int, in snapshot: TopSnapshot) {
        let ids = snapshot.requests.map(\.id)
        guard !ids.isEmpty else { return selected = nil }
        guard let place = selected.flatMap({ ids.firstIndex(of: $0) }) else {
            return selected = step > 0 ? ids.first : ids.last
        }
        selected = ids[min(max(0, place + step), ids.count - 1)]
    }

    /// - Parameters:
    ///   - width: columns; nil where nothing is cut.
    ///   - height: rows; nil for as many as it takes.
    package func lines(_ snapshot: TopSnapshot, width: Int?, height: Int?, hint: String? = nil) -> [String] {
        let alive = snapshot.models.filter { $0.isAlive || $0.status == "downloading" }
        let head =
            [cut(summary(snapshot, alive), width)] + snapshot.devices.map { cut($0.text, width) }
            + (snapshot.problem.map { [style(.red, cut($0, width))] } ?? [])
        let foot = hint.map { ["", style(.dim, cut($0, width))] } ?? []
        var room = height.map { max(0, $0 - head.count - foot.count) } ?? Int.max
        /// A part with its title; nothing if only the title would fit.
        func part(_ table: TextTable, empty: String?, share: Int = Int.max, selected: Int? = nil) -> [String] {
            var lines = table.lines(width: width, style: style)
            if let selected {
                lines[selected + 1] = style(
                    .reverse,
                    table.lines(width: width, style: Style(isTerminal: false, environment: [:]))[selected + 1]
                )
            }
            if table.rows.isEmpty {
                guard let empty else { return [] }
                lines = [style(.dim, empty)]
            }
            let limit = min(room, share)
            guard limit >= 3 else { return [] }
            var shown = [""] + lines
            if shown.count > limit {
                shown = Array(shown.prefix(limit - 1)) + [style(.dim, "… \(shown.count - limit + 1) more")]
            }
            room -= shown.count
            return shown
        }
        let place = selected.flatMap { id in snapshot.requests.firstIndex { $0.id == id } }
        let half = height == nil ? Int.max : max(3, room / 2)
        let models = part(modelTable(alive, snapshot), empty: "No model is loaded.", share: half)
        let requests = part(requestTable(snapshot), empty: "No request is in flight.", selected: place)
        let recent = part(recentTable(snapshot), empty: nil)
        let body = head + models + requests + recent
        // The hints stand at the bottom.
        let gap = height.map { max(0, $0 - body.count - foot.count) } ?? 0
        return body + (foot.isEmpty ? [] : Array(repeating: "", count: gap)) + foot
    }

    private func summary(_ snapshot: TopSnapshot, _ alive: [ModelFacts]) -> String {
        let memory = alive.reduce(0) { $0 + ($1.memory ?? 0) }
        let loaded = alive.count { $0.status != "downloading" }
        let waiting = snapshot.requests.count { $0.state != "running" }
        let parts = [
            "enginehouse",
            "\(loaded) of \(snapshot.models.count) models loaded" + (memory > 0 ? ", \(Units.bytes(memory))" : ""),
            "\(snapshot.requests.count - waiting) running, \(waiting) waiting", address,
        ]
        return style(.bold, parts[0]) + "   " + parts.dropFirst().joined(separator: "   ")
    }

    private func modelTable(_ models: [ModelFacts], _ snapshot: TopSnapshot) -> TextTable {
        var table = TextTable([
            .init("MODEL", minimum: 16), .init("STATUS"), .init("MEMORY", numeric: true, importance: 4),
            .init("SLOTS", importance: 5), .init("WAITING", numeric: true, importance: 3),
            .init("TOKENS/S", numeric: true, importance: 6), .init("IDLE", importance: 2),
            .init("EXPIRES", importance: 1),
        ])
        table.rows = models.map { model in
            let count = snapshot.slots[model.id]
            let rates = snapshot.requests.filter { $0.model == model.id && $0.state == "running" }
                .compactMap { $0.rate(now: snapshot.now) }
            let isBusy = (count?.busy ?? model.requests ?? 0) > 0
            return [
                .init(model.id), ModelsCommand.status(model),
                .init(model.memory.map { $0 > 0 ? Units.bytes($0) : "" } ?? ""),
                .init(count.map { "\($0.busy) of \($0.total)" } ?? ""),
                .init(model.waiting.map { $0 > 0 ? "\($0)" : "" } ?? ""),
                .init(rates.isEmpty ? "" : Units.fixed(rates.reduce(0, +), 1)),
                .init(isBusy ? "" : model.idle.map { Units.span($0.rounded()) } ?? ""),
                .init(model.expires.map { "in " + Units.span(max(0, $0 - snapshot.now).rounded()) } ?? ""),
            ]
        }
        return table
    }

    private func requestTable(_ snapshot: TopSnapshot) -> TextTable {
        var table = TextTable([
            .init("REQUEST", minimum: 16), .init("STATE"), .init("TIME", numeric: true),
            .init("TOKENS", numeric: true, importance: 5), .init("TOKENS/S", numeric: true, importance: 4),
            .init("CLIENT", importance: 3, minimum: 16), .init("PATH", importance: 2, minimum: 16),
        ])
        table.rows = snapshot.requests.map { request in
            let place = request.place.map { " (place \($0))" } ?? ""
            return [
                .init(request.model), .init(request.state + place, request.state == "running" ? .green : .yellow),
                .init(Units.span(max(0, snapshot.now - request.started))),
                .init(request.tokens > 0 ? "\(request.tokens)" : ""),
                .init(request.rate(now: snapshot.now).map { Units.fixed($0, 1) } ?? ""), .init(request.client),
                .init(request.path),
            ]
        }
        return table
    }

    private func recentTable(_ snapshot: TopSnapshot) -> TextTable {
        var table = TextTable([
            .init("ENDED", minimum: 16), .init("HOW"), .init("WHEN", numeric: true),
            .init("WAIT", numeric: true, importance: 6),
            .init("LOAD", numeric: true, importance: 5), .init("FIRST", numeric: true, importance: 4),
            .init("TOTAL", numeric: true),
            .init("TOKENS", numeric: true, importance: 3), .init("CLIENT", importance: 2, minimum: 16),
            .init("ERROR", importance: 1, minimum: 16),
        ])
        func time(_ value: Double?) -> TextTable.Cell {
            .init(value.map { $0 >= 1 ? Units.span($0 / 1000) : "" } ?? "")
        }
        table.rows = snapshot.recent.map { request in
            let tone: Style.Tone? = request.state == "failed" ? .red : request.state == "cancelled" ? .yellow : nil
            return [
                .init(request.model), .init(request.state, tone),
                .init(request.ended.map { Units.ago(max(0, snapshot.now - $0)) } ?? ""), time(request.queueTime),
                time(request.loadTime), time(request.firstByteTime), time(request.totalTime),
                .init(request.tokens > 0 ? "\(request.tokens)" : ""), .init(request.client), .init(request.error ?? ""),
            ]
        }
        return table
    }

    private func cut(_ text: String, _ width: Int?) -> String {
        guard let width else { return text }
        // Colours take no columns; the summary has them around its first part only.
        let bare = text.split(separator: "\u{1B}[1m").joined().split(separator: "\u{1B}[0m").joined()
        return DisplayWidth.of(bare) <= width ? text : DisplayWidth.cut(bare, to: width)
    }
}
