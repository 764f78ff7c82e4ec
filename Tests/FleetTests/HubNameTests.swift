// SPDX-License-Identifier: MIT

import Catalogue
import Testing

/// What names of models, repositories and files say.
@Suite struct HubNameTests {
    @Test(arguments: ["user/repo", "a/b.c-d_e", "U_/0"])
    func repositories(name: String) throws {
        #expect(try HubReference(name).repository == name)
        #expect(try HubReference(name + ":Q4_K_M").tag == "Q4_K_M")
        #expect(try HubReference(name + ":Q4_K_M").text == name + ":Q4_K_M")
    }

    @Test(arguments: [
        "", "repo", "a/b/c", "/b", "a/", "../b", "a/..", "a/.b", "a/b-", "a--b/c", "a b/c", "ä/b", "a/b:", "a/b:x y",
        "a/b:../c",
        "a/" + String(repeating: "b", count: 300),
    ])
    func otherNamesAreRefused(name: String) {
        #expect(throws: HubError.self) { try HubReference(name) }
    }

    @Test(arguments: [
        ("model-Q4_K_M.gguf", "Q4_K_M"), ("a/model.f16.gguf", "F16"),
        ("model-UD-q4_k_xl-00001-of-00003.gguf", "UD-Q4_K_XL"), ("ud-q8_0.gguf", "UD-Q8_0"), ("UD/m-Q8_0.gguf", "Q8_0"),
        ("cloud-Q8_0.gguf", "Q8_0"), ("m.UD.Q8_0.gguf", "UD-Q8_0"),
        ("model.gguf", ""), ("a-b/model.gguf", ""), ("x-y z.gguf", ""),
    ])
    func tags(path: String, tag: String) {
        #expect(GGUFFileName(path: path)?.tag == tag)
    }

    @Test func shardsAndOtherFiles() {
        let shard = GGUFFileName(path: "d/m-Q8_0-00002-of-00003.gguf")
        #expect(shard?.prefix == "d/m-Q8_0")
        #expect(shard?.shard == 2)
        #expect(shard?.shardCount == 3)
        #expect(GGUFFileName(path: "m.gguf.incomplete") == nil)
        #expect(GGUFFileName(path: ".gguf") == nil)
    }

    @Test(arguments: [("Q4_K_M", 4), ("BF16", 16), ("IQ2_XXS", 2), ("MODEL", 0), ("", 0), ("NVFP4", 4)])
    func bits(tag: String, bits: Int) {
        #expect(GGUFFileName.bits(of: tag) == bits)
    }

    @Test func companionsAreTheNearestOnes() {
        func best(_ paths: [String], _ model: String) -> Int? { CompanionChoice.best(among: paths, for: model) }
        #expect(best(["mmproj-F16.gguf", "a/mmproj-F16.gguf"], "a/m-Q8_0.gguf") == 1)
        #expect(best(["mmproj-F16.gguf", "b/mmproj-F16.gguf"], "a/m-Q8_0.gguf") == 0)
        #expect(best(["b/mmproj-F16.gguf"], "a/m-Q8_0.gguf") == nil)
        #expect(best(["mmproj-BF16.gguf", "mmproj-Q8_0.gguf", "mmproj-F32.gguf"], "m-Q8_0.gguf") == 1)
        #expect(best(["mmproj-F32.gguf", "mmproj-F16.gguf"], "m-Q4_K_M.gguf") == 1)
        #expect(best(["mmproj-BF16.gguf", "mmproj-F16.gguf"], "m-F16.gguf") == 1)
        #expect(best([], "m.gguf") == nil)
    }

    @Test func foldersOfTheCache() {
        #expect(HubCache(root: "/c/").folder(of: "u/r-GGUF") == "/c/models--u--r-GGUF")
        #expect(HubCache.repository(ofFolder: "models--u--r-GGUF") == "u/r-GGUF")
        #expect(HubCache.repository(ofFolder: "models--a.b--c_d.e-f") == "a.b/c_d.e-f")
        for name in ["datasets--u--r", "models--u", "models--u--r--x", "models--", "u--r", "models--..--r"] {
            #expect(HubCache.repository(ofFolder: name) == nil, "\(name)")
        }
    }

    @Test func theCacheIsWhereTheEnvironmentSays() {
        var environment = [
            "HOME": "/h", "XDG_CACHE_HOME": "/x", "HF_HOME": "/f", "HUGGINGFACE_HUB_CACHE": "/g", "HF_HUB_CACHE": "/b",
            "LLAMA_CACHE": "/l",
        ]
        for (name, root) in [
            ("LLAMA_CACHE", "/l"), ("HF_HUB_CACHE", "/b"), ("HUGGINGFACE_HUB_CACHE", "/g"), ("HF_HOME", "/f/hub"),
            ("XDG_CACHE_HOME", "/x/huggingface/hub"), ("HOME", "/h/.cache/huggingface/hub"),
        ] {
            #expect(HubCache(environment: environment)?.root == root)
            environment[name] = name == "HOME" ? nil : ""
        }
        #expect(HubCache(environment: environment) == nil)
        #expect(HubCache.flatFolders(environment: ["LLAMA_CACHE": "/l/", "HOME": "/h"]).first == "/l")
    }

    @Test func pathsStayInside() {
        for path in ["a", "a/b.gguf", "a..b/c"] { #expect(HubCache.isInside(path), "\(path)") }
        for path in ["", "/a", "a/../b", "..", "a//b", "a/", "./a", "a\\b", "a\0"] {
            #expect(!HubCache.isInside(path), "\(path)")
        }
    }

    @Test func flatNames() {
        #expect(FlatCacheName("u_r-GGUF_m-Q8_0.gguf")?.repository == "u/r-GGUF")
        #expect(FlatCacheName("u_r-GGUF_m-Q8_0.gguf")?.file == "m-Q8_0.gguf")
        #expect(FlatCacheName("u_a_b-gguf_m_n.gguf")?.repository == "u/a_b-gguf")
        #expect(FlatCacheName("u_models_ggml-model-f16.gguf")?.repository == "u/models")
        for name in ["m.gguf", "u_m.gguf", "u_r_m.gguf.part", "_a_b.gguf"] {
            #expect(FlatCacheName(name) == nil, "\(name)")
        }
    }

    @Test func tokensDontShowThemselves() throws {
        let text = "hf_" + String(repeating: "a1", count: 20)
        #expect(try HubToken(text).secret == text)
        #expect(!"\(try HubToken(text))".contains("a1"))
        for bad in ["", "hf_short", text + "\n", text + " x", "xx_" + String(repeating: "a", count: 40)] {
            #expect(throws: HubError.self) { try HubToken(bad) }
        }
    }
}
