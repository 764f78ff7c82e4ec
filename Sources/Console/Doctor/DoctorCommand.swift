// SPDX-License-Identifier: MIT

import AsyncHTTPClient
import Essentials
import NIOCore
import NIOHTTP1
import Platform
import Wire

/// `enginehouse doctor`
struct DoctorCommand {
    let context: CommandContext

    /// - Returns: whether all is well.
    func run() async throws -> Bool {
        let address = try RouterAddress(context.invocation.text(.host) ?? RouterAddress.standard)
        var findings = await programs()
        findings += memory()
        findings += limits()
        let options = optionFindings()
        findings += options.findings
        let answer = try await router(address, options.values)
        findings += [StoreCheck.finding(options.values)].compactMap(\.self)
        findings += places(options.values, isServing: answer.first?.verdict == .good)
        findings += answer
        if context.invocation.flag(.hub) { findings.append(await hub()) }
        report(findings)
        return !findings.contains { $0.verdict == .wrong }
    }

    private func report(_ findings: [Finding]) {
        let wrong = findings.count { $0.verdict == .wrong }
        if context.writesJSON {
            return context.write(["ok": .bool(wrong == 0), "findings": .array(findings.map(\.json))])
        }
        let width = findings.reduce(0) { max($0, DisplayWidth.of($1.subject)) }
        let columns = context.output.size?.columns
        for finding in findings {
            context.output.lines(finding.lines(subjectWidth: width, width: columns, style: context.style))
        }
        let hints = findings.count { $0.verdict == .hint }
        context.output.line("")
        context.output.line(
            wrong > 0
                ? context.style(.red, "\(wrong) \(wrong == 1 ? "thing is" : "things are") wrong.")
                : context.style(.green, hints > 0 ? "Nothing is wrong; something could be better." : "All is well.")
        )
    }

    // MARK: What there is

    private func programs() async -> [Finding] {
        let path = context.surroundings.workerPath
        guard FileManager.default.isExecutableFile(atPath: path) else {
            return [
                .wrong(
                    "programs",
                    "\(path) isn't there, or isn't a program",
                    "install enginehouse-worker beside enginehouse (make build)"
                )
            ]
        }
        do {
            let about = try await WorkerQuestion.about(path)
            return [.good("programs", "enginehouse \(Version.current), \(path)")]
                + EngineCheck.findings(
                    about: about,
                    version: Version.current,
                    processor: EngineCheck.flags(cpuinfo: text(of: "/proc/cpuinfo")),
                    graphics: graphics
                )
        } catch {
            return [
                .wrong(
                    "programs",
                    "\(path) doesn't start: \(error)",
                    "build the engine on this machine: scripts/engine, then make build"
                )
            ]
        }
    }

    /// The makers of GPUs whose drivers show themselves.
    private var graphics: [String] {
        let marks = [("/dev/nvidiactl", "NVIDIA"), ("/dev/kfd", "AMD")]
        return marks.filter { FileManager.default.fileExists(atPath: $0.0) }.map(\.1)
    }

    private func memory() -> [Finding] {
        let groups = ControlGroups { try? String(contentsOfFile: $0, encoding: .utf8) }
        let limit = groups.memoryLimit.map(Double.init)
        return [MemoryCheck.finding(meminfo: text(of: "/proc/meminfo"), limit: limit)].compactMap(\.self)
    }

    private func limits() -> [Finding] {
        guard let limit = openFilesLimit, limit < 1024 else { return [] }
        return [
            .hint(
                "limits",
                "a process may open \(limit) files; each connection is one",
                "raise it: ulimit -n 4096, or LimitNOFILE= of the service"
            )
        ]
    }

    private func optionFindings() -> (values: OptionValues, findings: [Finding]) {
        do {
            let parsed = try context.surroundings.serverOptions()
            let hints = parsed.warnings.map { Finding.hint("options", "\($0)") }
            let count = parsed.values.names.count
            return (
                parsed.values,
                hints + [
                    .good(
                        "options",
                        count == 0 ? "none beside the command line" : "\(count) from files and the environment"
                    )
                ]
            )
        } catch {
            return (
                OptionValues(), [.wrong("options", "\(error)", "the server doesn't start with this: correct it there")]
            )
        }
    }

