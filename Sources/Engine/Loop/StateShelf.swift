// SPDX-License-Identifier: MIT

import Dispatch
import Essentials
import StateStore
import Synchronization

/// The store of one model's conversations: a ``StoreFolder`` in the engine's terms.
final class StateShelf: Sendable {
    /// Seconds that a token takes by a guess, before any prompt was computed.
    private static let usualSeconds = 0.001

    let place: StorePlace
    private let folder: StoreFolder
    /// Of what states are computed with.
    private let fingerprint: UInt64
    /// Of what the draft model's states are computed with; 0 without one.
    private let draft: UInt64
    /// What the model's file is called.
    private let model: String
    /// Seconds that a token takes, as a record said last that was written before.
    private let pace = Mutex<Double?>(nil)
    /// Writes go one after another, beside the engine's thread.
    private let queue = DispatchQueue(label: "enginehouse.states", qos: .utility)

    /// - Throws: where the folder can't be used.
    init(_ place: StorePlace, model: String, fingerprint: UInt64, draft: UInt64) throws(StoreError) {
        self.model = model
        self.place = place
        self.fingerprint = fingerprint
        self.draft = draft
        folder = try StoreFolder(path: place.folder)
    }

    /// What the records of this model hold, without the states. Those that can't be used by any are removed.
    /// - Parameter identify: gives a medium's chunk with a key its identity; nil where the model takes no media.
    func stock(identify: ((String) -> MediaIdentity)?) -> [ShelvedState] {
        folder.records(now: Self.now).filter { $0.name.fingerprint == fingerprint }
            // The oldest first.
            .sorted { ($0.age, $0.name.id) > ($1.age, $1.name.id) }
            .compactMap { facts in
                guard let header = folder.header(of: facts.name) else { return nil }
                if let count = header.sections.first?.length, count > 0 {
                    pace.withLock { $0 = header.seconds / Double(count) }
                }
                return state(header, identify: identify) { _ in [] }
            }
    }

    /// A record's content with its state; nil where it can't be used, or is gone.
    func read(
        _ id: UInt64,
        identify: ((String) -> MediaIdentity)?
    ) -> (state: ShelvedState, bytes: RecordBytes)? {
        guard let record = folder.read(RecordName(fingerprint: fingerprint, id: id)), let bytes = record.contents.first
        else { return nil }
        return state(record.header, identify: identify) { record.contents[$0].array }.map { ($0, bytes) }
    }

    private func state(
        _ header: RecordHeader,
        identify: ((String) -> MediaIdentity)?,
        content: (Int) -> [UInt8]
    ) -> ShelvedState? {
        guard var sequence = try? SlotFile.sequence(header.words, identify: identify),
            header.sections[0].length == sequence.count
        else { return nil }
        sequence.adapters = AdapterUse(header.scales, from: header.start)
        sequence.first = header.sections[0].first
        let last = header.sections.count - 1
        let hasDraft = header.draft != 0 && last > 0
        let section = header.sections[last]
        return ShelvedState(
            mark: ShelfMark(header),
            sequence: sequence,
            checkpoints: (1..<(hasDraft ? last : last + 1)).map { index in
                let section = header.sections[index]
                return .init(length: section.length, first: section.first, state: content(index))
            },
            draft: hasDraft && header.draft == draft
                ? .init(length: section.length, first: section.first, state: content(last)) : nil
        )
    }

    /// The most bytes that all conversations may have now: a router may have lowered it since.
    var room: Int { Int(clamping: min(place.limit, folder.limit ?? .max)) }

    /// Writes a conversation, in the place of what is worth least where there is no room.
    /// - Parameters:
    ///   - rate: tokens of prompts that are computed in a second; nil where that isn't known.
    func write(_ item: ShelfItem, rate: Double?) -> ShelfOutcome {
        let sequence = item.sequence
        var contents = [(length: sequence.count, first: sequence.first, bytes: item.state)]
        contents += sequence.checkpoints.map { ($0.length, $0.first, $0.state) }
        if let part = item.draft { contents.append((part.length, part.first, part.state)) }
        let bytes = contents.reduce(Int64(0)) { $0 + Int64($1.bytes.count) }
        let limit = Int64(room)
        guard bytes < limit else { return .failed }
        folder.trim(to: limit - bytes, now: Self.now)
        do throws(StoreError) {
            return try written(item, contents, rate: rate)
        } catch {
            guard error.isFull else { return failed(error) }
        }
        // The disk has less room than it may have: of what is there so much goes as is needed.
        folder.trim(to: max(folder.bytes - bytes - bytes / 4, 0), now: Self.now)
        do throws(StoreError) {
            return try written(item, contents, rate: rate)
        } catch {
            return failed(error)
        }
    }

    private func written(
        _ item: ShelfItem,
        _ contents: [(length: Int, first: Int, bytes: [UInt8])],
        rate: Double?
    ) throws(StoreError) -> ShelfOutcome {
        let sequence = item.sequence
        let perToken = rate.map { 1 / $0 } ?? pace.withLock { $0 } ?? Self.usualSeconds
        let adapters = sequence.adapters
        let base = item.base.map { RecordName(fingerprint: fingerprint, id: $0) }
        let (_, header) = try folder.write(contents, sharing: base) { sections, base in
            RecordHeader(
                model: model,
                fingerprint: fingerprint,
                seconds: Double(sequence.count) * perToken,
                scales: adapters.scales,
                start: adapters.start,
                base: base,
                draft: item.draft == nil ? 0 : draft,
                words: SlotFile.words(sequence),
                sections: sections
            )
        }
        return .kept(ShelfMark(header))
    }

    private func failed(_ error: StoreError) -> ShelfOutcome {
        EngineRuntime.note("\(error)", .warning)
        return .failed
    }

    /// Does something beside the engine's thread, after what was asked before.
    func later(_ work: @escaping @Sendable (StateShelf) -> Void) { queue.async { [self] in work(self) } }

    /// Waits until that is done.
    func finish() { queue.sync {} }

    func remove(_ id: UInt64) { later { $0.folder.remove(RecordName(fingerprint: $0.fingerprint, id: id)) } }

    private static var now: Double { Date().timeIntervalSince1970 }
}

extension ShelfMark {
    fileprivate init(_ header: RecordHeader) {
        self.init(
            id: header.id,
            base: header.base == 0 ? nil : header.base,
            seconds: header.seconds,
            stored: header.recordSize,
            bytes: header.contentSize
        )
    }
}
