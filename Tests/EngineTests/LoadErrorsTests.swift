// SPDX-License-Identifier: MIT

import Engine
import Testing

@Suite("The engine's words about a failed load")
struct LoadErrorsTests {
    @Test(
        "one sentence says what was wrong",
        arguments: [
            ([], nil),
            (["llama_model_load_from_file_impl: failed to load model"], nil),
            (
                [
                    "llama_model_load: error loading model: unknown model architecture: 'cat'",
                    "llama_model_load_from_file_impl: failed to load model",
                ], "unknown model architecture: 'cat'"
            ),
            (
                [
                    "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 9 MiB on device 0: out of memory",
                    "llama_model_load: error loading model: unable to allocate CUDA0 buffer",
                ], "unable to allocate CUDA0 buffer (allocating 9 MiB on device 0: out of memory)"
            ),
            (
                [
                    "gguf_init: failed to open",
                    "llama_model_load: error loading model: llama_model_loader: failed to open.",
                ],
                "failed to open"
            ),
            (
                [
                    "gguf_init_from_file: failed to open GGUF file 'x' (Permission denied)",
                    "llama_model_load: error loading model: llama_model_loader: failed to load model from x",
                ], "failed to open GGUF file 'x' (Permission denied)"
            ),
            (["llama_init_from_model: n_ubatch is 0\n"], "n_ubatch is 0"),
            (["time is 12: 30"], "time is 12: 30"),
        ] as [([String], String?)]
    )
    func sentence(lines: [String], expected: String?) {
        #expect(LoadErrors(lines).sentence == expected)
    }
}
