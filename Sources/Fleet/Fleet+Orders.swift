// SPDX-License-Identifier: MIT

import Catalogue
import Logging
import Synchronization
import Wire

/// What is done to workers and timers, and what workers report.
extension Fleet {
    func carryOut(_ order: FleetAction) {
        switch order {
        case .download(let model):
            download(model)
        case .launch(let worker, let model):
            launch(worker, model: model)
        case .readAhead(let model):
            if let entry = catalogue.entry(named: model) { launcher.readAhead(entry) }
        case .measure(let model):
            measure(model)
        case .look:
            look()
        case .terminate(let worker):
            record(worker)?.process?.stop()
        case .kill(let worker):
            record(worker)?.process?.kill()
        case .threads(let worker, let share):
            record(worker)?.process?.use(share)
        case .cache(let worker, let bytes):
            record(worker)?.process?.keep(bytes)
        case .stored(let bytes):
            launcher.limitStored(to: bytes)
        case .examine(let worker, let endpoint):
            examine(worker, at: endpoint)
        case .wake(let deadline):
            // Unstructured: no caller outlives the wait. Replaced by the next one, cancelled by `shutdown`.
            let waker = Task {
                do { try await self.time.sleep(deadline) } catch { return }
                self.handle { state, now in state.wake(now: now) }
            }
            guarded.withLock { tables in
                tables.waker?.cancel()
                tables.waker = waker
            }
        case .publish(let model, let phase):
            log(model, phase)
            events.phaseChanged(model, phase, now: time.now())
        case .grant, .reject:
            preconditionFailure("an answer among the orders")
        }
    }

    private func launch(_ worker: WorkerID, model: String) {
        guard let record = record(worker) else {
            preconditionFailure("\(worker) of \(model) was launched, and is unknown")
        }
        let entry = record.entry
        let fitsWhole = guarded.withLock { $0.state.fitsWhole(model) }
        let order = LaunchOrder(
            worker: worker,
            entry: entry,
            arguments: entry.workerArguments(fitsWhole: fitsWhole),
            log: record.log
        )
        record.launched(launcher.launch(order) { [self] news in receive(news, of: record) })
    }

    private func receive(_ news: WorkerNews, of record: WorkerRecord) {
        let worker = record.id
        switch news {
        case .event(let event):
            if let offence = guarded.withLock({ $0.state.offence(of: worker, event) }) {
                return punish(record, offence)
            }
            if case .failed(let reason, _) = event { record.says(String(reason.prefix(500))) }
            receive(event, of: worker)
        case .offence(let offence):
            punish(record, offence)
        case .cutOff:
            cutOff(worker, model: record.model)
        case .exited(let exit):
            let tail = record.log.tail(20)
            // First the state, then those whose connection broke: if they ask again, they must not get this worker.
            let how = record.end(exit)
            let lacksMemory = exit == .signaled(9) && hasKilledForMemory()
            handle { state, now in
                state.workerExited(worker, exit, how: how, logTail: tail, lacksMemory: lacksMemory, now: now)
            }
            record.exited(exit, logTail: tail)
            let mourners = guarded.withLock { tables in
                tables.records[worker] = nil
                return tables.takeMourners()
            }
            for mourner in mourners { mourner.resume() }
        }
    }

    private func receive(_ event: WorkerEvent, of worker: WorkerID) {
        switch event {
        case .loading(let progress):
            handle { state, now in state.workerLoading(worker, progress: progress, now: now) }
        case .sleeping:
            handle { state, now in state.workerSleeping(worker, now: now) }
        case .ready(let endpoint, let measured, let info):
            handle { state, now in
                state.workerReady(worker, endpoint: endpoint, measured: measured, info: info, now: now)
            }
            if let entry = record(worker)?.entry { keepFootprint(of: entry) }
        case .failed(let reason, let lacksMemory):
            handle { state, now in
                state.workerFailed(worker, reason: reason, lacksMemory: lacksMemory, now: now)
            }
        case .memory(let devices):
            saw(devices, by: worker)
        case .measured, .standby:
            // What only workers say that serve no model of the fleet.
            break
        }
    }

