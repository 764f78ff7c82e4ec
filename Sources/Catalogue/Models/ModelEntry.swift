// SPDX-License-Identifier: MIT

package import GGUF
package import Wire

/// A model that the router knows, whether or not it can be loaded.
package struct ModelEntry: Sendable, Equatable {
    /// The name that requests use.
    package var id: String
    /// Other names that requests may use.
    package var aliases: [String]
    /// Where the model was found.
    package var source: ModelSource
    /// The file that the engine is given: the model's only one or its first shard.
    package var path: String
    /// All files of the model itself in their order; of a single file just ``path``.
    package var shardPaths: [String]
    /// The picture or sound encoder beside the model.
    package var projectorPath: String?
    /// The model that speculates for this one.
    package var draftPath: String?
    /// What the model's header says; nil where it could not be read.
    package var info: GGUFModelInfo?
    /// What the model takes as input.
    package var inputModalities: [InputModality]
    /// Whether its files are there, and can be loaded.
    package var files: ModelFiles
    /// The size of all shards and of the projector on disk, in bytes.
    package var sizeBytes: UInt64
    /// Free words for clients to select by.
    package var tags: [String]
    /// What an operator set about the model's life.
    package var policy: ModelPolicy
    /// The model's options, those for all models among them.
    package var options = OptionValues()
    /// Those of them that the model's own section says.
    package var ownOptions = OptionValues()
    /// Whether lists leave the model out; it can be asked for by its name all the same.
    package var isHidden = false

    package init(
        id: String,
        aliases: [String] = [],
        source: ModelSource,
        path: String,
        shardPaths: [String]? = nil,
        projectorPath: String? = nil,
        draftPath: String? = nil,
        info: GGUFModelInfo? = nil,
        inputModalities: [InputModality] = [.text],
        problem: String? = nil,
        sizeBytes: UInt64 = 0,
        tags: [String] = [],
        policy: ModelPolicy = ModelPolicy()
    ) {
        self.id = id
        self.aliases = aliases
        self.source = source
        self.path = path
        self.shardPaths = shardPaths ?? [path]
        self.projectorPath = projectorPath
        self.draftPath = draftPath
        self.info = info
        self.inputModalities = inputModalities
        files = problem.map { .unusable(reason: $0) } ?? .present
        self.sizeBytes = sizeBytes
        self.tags = tags
        self.policy = policy
    }

    /// A model of the hub that isn't there yet.
    package init(id: String, remote selection: HubSelection) {
        self.init(id: id, source: .preset, path: "", shardPaths: [])
        files = .remote(selection)
    }

    /// The repository on the hub that the model's name says it is from; nil for a model of another origin.
    var repository: String? {
        guard source != .modelsDirectory, id.contains("/"), let reference = try? HubReference(id) else { return nil }
        return reference.repository
    }

    /// The path of the model's first file in its repository, or what it may be where it isn't known.
    var repositoryPath: String {
        if let snapshots = path.firstRange(of: "/snapshots/") {
            let rest = path[snapshots.upperBound...]
            if let slash = rest.firstIndex(of: "/") { return String(rest[rest.index(after: slash)...]) }
        }
        let tag = (try? HubReference(id))?.tag
        return "model" + (tag.map { "-\($0)" } ?? "") + ModelFile.suffix
    }

    /// Why the model cannot be loaded, as a sentence without a full stop; nil for a model that can, or that has to be
    /// downloaded first.
    package var problem: String? {
        get { if case .unusable(let reason) = files { reason } else { nil } }
        set { files = newValue.map { .unusable(reason: $0) } ?? .present }
    }
}
