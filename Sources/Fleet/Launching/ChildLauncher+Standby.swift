// SPDX-License-Identifier: MIT

import Logging
import Synchronization
import Wire

/// Processes without a model, which are there before one is needed, and those that are used again.
extension ChildLauncher {
    /// How long a process may take until it waits for a model.
    private static let startPatience: Duration = .seconds(60)
    /// How long it may take to say that it has begun to load one; it does so before it looks at the file.
    private static let answerPatience: Duration = .seconds(5)

    /// Options that change the process itself, or what it knows of other machines: such a model has one of its own.
    private static let processOptions: Set<OptionName> = Set(
        OptionName.list(
            \.numa,
            \.rpc,
            \.prio,
            \.prioBatch,
            \.poll,
            \.pollBatch,
            \.cpuMask,
            \.cpuMaskBatch,
            \.cpuRange,
            \.cpuRangeBatch,
            \.cpuStrict,
            \.cpuStrictBatch,
            \.specDraftPrio,
            \.specDraftPrioBatch,
            \.specDraftPoll,
            \.specDraftPollBatch,
            \.specDraftCPUMask,
            \.specDraftCPUMaskBatch,
            \.specDraftCPURange,
            \.specDraftCPURangeBatch,
            \.specDraftCPUStrict,
            \.specDraftCPUStrictBatch
        )
    )

    /// Whether a model's process can serve no other one.
    static func changesProcess(_ command: [String]) -> Bool {
        guard let parsed = try? OptionParser.parse(Array(command.dropFirst()), environment: [:], audience: .worker)
        else {
            // It will say what is wrong, and end.
            return true
        }
        return processOptions.contains { parsed.values[$0] != nil }
    }

    /// What it is started with. The alias is where it shows the name of its model in the system's lists of processes.
    private static let standbyArguments = ["--standby", "--alias", "none" + String(repeating: " ", count: 116)]

    package func prepare() {
        guard keepsStandby, let child = standby.withLock({ $0.begin(newChild) }) else { return }
        // Unstructured: the process belongs to no model yet. It ends with the launcher at the latest.
        Task { [self] in await live(child, [program] + Self.standbyArguments) }
        // The same for its deadline; nothing cancels it, so that its sleep can't fail.
        Task { [self] in
            try? await Task.sleep(for: Self.startPatience)
            if standby.withLock({ $0.isComing(child) }) { child.kill() }
        }
    }

    package func retire() {
        for child in standby.withLock({ $0.close() }) { child.stop() }
    }

    /// Gives a process that waits its model. One that says nothing to that hangs: the fleet gets another.
    func hand(_ tenant: ChildTenant, _ arguments: [String], to child: ChildWorker) async {
        child.load(arguments)
        // Nothing cancels this task, so that its sleep can't fail.
        try? await Task.sleep(for: Self.answerPatience)
        if tenant.isSilent { child.kill() }
    }

    /// A process that is about to be started.
    func newChild() -> ChildWorker {
        ChildWorker(logger: logger) { [weak self] child, bytes in
            if let self { offer(child, bytes) } else { child.stop() }
        }
    }

    /// Runs a process to its end.
    func live(_ child: ChildWorker, _ command: [String]) async {
        children.withLock { $0[ObjectIdentifier(child)] = child }
        let exit = await child.run(command, environment: environment)
        if standby.withLock({ $0.forget(child) }) {
            logger.warning(
                "The worker program waits for no model; each model gets a process of its own",
                metadata: ["program": "\(program)", "exit": "\(exit)"]
            )
        }
        children.withLock { $0[ObjectIdentifier(child)] = nil }
        child.end(exit)
    }

    /// A process has no model: it waits for the next one, or ends.
    private func offer(_ child: ChildWorker, _ bytes: Int64) {
        let (leaves, use) = standby.withLock { ($0.offer(child, bytes: bytes), $0.waitingUse(of: child)) }
        leaves?.stop()
        guard let use else { return }
        // Unstructured: nothing waits for it, and nothing cancels it, so that its sleep can't fail.
        Task { [self] in
            try? await Task.sleep(for: StandbyRoom<ChildWorker>.patience)
            if standby.withLock({ $0.expire(child, use: use) }) { child.stop() }
        }
    }
}
