// SPDX-License-Identifier: MIT

import Console
import Testing
import Wire

@Suite("A command's line")
struct CommandParserTests {
    private func parse(_ line: String, _ environment: [String: String] = [:]) throws -> Invocation {
        try CommandParser.parse(line.split(separator: " ").map(String.init), environment: environment)
    }

    private func refusal(_ line: String, _ environment: [String: String] = [:]) -> String {
        do {
            _ = try parse(line, environment)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("takes options before and behind its words, in both spellings")
    func options() throws {
        let first = try parse("logs -f coder -n 12 --host=there:1")
        #expect(first.command.name == .logs && first.words == ["coder"])
        #expect(first.flag(.follow) && first.integer(.lines) == 12 && first.text(.host) == "there:1")
        #expect(try parse("ls --json").command.name == .models)
        #expect(try parse("rm -- -y").words == ["-y"])
        #expect(try parse("stop a b c").words.count == 3)
    }

    @Test("takes what isn't given from the environment, the first variable that says something")
    func environment() throws {
        let variables = ["ENGINEHOUSE_HOST": "far", "LLAMA_API_KEY": "two", "ENGINEHOUSE_API_KEY": ""]
        #expect(try parse("ps", variables).text(.host) == "far")
        #expect(try parse("ps", variables).text(.apiKey) == "two")
        #expect(try parse("ps --host near", variables).text(.host) == "near")
    }

    @Test("is refused with what to do")
    func refusals() {
        #expect(refusal("modls") == "there is no command 'modls'; did you mean 'models'?")
        #expect(refusal("frobnicate") == "there is no command 'frobnicate'; `enginehouse help` lists all")
        #expect(refusal("show") == "MODEL is missing: `enginehouse show MODEL [OPTIONS]`")
        #expect(refusal("load a b").hasPrefix("'b' is one word too many"))
        #expect(refusal("ps --jsn") == "ps has no option --jsn; did you mean --json?")
        #expect(refusal("ps --frobnicate") == "ps has no option --frobnicate; `enginehouse help ps` lists all")
        #expect(refusal("logs a -n") == "-n needs a value: N")
        #expect(refusal("logs a -n x") == "-n must be a whole number from 0 to 1000000, not 'x'")
        #expect(refusal("help frobnicate").hasPrefix("'frobnicate' is no COMMAND: it is one of models, ps"))
        #expect(refusal("").hasPrefix("a command is missing"))
    }

    @Test("asks for help without its words")
    func help() throws {
        #expect(try parse("show -h").flag(.help))
    }

    @Test("comes from a table that says no word twice and leaves nothing unsaid")
    func table() {
        #expect(Set(CommandTable.words).count == CommandTable.words.count)
        #expect(Set(CommandTable.all.map(\.name)) == Set(CommandName.allCases))
        for command in CommandTable.all {
            #expect(!command.summary.isEmpty && !command.summary.hasSuffix("."))
            let spellings = command.options.flatMap(\.spellings)
            #expect(Set(spellings).count == spellings.count, "\(command.name)")
            for option in command.options {
                #expect(!option.help.isEmpty && option.isFlag == option.placeholder.isEmpty, "\(option.name)")
            }
        }
    }

    @Test("is the server's if it begins with an option")
    func serving() {
        #expect(!ConsoleProgram.takes([]) && !ConsoleProgram.takes(["-m", "x"]) && !ConsoleProgram.takes(["serve"]))
        #expect(ConsoleProgram.takes(["models"]) && ConsoleProgram.takes(["model.gguf"]))
    }

    @Test("is found behind its options, too; what isn't a command's is told from it (F28)")
    func order() {
        func read(_ line: String) -> CommandLineOrder.Reading {
            CommandLineOrder.read(line.split(separator: " ").map(String.init))
        }
        #expect(read("--host 127.0.0.1:1 models") == .command(["models", "--host", "127.0.0.1:1"]))
        #expect(read("--host=there --json ls coder") == .command(["ls", "--host=there", "--json", "coder"]))
        #expect(read("--host models ps") == .command(["ps", "--host", "models"]))
        #expect(read("models --host there") == .command(["models", "--host", "there"]))
        #expect(read("") == .server && read("serve --port 1") == .server && read("--port 8080") == .server)
        // The name of a file, and that of a folder.
        #expect(read("-m chat") == .server && read("--models-dir models --port 1") == .server)
        guard case .misplaced(let advice) = read("--models-dir folder models") else {
            Issue.record("a command behind the server's options is told of")
            return
        }
        #expect(advice.contains("--models-dir") && advice.contains("put the command first"))
    }
}
