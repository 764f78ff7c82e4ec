// SPDX-License-Identifier: MIT

import AsyncHTTPClient
package import Catalogue
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Platform

extension ModelHub {
    /// Downloads what is missing of a model, then makes the model visible. Parts of an earlier try are continued.
    ///
    /// When it fails, or its task is cancelled, finished and unfinished blobs stay for the next try.
    /// - Throws: what kept it from being complete, in one sentence.
    package func download(_ plan: HubPlan, report: @escaping Report) async throws(HubError) {
        let repository = plan.reference.repository
        try await onDisk { () throws(HubError) in
            try CacheFiles.makeFolder(cache.folder(of: repository) + "/blobs")
            try CacheFiles.checkRoom(for: plan, in: cache)
        }
        let result = await withTaskGroup(of: HubError?.self) { group in
            var failure: HubError?
            var files = plan.choice.files.makeIterator()
            func addNext() {
                guard failure == nil, let file = files.next() else { return }
                group.addTask {
                    do throws(HubError) {
                        try await bring(file, plan, report)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            for _ in 0..<max(1, settings.parallelFiles) { addNext() }
            while let result = await group.next() {
                if let result, failure == nil {
                    failure = result
                    group.cancelAll()
                }
                addNext()
            }
            return failure
        }
        if let result { throw result }
        try await onDisk { () throws(HubError) in try CacheFiles.link(plan, in: cache) }
    }

    /// Checks that what is missing of a model fits on the disk.
    /// - Throws: `disk`.
    package func checkRoom(for plan: HubPlan) async throws(HubError) {
        try await onDisk { () throws(HubError) in try CacheFiles.checkRoom(for: plan, in: cache) }
    }

    /// Removes what an unfinished download has left.
    package func discardParts(of plan: HubPlan) async {
        let blobs = plan.choice.files.map { cache.blob($0.oid, of: plan.reference.repository) }
        do throws(HubError) {
            try await onDisk { () throws(HubError) in
                for blob in blobs { CacheFiles.removeFile(blob + PartFile.suffix) }
                CacheFiles.removeIfUnused(cache.folder(of: plan.reference.repository))
            }
        } catch {
            logger.warning("Parts of a download not removed", metadata: ["reason": "\(error)"])
        }
    }

    /// Sees to it that one file's blob is there.
    private func bring(_ file: HubFile, _ plan: HubPlan, _ report: Report) async throws(HubError) {
        let repository = plan.reference.repository
        let url = try url("\(repository)/resolve/\(plan.commit)/\(Self.escaped(file.path))")
        let blob = cache.blob(file.oid, of: repository)
        let linked = "\(cache.snapshot(plan.commit, of: repository))/\(file.path)"
        func isThere() async throws(HubError) -> Bool {
            try await onDisk { () throws(HubError) in
                [blob, linked].contains { CacheFiles.size(of: $0) == file.sizeBytes }
            }
        }
        guard try await !isThere() else { return report(url.text, file.sizeBytes, file.sizeBytes) }
        let part = try await open(file, blob, until: isThere)
        guard let part else { return report(url.text, file.sizeBytes, file.sizeBytes) }
        do throws(HubError) {
            try await onDisk { () throws(HubError) in try part.takeIn() }
            report(url.text, part.have, file.sizeBytes)
            try await trying { () async throws(HubError) in
                let had = part.have
                try await fill(part, file, url, report)
                do throws(HubError) {
                    try await onDisk { () throws(HubError) in try part.finish(as: blob) }
                } catch {
                    // A file that was pieced together may be wrong because of the old piece: the next try starts anew.
                    guard error.code == .wrongContent, had > 0 else { throw error }
                    throw HubError(.interrupted, error.message)
                }
            }
        } catch {
            // What can't be continued makes room. On a full disk it stays, for when there is room again.
            if error.code == .wrongContent { part.remove() }
            // It doesn't say how much room it takes; this does.
            if error.code == .disk { try await checkRoom(for: plan) }
            throw error
        }
    }

    /// Opens the part of a file, once no other download has it.
    /// - Returns: nil if the other one has finished it.
    private func open(
        _ file: HubFile,
        _ blob: String,
        until isThere: () async throws(HubError) -> Bool
    ) async throws(HubError) -> PartFile? {
        let deadline = ContinuousClock.now + .seconds(3600)
        while true {
            do throws(HubError) {
                let part = try await onDisk { () throws(HubError) in try PartFile(blob: blob, of: file) }
                guard try await isThere() else { return part }
                part.remove()
                return nil
            } catch {
                guard error.code == .busy, ContinuousClock.now < deadline else { throw error }
            }
            do { try await Task.sleep(for: .milliseconds(250)) } catch {
                throw HubError(.cancelled, "it was cancelled")
            }
            if try await isThere() { return nil }
        }
    }

    /// Downloads until the part is as long as the file.
    private func fill(_ part: PartFile, _ file: HubFile, _ url: HubURL, _ report: Report) async throws(HubError) {
        guard part.have < file.sizeBytes || file.sizeBytes == 0 else { return }
        let have = part.have
        // Compressed bytes are not those that are counted and continued.
        var headers = ["accept-encoding": "identity"]
        if have > 0 { headers["range"] = "bytes=\(have)-" }
        try await client.get(url, headers: headers) { answer in
            let fields = answer.response.headers
            let range = try RangeAnswer(
                status: Int(answer.response.status.code),
                have: have,
                size: file.sizeBytes,
                oid: file.oid,
                entityTag: answer.entityTag,
                contentRange: fields.first(name: "content-range"),
                contentLength: fields.first(name: "content-length").flatMap { UInt64($0) }
            )
            switch range {
            case .append: break
            case .complete: return
            case .restart: try await onDisk { () throws(HubError) in try part.reset() }
            case .askAgain:
                try await onDisk { () throws(HubError) in try part.reset() }
                throw HubError(.interrupted, "the hub can't continue '\(file.path)'; it starts again")
            }
            for try await bytes in answer.response.body {
                try await onDisk { () throws(HubError) in try part.append(bytes) }
                report(url.text, part.have, file.sizeBytes)
            }
        }
        if Task.isCancelled { throw HubError(.cancelled, "it was cancelled") }
        guard part.have == file.sizeBytes else {
            throw HubError(
                .interrupted,
                "the connection ended after \(part.have) of \(file.sizeBytes) bytes of '\(file.path)'"
            )
        }
    }

    /// Runs what blocks on a thread for that.
    func onDisk<Value: Sendable>(_ work: @escaping @Sendable () throws(HubError) -> Value) async throws(HubError)
        -> Value
    {
        let result: Result<Value, HubError>
        do {
            result = try await NIOThreadPool.singleton.runIfActive {
                Result { () throws(HubError) in try work() }
            }
        } catch {
            throw HubError(.cancelled, "it was cancelled")
        }
        return try result.get()
    }

    /// A path as it stands in a URL.
    static func escaped(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                output.append(byte)
            default:
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