    /// A worker says what none of ours would say: it is broken or foreign, and gets no request any more.
    private func punish(_ record: WorkerRecord, _ offence: WorkerOffence) {
        let worker = record.id
        let reason = "its worker broke the rules of the handshake (\(offence)), so it was killed"
        logger.error(
            "Worker broke the rules",
            metadata: ["model": "\(record.model)", "worker": "\(worker)", "reason": "\(offence)"]
        )
        record.doom(reason)
        handle { state, now in state.workerOffended(worker, reason: reason, now: now) }
    }

    /// A worker can't be reached any more: others get a new one.
    func cutOff(_ worker: WorkerID, model: String) {
        guard guarded.withLock({ $0.state.phase(of: model).serving?.worker == worker }) else { return }
        logger.warning(
            "Worker's socket was removed; the model is loaded again",
            metadata: ["model": "\(model)", "worker": "\(worker)"]
        )
        handle { state, now in state.workerCutOff(worker, now: now) }
    }

    /// Finds out whether a worker that has work still answers; if not even a probe is answered, it is killed.
    private func examine(_ worker: WorkerID, at endpoint: WorkerEndpoint) {
        guard let record = record(worker) else { return }
        guard !record.hasProgressed() else {
            handle { state, now in state.workerAnswered(worker, now: now) }
            return
        }
        // Unstructured: nothing waits for it. It ends with the probe, which has a limit.
        Task {
            guard let problem = await probe.problem(at: endpoint, within: settings.probeTimeout) else {
                handle { state, now in state.workerAnswered(worker, now: now) }
                return
            }
            let limit = guarded.withLock { $0.state.stallTimeout(of: record.model) } ?? .zero
            let seconds = limit.components.seconds
            let reason =
                "its worker answered nothing for \(seconds) s and failed a probe (\(problem)), so it was killed"
            logger.error(
                "Worker stalled",
                metadata: ["model": "\(record.model)", "worker": "\(worker)", "reason": "\(problem)"]
            )
            record.doom(reason)
            handle { state, now in state.workerStalled(worker, reason: reason, now: now) }
        }
    }

    private func record(_ worker: WorkerID) -> WorkerRecord? {
        guarded.withLock { $0.records[worker] }
    }

    private func log(_ model: String, _ phase: ModelPhase) {
        var metadata: Logger.Metadata = ["model": "\(model)"]
        if let worker = phase.worker { metadata["worker"] = "\(worker)" }
        switch phase {
        case .absent(nil):
            logger.info("Model unloaded", metadata: metadata)
        case .absent(let failure?):
            metadata["reason"] = "\(failure.sentence)"
            logger.warning("Model lost its worker", metadata: metadata)
        case .loading(let loading) where loading.progress == 0:
            logger.info("Model loading", metadata: metadata)
        case .loading:
            break
        case .ready(let ready) where ready.memory == .asleep:
            logger.info("Model sleeping", metadata: metadata)
        case .ready(let ready) where ready.wakeDeadline != nil:
            break
        case .ready(let ready):
            metadata["seconds"] = "\(ready.measured.loadSeconds)"
            metadata["endpoint"] = "\(ready.endpoint)"
            logger.info("Model loaded", metadata: metadata)
        case .draining(let draining):
            metadata["cause"] = "\(draining.cause.word)"
            metadata["requests"] = "\(draining.ready.inFlight)"
            logger.info("Model draining", metadata: metadata)
        case .stopping(let stopping):
            metadata["cause"] = "\(stopping.cause.word)"
            metadata["killed"] = "\(stopping.killAt == nil)"
            logger.info("Model stopping", metadata: metadata)
        }
    }
}