    private func places(_ options: OptionValues, isServing: Bool) -> [Finding] {
        let facts = context.surroundings.localFacts(options)
        var findings = facts.problems.map { Finding.wrong("models", $0, "correct the folder, or its permissions") }
        if facts.modelCount > 0 {
            findings.append(.good("models", "\(facts.modelCount) without --models-dir"))
        } else if !isServing {
            // A router that runs was told where its models are.
            findings.append(
                .hint(
                    "models",
                    "the server would find none by itself",
                    "name their folder (--models-dir DIR), or download one: `enginehouse pull` lists some"
                )
            )
        }
        findings += facts.broken.prefix(8).map {
            .wrong("model \($0.model)", $0.reason, "delete the file, or download it again")
        }
        if let cache = facts.cache {
            findings.append(Self.cacheFinding(cache))
        } else {
            findings.append(.hint("downloads", "there is no folder for them", "set LLAMA_CACHE, HF_HOME or HOME"))
        }
        if let problem = facts.runtimeProblem {
            findings.append(
                .wrong("sockets", problem, "set TMPDIR or XDG_RUNTIME_DIR to a folder of yours with a short path")
            )
        }
        return findings
    }

    private static func cacheFinding(_ path: String) -> Finding {
        // The nearest folder that exists is where it would be made.
        var folder = path
        while !folder.isEmpty, !FileManager.default.fileExists(atPath: folder) {
            folder = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        }
        guard !folder.isEmpty, access(folder, W_OK | X_OK) == 0 else {
            return .wrong(
                "downloads",
                "\(path) cannot be written to",
                "change its owner, or set LLAMA_CACHE to a folder of yours"
            )
        }
        var system = statvfs()
        guard statvfs(folder, &system) == 0 else { return .good("downloads", path) }
        let free = Double(system.f_bavail) * Double(system.f_frsize)
        let text = "\(path), \(Units.bytes(free)) are free"
        return free < 2 * 1024 * 1024 * 1024
            ? .hint("downloads", text, "make room: few models are smaller than that") : .good("downloads", text)
    }

    // MARK: Who answers

    private func router(_ address: RouterAddress, _ options: OptionValues) async throws -> [Finding] {
        let key = context.invocation.text(.apiKey)?.split(separator: ",").first.map(String.init)
        do {
            return try await RouterClient.use(address, key: key, authorities: context.authorities) { router in
                let list = try await router.models()
                let loaded = list.models.filter(\.isAlive).count
                let text = "answers at \(address) with \(list.models.count) models, \(loaded) of them loaded"
                let failed = list.models.filter { $0.status == "failed" }.map { model in
                    Finding.wrong(
                        "model \(model.id)",
                        model.reason ?? "its last load went wrong",
                        "enginehouse show \(model.id) and enginehouse logs \(model.id) say more"
                    )
                }
                let problem = list.problem.map {
                    [Finding.wrong("router", "models may be missing: \($0)", "correct the folder, or its permissions")]
                }
                return [.good("router", text)] + (problem ?? []) + failed
            }
        } catch let error as ConsoleError {
            if error.status != nil { return [.hint("router", error.description)] }
            return [.hint("router", "none answers at \(address)", "start one: enginehouse --models-dir DIR")]
                + ports(options)
        }
    }

    /// Whether the server could listen where it would.
    private func ports(_ options: OptionValues) -> [Finding] {
        let port = options.port
        guard port > 0 else { return [] }
        return options.list(\.host).map { host in
            switch PortProbe.ask(host: host, port: port) {
            case .free: .good("port", "\(host):\(port) is free")
            case .taken:
                .wrong(
                    "port",
                    "another program listens on \(host):\(port)",
                    "stop it, or choose another port: --port \(port == 65_535 ? 8080 : port + 1)"
                )
            case .denied: .wrong("port", "this user may not listen on \(port)", "choose one above 1023: --port 8080")
            case .unknown: .hint("port", "\(host):\(port) cannot be tried from here")
            }
        }
    }

    private func hub() async -> Finding {
        let endpoint = context.environment["HF_ENDPOINT"].flatMap { $0.isEmpty ? nil : $0 } ?? "https://huggingface.co"
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let finding: Finding
        do {
            let response = try await http.execute(HTTPClientRequest(url: endpoint), timeout: .seconds(15))
            finding =
                response.status.code < 500
                ? .good("hub", "\(endpoint) answers")
                : .wrong("hub", "\(endpoint) answers with status \(response.status.code)", "try again later")
        } catch {
            let proxy = ["HTTPS_PROXY", "https_proxy"].contains { context.environment[$0]?.isEmpty == false }
            let advice =
                proxy
                ? "this was tried without the proxy that the router would use"
                : "look at the network, or at HF_ENDPOINT and HTTPS_PROXY"
            finding = .wrong(
                "hub",
                "\(endpoint) cannot be reached: \((error as? HTTPClientError)?.shortDescription ?? "\(error)")",
                advice
            )
        }
        // It fails only if it was shut down before.
        try? await http.shutdown()
        return finding
    }

    /// A file of the system's; empty where there is none.
    private func text(of path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
