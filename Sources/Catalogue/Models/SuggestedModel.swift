// SPDX-License-Identifier: MIT

/// A model of the hub to begin with.
package struct SuggestedModel: Sendable, Equatable {
    /// What a model is made for.
    package enum Task: String, Sendable, CaseIterable {
        case chat, embedding, ranking
    }

    /// Where a model has room.
    package enum Fit: String, Sendable, CaseIterable {
        /// In the memory of the machine's GPUs.
        case gpu
        /// In main memory, where the processor computes.
        case memory
        /// Nowhere as a whole.
        case none
    }

    /// The short name that `enginehouse pull` takes.
    package let name: String
    /// `user/repo:tag`.
    package let reference: String
    /// The sizes of what a download brings, in bytes: the model's file, and the encoder of pictures or sounds beside it.
    let files: [Int64]
    /// As its makers count them.
    package let parameters: Int64
    /// Those that compute a token: fewer than all in a mixture of experts.
    package let activeParameters: Int64
    package let task: Task
    /// What it is good for, in a few words.
    package let purpose: String

    package var bytes: Int64 { files.reduce(0, +) }

    /// About what it takes of memory: its files, and an eighth more with 384 MiB for a context of some thousand tokens and what the engine
    /// computes with. What it really takes is counted once it is there.
    package var memory: Int64 { bytes + bytes / 8 + 384 << 20 }

    /// More parameters than these for each token, and a processor writes slower than people read.
    private static let mostForProcessor: Int64 = 5_000_000_000

    /// Where it has room.
    package func fit(in room: ModelRoom) -> Fit {
        if memory <= room.gpus { return .gpu }
        return memory <= room.host ? .memory : .none
    }

    /// Whether it would be slow where it has room.
    func isSlow(in room: ModelRoom) -> Bool { fit(in: room) == .memory && activeParameters > Self.mostForProcessor }
}
