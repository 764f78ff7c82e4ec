// SPDX-License-Identifier: MIT

import Catalogue
package import Library
package import Wire

/// What `POST /api/create` asks for, as far as a preset can say it. What can't be kept is refused, or told of.
/// Source: Ollama's `api/types.go`, `CreateRequest`, and `docs/modelfile.md`.
package struct OllamaCreate: Sendable {
    package let name: String
    /// The model that it is made from; nil where it is made of files.
    package let from: String?
    package let files: [BlobDigest]
    package private(set) var parts = ModelLibrary.CreatedParts()
    /// What isn't kept.
    package private(set) var warnings: [String] = []
    package let streams: Bool

    /// The longest instructions, in bytes: a worker gets them as one word of its command line.
    private static let longestSystem = 32 << 10
    /// The longest chat template, in bytes.
    private static let longestTemplate = 256 << 10
    private static let longestStop = 1 << 10
    private static let mostStops = 64
    private static let mostFiles = 16

    /// What is refused, and what to do instead.
    private static let refused: [(name: String, sentence: String)] = [
        (
            "modelfile",
            "a Modelfile is read by the client: send what it says as 'from', 'parameters', 'system' and so on"
        ),
        ("path", "no file of the server is read: send 'from', or 'files' that were sent to /api/blobs"),
        ("quantize", "this server quantises no models: take a file that is quantised, or llama.cpp's llama-quantize"),
        (
            "quantization",
            "this server quantises no models: take a file that is quantised, or llama.cpp's llama-quantize"
        ),
        ("messages", "a preset has no messages that every conversation begins with: send them with each request"),
        ("remote_host", "this server makes no models of other servers"),
        ("renderer", "templates are Jinja here, and need no renderer: leave it out"),
        ("parser", "the model's template says how its answers are read: leave it out"),
    ]
    private static let known: Set<String> = [
        "model", "name", "from", "files", "adapters", "template", "system", "parameters", "license", "stream", "info",
        "requires",
    ]

    /// - Parameter name: the model's name without what Ollama's clients add to it.
    /// - Throws: 400 naming the field.
    package init(_ json: JSONValue, name: String) throws(APIError) {
        self.name = try Self.checked(name)
        for (field, sentence) in Self.refused where Self.isGiven(json[field]) {
            throw APIError(.invalidRequest, "'\(field)' is not supported: \(sentence)")
        }
        for member in json.members ?? [] where !Self.known.contains(member.name) && Self.isGiven(member.value) {
            throw APIError(
                .invalidRequest,
                "'\(member.name.prefix(80))' is not known: a preset can't keep it; leave it out"
            )
        }
        let given = try Self.text(json, "from", longest: 512).map(Catalogue.withoutOllamaParts)
        files = try Self.digests(json, "files").map(\.digest)
        guard given == nil || files.isEmpty else {
            throw APIError(.invalidRequest, "'from' and 'files' both say what the model is made of; send one of them")
        }
        guard given != nil || !files.isEmpty else {
            throw APIError(.invalidRequest, "neither 'from' or 'files' was specified")
        }
        from = given
        streams = json["stream"]?.bool ?? true
        parts.adapters = try Self.digests(json, "adapters").map(\.digest)
        parts.values = try Self.values(json["parameters"])
        if let system = try Self.text(json, "system", longest: Self.longestSystem) {
            parts.values.append(.init(OptionName(\.systemPrompt), try Self.escaped(system, "system")))
        }
        if parts.values.contains(where: { [OptionName(\.systemPrompt), OptionName(\.reversePrompt)].contains($0.name) })
        {
            parts.values.append(.init(OptionName(\.escape), "true"))
        }
        parts.template = try Self.template(json)
        if Self.isGiven(json["license"]) { warnings.append("'license' is not kept: a model's licence is its file's") }
        for field in ["info", "requires"] where Self.isGiven(json[field]) {
            warnings.append("'\(field)' is not kept: it says nothing that this server needs")
        }
    }

    /// A model's name as Ollama allows it: at most a host, a namespace, a name and a tag, of letters, digits, `.`, `_` and `-`.
    /// - Throws: 400.
    package static func checked(_ name: String) throws(APIError) -> String {
        let sides = name.split(separator: ":", omittingEmptySubsequences: false)
        let path = sides[0].split(separator: "/", omittingEmptySubsequences: false)
        let areParts = (path + sides.dropFirst()).allSatisfy(isPart)
        let isGood = sides.count <= 2 && path.count <= 3 && areParts && name.utf8.count <= 255
        guard isGood, name != "default" else {
            throw APIError(
                .invalidRequest,
                "invalid model name: '\(name.prefix(80))' must be parts of letters, digits, '.', '_' and '-', with '/' between "
                    + "them and ':' in front of a tag"
            )
        }
        return name
    }

    private static func isPart(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, part.utf8.count <= 80, !part.contains("..") else { return false }
        func isWord(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
        return isWord(first) && part.utf8.allSatisfy { isWord($0) || $0 == 0x2D || $0 == 0x2E }
    }

    /// Whether a field says something. Clients write out what they leave empty.
    private static func isGiven(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null?, .string("")?, .bool(false)?: false
        case .array(let list)?: !list.isEmpty
        case .object(let members)?: !members.isEmpty
        default: true
        }
    }

    private static func text(_ json: JSONValue, _ field: String, longest: Int) throws(APIError) -> String? {
        guard isGiven(json[field]), let value = json[field] else { return nil }
        guard let text = value.string else {
            throw APIError(.invalidRequest, "'\(field)' must be a string, not \(value.kind)")
        }
        guard text.utf8.count <= longest else {
            throw APIError(.invalidRequest, "'\(field)' is longer than \(longest) bytes")
        }
        return text
    }

    /// The digests of an object of files' names.
    private static func digests(
        _ json: JSONValue,
        _ field: String
    ) throws(APIError) -> [(name: String, digest: BlobDigest)] {
        guard isGiven(json[field]), let value = json[field] else { return [] }
        guard let members = value.members, members.count <= mostFiles else {
            throw APIError(
                .invalidRequest,
                "'\(field)' must be an object of at most \(mostFiles) files' names and digests, not \(value.kind)"
            )
        }
        var found: [(name: String, digest: BlobDigest)] = []
        for member in members {
            guard let digest = member.value.string.flatMap({ BlobDigest($0) }) else {
                throw APIError(
                    .invalidRequest,
                    "'\(field).\(member.name.prefix(80))' must be a digest: sha256: and 64 hexadecimal digits"
                )
            }
            found.append((member.name, digest))
        }
        return found
    }

    // MARK: Options

    private static func values(_ parameters: JSONValue?) throws(APIError) -> [WrittenPresets.Value] {
        guard isGiven(parameters), let parameters else { return [] }
        guard let members = parameters.members else {
            throw APIError(.invalidRequest, "'parameters' must be an object, not \(parameters.kind)")
        }
        var values: [WrittenPresets.Value] = []
        for member in members where member.value != .null {
            let place = "parameters.\(member.name.prefix(80))"
            guard let parameter = OllamaParameter.named(member.name) else {
                let names = OllamaParameter.all.map(\.name).joined(separator: ", ")
                throw APIError(.invalidRequest, "'\(place)' is not known; there are \(names)")
            }
            for text in try texts(member.value, parameter, place) { values.append(.init(parameter.option, text)) }
        }
        return values
    }

    /// What a preset says for a parameter.
    private static func texts(
        _ value: JSONValue,
        _ parameter: OllamaParameter,
        _ place: String
    ) throws(APIError) -> [String] {
        switch parameter.kind {
        case .flag:
            guard let flag = value.bool else { break }
            return [flag ? "true" : "false"]
        case .integer:
            guard let number = value.integer else { break }
            // -2 stands for as many as the context has room for, which is no limit either.
            return ["\(parameter.name == "num_predict" ? max(number, -1) : number)"]
        case .number:
            guard let number = value.double, number.isFinite else { break }
            return [value.text]
        case .texts:
            let list = value.array ?? [value]
            guard list.count <= mostStops else {
                throw APIError(.invalidRequest, "'\(place)' has more than \(mostStops) texts")
            }
            var texts: [String] = []
            for item in list {
                guard let text = item.string, !text.isEmpty, text.utf8.count <= longestStop else {
                    throw APIError(.invalidRequest, "'\(place)' must be texts of 1 to \(longestStop) bytes")
                }
                texts.append(try escaped(text, place))
            }
            return texts
        }
        let wanted =
            switch parameter.kind {
            case .flag: "true or false"
            case .integer: "a whole number"
            default: "a number"
            }
        throw APIError(.invalidRequest, "'\(place)' must be \(wanted), not \(value.kind)")
    }

    /// A text as a preset has it, where a backslash stands for another character (`Escapes`).
    private static func escaped(_ text: String, _ place: String) throws(APIError) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            // A worker gets it as a word of its command line.
            case 0: throw APIError(.invalidRequest, "'\(place)' has the character NUL, which no option can")
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): result += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): result += Array("\\n".utf8)
            case UInt8(ascii: "\r"): result += Array("\\r".utf8)
            case UInt8(ascii: "\t"): result += Array("\\t".utf8)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    // MARK: Templates

    private static func template(_ json: JSONValue) throws(APIError) -> String? {
        guard let text = try text(json, "template", longest: longestTemplate) else { return nil }
        guard !isGo(text) else {
            throw APIError(
                .invalidRequest,
                "'template' is a Go template, which this server can't read: leave it out and the model's own is used, or send the same "
                    + "as a Jinja template"
            )
        }
        guard text.contains("{%") || text.contains("{{") else {
            throw APIError(.invalidRequest, "'template' must be a Jinja template; this text has no place for a message")
        }
        return text
    }

    /// Whether a template is of Go's `text/template`: there a value begins with a dot or a dollar, and what Jinja writes as `{% if %}` stands
    /// in `{{ }}`.
    private static func isGo(_ text: String) -> Bool {
        let words: Set<Substring> = [
            "if", "range", "else", "end", "with", "template", "define", "block", "slice", "len",
        ]
        return text.split(separator: "{{", omittingEmptySubsequences: false).dropFirst().contains { part in
            let inside = part.drop { $0 == "-" || $0.isWhitespace }
            guard let first = inside.first else { return false }
            if first == "." || first == "$" || inside.hasPrefix("/*") { return true }
            let word = inside.prefix { $0.isLetter }
            // Jinja has a function of one of these names.
            return words.contains(word) && inside.dropFirst(word.count).first != "("
        }
    }
}
