// SPDX-License-Identifier: MIT

import GGUF
import Testing

@Suite struct ModelInfoTests {
    private func info(_ change: (inout GGUFBuilder) -> Void = { _ in }) throws -> GGUFModelInfo {
        var builder = GGUFBuilder.model()
        change(&builder)
        return GGUFModelInfo(header: try GGUFHeader(bytes: builder.bytes()))
    }

    @Test func tellsTheFacts() throws {
        let info = try info()
        #expect(info.kind == .model)
        #expect(info.architecture == "llama")
        #expect(info.name == "Test")
        #expect(info.parameterCount == 64 * 3 + 64 * 64)
        #expect(info.tensorCount == 2)
        #expect(info.quantisation == "Q8_0")
        #expect(info.contextLength == 4096)
        #expect(info.embeddingLength == 64)
        #expect(info.blockCount == 2)
        #expect(info.vocabularySize == 3)
        #expect(info.tokenizer == "gpt2")
        #expect(info.chatTemplate == "{{ messages }}")
        #expect(info.pooling == nil)
        #expect(info.split == nil)
        #expect(info.byteCount == UInt64(GGUFBuilder.model().bytes().count))
    }

    @Test(arguments: ["stories-chat-Q8_0", "pirate-chat-Q8_0"])
    func readsTheChatModels(name: String) throws {
        let info = try GGUFModelInfo(path: DemoModels.path(name))
        #expect(info.kind == .model)
        #expect(info.architecture == "llama")
        #expect(info.parameterCount / 1000 == 722)
        #expect(info.quantisation == "Q8_0")
        #expect(info.contextLength == 2048)
        #expect(info.embeddingLength == 128)
        #expect(info.blockCount == 4)
        #expect(info.vocabularySize == 1024)
        #expect(info.tokenizer == "llama")
        #expect(info.chatTemplate?.contains("<|im_start|>") == true)
        #expect(info.byteCount == 795_936)
    }

    @Test func readsTheTinyModel() throws {
        let info = try GGUFModelInfo(path: DemoModels.path("stories-tiny-F32"))
        #expect(info.parameterCount / 1000 == 357)
        #expect(info.quantisation == "F32")
        #expect(info.blockCount == 5)
        #expect(info.vocabularySize == 768)
        #expect(info.chatTemplate == nil)
        #expect(info.byteCount == 1_448_288)
    }

    @Test func namesTheQuantisation() throws {
        func label(_ type: UInt32?) throws -> String? {
            var builder = GGUFBuilder()
            if let type { builder.add("general.file_type", uint32: type) }
            builder.addTensor("small", [32], type: 0, bytes: 128)
            builder.addTensor("large", [256, 8], type: 12, bytes: 1152)
            return GGUFModelInfo(header: try GGUFHeader(bytes: builder.bytes())).quantisation
        }
        #expect(try label(15) == "Q4_K_M")
        #expect(try label(1) == "F16")
        #expect(try label(1024 + 15) == "Q4_K_M")
        #expect(try label(38) == "MXFP4_MOE")
        // Unknown or silent: what most bytes are.
        #expect(try label(999) == "Q4_K")
        #expect(try label(nil) == "Q4_K")
        #expect(GGUFModelInfo(header: try GGUFHeader(bytes: GGUFBuilder().bytes())).quantisation == nil)
    }

    @Test func tellsProjectors() throws {
        var builder = GGUFBuilder()
        builder.add("general.architecture", string: "clip")
        builder.add("clip.has_vision_encoder", bool: true)
        builder.addTensor("v.patch_embd.weight", [8, 8], type: 1, bytes: 128)
        let info = GGUFModelInfo(header: try GGUFHeader(bytes: builder.bytes()))
        #expect(info.kind == .projector)
        #expect(info.hasVisionEncoder)
        #expect(!info.hasAudioEncoder)
        #expect(try self.info { $0.add("general.type", string: "mmproj") }.kind == .projector)
    }

    @Test func tellsWhatIsNoModel() throws {
        #expect(try info { $0.add("general.type", string: "adapter") }.kind == .adapter)
        #expect(try info { $0.add("general.type", string: "imatrix") }.kind == .importanceMatrix)
        #expect(try info { $0.add("general.type", string: "model") }.kind == .model)
    }

    @Test func tellsDrafts() throws {
        var builder = GGUFBuilder.model(architecture: "dflash")
        #expect(GGUFModelInfo(header: try GGUFHeader(bytes: builder.bytes())).kind == .draft)

        // A whole model with layers for multi-token prediction is a model; those layers alone are a draft.
        #expect(try info { $0.add("llama.nextn_predict_layers", uint32: 1) }.kind == .model)
        builder = GGUFBuilder()
        builder.add("general.architecture", string: "glm4moe")
        builder.add("glm4moe.nextn_predict_layers", uint32: 1)
        builder.addTensor("blk.46.nextn.eh_proj.weight", [32], type: 0, bytes: 128)
        #expect(GGUFModelInfo(header: try GGUFHeader(bytes: builder.bytes())).kind == .draft)
    }

    @Test func tellsPooling() throws {
        #expect(try info { $0.add("llama.pooling_type", uint32: 1) }.pooling == .mean)
        #expect(try info { $0.add("llama.pooling_type", uint32: 4) }.pooling == .rank)
        #expect(try info { $0.add("llama.pooling_type", uint32: 77) }.pooling == nil)
    }

    @Test func toleratesNonsense() throws {
        var builder = GGUFBuilder()
        builder.add("general.architecture", uint32: 3)
        builder.add("general.file_type", string: "Q8_0")
        builder.add("llama.context_length", int32: -5)
        let info = GGUFModelInfo(header: try GGUFHeader(bytes: builder.bytes()))
        #expect(info.architecture == nil)
        #expect(info.contextLength == nil)
        #expect(info.quantisation == nil)
        #expect(info.parameterCount == 0)
    }
}
