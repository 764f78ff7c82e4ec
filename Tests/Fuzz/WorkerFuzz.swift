// SPDX-License-Identifier: MIT

import Lines
import Wire

/// libFuzzer's entry: it plays a worker. Whatever bytes one writes to its standard output become lines, and each of
/// them is an event that can be reckoned with, an offence, or log.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var splitter = LineSplitter(limit: 4096)
    var lines = splitter.feed(UnsafeRawBufferPointer(start: data, count: count))
    if let last = splitter.finish() { lines.append(last) }
    var sum: Int64 = 0
    for line in lines {
        precondition(!line.text.printable.unicodeScalars.contains { $0.value < 0x20 }, "a log line that isn't one line")
        guard let event = try? WorkerEvent(line: line.text) else { continue }
        switch event {
        case .loading(let progress):
            precondition((0...1).contains(progress), "progress beyond its range")
        case .ready(let address, let measured, let model):
            precondition((0...1e9).contains(measured.loadSeconds), "seconds beyond their range")
            // What the router does with them.
            _ = Duration.seconds(measured.loadSeconds)
            sum += measured.totalBytes
            sum = 0
            _ = model.text
            if case .unix = address {
                precondition(WorkerEndpoint(address.description) == address, "an address that can't be written")
            }
        case .measured(let measured): precondition(measured.totalBytes >= 0, "bytes below none")
        case .memory(let devices):
            precondition(devices.allSatisfy { $0.total >= 0 && $0.free >= 0 }, "bytes below none")
        case .standby(let bytes): precondition(bytes >= 0, "bytes below none")
        case .sleeping, .failed: break
        }
        // What was read can be written, and means the same.
        guard case .ready(.tcp, _, _) = event else {
            let again = try? WorkerEvent(line: event.line)
            precondition(again?.line == event.line, "an event changes when it is written and read")
            continue
        }
    }
    return 0
}
