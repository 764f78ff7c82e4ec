// SPDX-License-Identifier: MIT

/// What a worker sees of the router's environment: what the engine and its libraries read, and no secrets.
package enum WorkerEnvironment {
    private static let names: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
        "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "ENGINEHOUSE_PRETEND_DEVICES",
    ]
    private static let prefixes = [
        "LC_", "GGML_", "OMP_", "GOMP_", "KMP_", "OPENBLAS_", "MKL_", "CUDA_", "NVIDIA_", "HIP_", "HSA_", "ROCR_",
        "ROCM_", "VK_", "MESA_", "ZE_", "ONEAPI_", "SYCL_", "MTL_", "ASAN_", "TSAN_", "UBSAN_",
    ]
    private static let secrets = ["KEY", "TOKEN", "SECRET", "PASSWORD"]

    /// How often a computing thread looks whether the others are done, before it sleeps until they are.
    ///
    /// libgomp's own default is milliseconds: where something else runs beside a model, the thread that is waited for lacks just
    /// the core on which the other one spins. Much less costs speed on a quiet machine; docs/performance.md has the figures.
    package static let spins = ["GOMP_SPINCOUNT": "5000"]

    /// What workers get: a part of an environment, and how their threads wait if it doesn't say so.
    package static func filtered(_ environment: [String: String]) -> [String: String] {
        let isTold = environment["GOMP_SPINCOUNT"] != nil || environment["OMP_WAIT_POLICY"] != nil
        return part(of: environment).merging(isTold ? [:] : spins) { own, _ in own }
    }

    private static func part(of environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            (names.contains(name) || prefixes.contains { name.hasPrefix($0) })
                && !secrets.contains { name.uppercased().contains($0) }
        }
    }
}
