// SPDX-License-Identifier: MIT

import Engine
import Logging
import Wire

/// Loads the model, frees it when it falls asleep, loads it again for the next request, and tells the parent.
struct ModelLoader: Sendable {
    let settings: WorkerSettings
    let state: ModelState
    let metrics: EngineMetrics
    let events: EventWriter
    let logger: Logger
    /// When the process started.
    let started: ContinuousClock.Instant
    /// Ends the process at once, with a status.
    let exit: @Sendable (CInt) -> Void

    /// Runs until the model can't be loaded, or its task is cancelled.
    /// - Parameter addresses: gives where requests are served, once that is known.
    /// - Returns: an exit status; nil if it was cancelled.
    func run(_ addresses: AsyncStream<WorkerEndpoint>) async -> CInt? {
        var served: WorkerEndpoint?
        while true {
            switch state.next() {
            case .load:
                guard let load = await load() else { continue }
                if served == nil { served = await addresses.first { _ in true } }
                guard let served else { return nil }
                events.send(.ready(address: served, measured: load.measured, model: load.facts))
            case .free: await free()
            case .look(let time):
                do { try await Task.sleep(until: started + time, clock: .continuous) } catch { return nil }
            case .rest:
                guard await state.called() else { return nil }
            case .over:
                await letAnswersGo()
                return 1
            }
        }
    }

    /// - Returns: what there is to say of the loaded model; nil if that failed.
    private func load() async -> (measured: WorkerMeasurements, facts: JSONValue)? {
        let before = ContinuousClock.now
        let portrait = try? state.portrait().portrait
        // The parent gives the first load its time, and may have been told how long that may be.
        let limit = portrait.map { Self.patience($0) }
        let watchdog = limit.map { watch($0) }
        defer { watchdog?.cancel() }
        do {
            events.send(.loading(progress: 0))
            let engine = try await Engine.start(settings.engine, metrics: metrics) {
                events.send(.loading(progress: $0))
            }
            let model = ServedModel(
                engine: engine,
                name: settings.name,
                path: settings.engine.model.path,
                defaults: settings.defaults(of: engine.model),
                media: settings.media
            )
            var measured = engine.measured
            measured.loadSeconds = (ContinuousClock.now - (portrait == nil ? started : before)) / .seconds(1)
            state.loaded(model)
            if let fit = engine.model.fit {
                logger.log(level: fit.fits && !fit.hasChanged ? .info : .warning, "\(fit.sentence)")
            }
            for warning in engine.warnings {
                logger.warning("the model is loaded", metadata: ["warning": "\(warning)"])
            }
            logger.info("the model is loaded", metadata: ["seconds": "\(measured.loadSeconds)"])
            return (measured, model.facts)
        } catch {
            fail(error.message, lacksMemory: error.lacksMemory)
            return nil
        }
    }

    private func free() async {
        // No request uses the engine, so its thread is at rest and ends at once.
        let watchdog = watch(.seconds(60))
        defer { watchdog.cancel() }
        await Self.end(state.take())
        EngineRuntime.trimMemory()
        state.freed()
        logger.info("the model sleeps")
        events.send(.sleeping)
    }

    /// Frees a model; nothing of it is left when this returns.
    static func end(_ model: consuming ServedModel?) async {
        await model?.engine.end()
    }

    /// Gives up after a time, however much the engine hangs.
    private func watch(_ limit: Duration) -> Task<Void, Never> {
        // Unstructured: what hangs can't be cancelled, and must not hold this up. It ends with what it watches.
        Task {
            do { try await Task.sleep(for: limit) } catch { return }
            fail("it took longer than \(limit.components.seconds) s")
            await letAnswersGo()
            exit(1)
        }
    }

    private func fail(_ reason: String, lacksMemory: Bool = false) {
        logger.error("the model cannot be loaded", metadata: ["reason": "\(reason)"])
        events.send(.failed(reason: reason, lacksMemory: lacksMemory))
        state.fail(reason)
    }

    /// Gives waiting requests 500 ms to receive their error. At the first load none waits.
    private func letAnswersGo() async {
        guard (try? state.portrait()) != nil else { return }
        // A cancelled task need not wait.
        try? await Task.sleep(for: .milliseconds(500))
    }

    /// How long a load may take: as long as the router gives by default.
    private static func patience(_ portrait: ModelPortrait) -> Duration {
        .seconds(60 + Int64(clamping: portrait.bytes / 50_000_000))
    }
}
