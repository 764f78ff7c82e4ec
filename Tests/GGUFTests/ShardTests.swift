// SPDX-License-Identifier: MIT

import GGUF
import Platform
import Testing

@Suite struct ShardTests {
    private func shard(_ index: UInt32, of count: UInt32, tensorCount: Int32? = nil) throws -> GGUFBuilder {
        var builder = index == 0 ? GGUFBuilder.model() : GGUFBuilder()
        builder.add("split.no", uint32: index)
        builder.add("split.count", uint32: count)
        if let tensorCount { builder.add("split.tensors.count", int32: tensorCount) }
        builder.addTensor("blk.\(index + 1).ffn.weight", [64, 64], type: 8, bytes: 4352)
        return builder
    }

    private func info(_ builder: GGUFBuilder) throws -> GGUFModelInfo {
        GGUFModelInfo(header: try GGUFHeader(bytes: builder.bytes()))
    }

    @Test func addsUp() throws {
        let folder = try TemporaryFolder()
        var paths: [String] = []
        var bytes = 0
        for index in 0..<3 as Range<UInt32> {
            let content = try shard(index, of: 3, tensorCount: 5).bytes()
            bytes += content.count
            paths.append(try folder.write("m-0000\(index + 1)-of-00003.gguf", content))
        }
        let joined = try GGUFModelInfo(shardPaths: paths)
        #expect(joined.architecture == "llama")
        #expect(joined.tensorCount == 5)
        #expect(joined.parameterCount == 64 * 3 + 4 * 64 * 64)
        #expect(joined.byteCount == UInt64(bytes))
        #expect(joined.split == nil)
        #expect(try GGUFModelInfo(path: paths[1]).split == GGUFSplit(index: 1, count: 3, tensorCount: 5))
    }

    @Test func refusesWhatDoesNotBelongTogether() throws {
        let first = try info(shard(0, of: 2))
        func message(_ shards: [GGUFModelInfo]) -> String? {
            let error = #expect(throws: GGUFError.self) { try GGUFModelInfo(shards: shards) }
            return error?.message
        }
        #expect(message([first]) == "shard 1 of 1 says that it is one of 2")
        #expect(message([first, first]) == "shard 2 of 2 says that it is number 1")
        #expect(message([first, try info(.model())]) == "shard 2 of 2 does not say that it is one")
        #expect(message([first, try info(shard(1, of: 3))]) == "shard 2 of 2 says that it is one of 3")
        let counted = try info(shard(0, of: 2, tensorCount: 9))
        #expect(
            message([counted, try info(shard(1, of: 2))])
                == "the shards hold 4 tensors, the first says that there are 9"
        )
        #expect(message([]) != nil)
    }

    @Test func aSingleFileIsItsOwnWhole() throws {
        let single = try info(.model())
        #expect(try GGUFModelInfo(shards: [single]) == single)
    }
}
