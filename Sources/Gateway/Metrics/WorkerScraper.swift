// SPDX-License-Identifier: MIT

import NIOCore
import NIOPosix
import Wire

/// Reads the metrics of loaded workers. It wakes no model and keeps none awake.
struct WorkerScraper: Sendable {
    let leasing: any ModelLeasing
    let pools: UpstreamPools
    /// The longest time for one worker.
    let timeout: TimeAmount

    /// The page of a model's worker, or nil if it has none or doesn't answer in time.
    func page(of model: String) async -> String? {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = eventLoop.makePromise(of: String?.self)
        eventLoop.execute { begin(model, on: eventLoop, promise) }
        return (try? await promise.futureResult.get()) ?? nil
    }

    private func begin(_ model: String, on eventLoop: any EventLoop, _ promise: EventLoopPromise<String?>) {
        let attempt = NIOLoopBoundBox<WorkerScrape?>(nil, eventLoop: eventLoop)
        let hasSettled = NIOLoopBoundBox(false, eventLoop: eventLoop)
        let withdraw = leasing.lease(model, autoload: false, isUse: false) { result in
            // Always later, so that nothing of this happens before `begin` is done.
            eventLoop.execute {
                guard case .success(let lease) = result, !hasSettled.value else {
                    if case .success(let lease) = result { lease.end() }
                    if !hasSettled.value { promise.succeed(nil) }
                    hasSettled.value = true
                    return
                }
                let scrape = WorkerScrape(lease: lease, pool: pools.pool(of: eventLoop)) { page in
                    guard !hasSettled.value else { return }
                    hasSettled.value = true
                    promise.succeed(page)
                }
                attempt.value = scrape
                scrape.begin()
            }
        }
        eventLoop.scheduleTask(in: timeout) {
            withdraw?()
            attempt.value?.giveUp()
            attempt.value = nil
            guard !hasSettled.value else { return }
            hasSettled.value = true
            promise.succeed(nil)
        }
    }
}
