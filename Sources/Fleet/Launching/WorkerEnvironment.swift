// SPDX-License-Identifier: MIT

/// What a worker sees of the router's environment: what the engine and its libraries read, and no secrets.
package enum WorkerEnvironment {
    private static let names: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
        "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    ]
    private static let prefixes = [
        "LC_", "GGML_", "OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_", "CUDA_", "NVIDIA_", "HIP_", "HSA_", "ROCR_",
        "ROCM_", "VK_", "MESA_", "ZE_", "ONEAPI_", "SYCL_", "MTL_", "ASAN_", "TSAN_", "UBSAN_",
    ]
    private static let secrets = ["KEY", "TOKEN", "SECRET", "PASSWORD"]

    /// The part of an environment that workers get.
    package static func filtered(_ environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            (names.contains(name) || prefixes.contains { name.hasPrefix($0) })
                && !secrets.contains { name.uppercased().contains($0) }
        }
    }
}
