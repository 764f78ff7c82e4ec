// SPDX-License-Identifier: MIT

import CLlama

extension ModelOptions {
    /// Lends these to a call in the engine's shape; its pointers are valid in it only.
    func lend<Result>(to body: (eh_model_options) -> Result) -> Result {
        var raw = eh_model_options()
        raw.gpu_layers = gpuLayers
        raw.load_mode = effectiveLoadMode.rawValue
        raw.split_mode = splitMode.rawValue
        raw.main_gpu = mainGPU
        raw.no_gpu = devices?.isEmpty ?? false
        raw.cpu_expert_layers = expertLayersOffGPU
        raw.cpu_dense_layers = denseLayersOffGPU
        raw.lazy_mode = readsLazily.map { $0 ? 2 : 0 } ?? 1
        raw.check_tensors = checksTensors
        raw.repack = repacks
        raw.no_host = avoidsHostBuffers
        return CStrings.lend(devices ?? []) { devices, count in
            raw.devices = devices
            raw.device_count = count
            return CStrings.lend(overrides) { overrides, count in
                raw.overrides = overrides
                raw.override_count = count
                return CStrings.lend(placements) { placements, count in
                    raw.placements = placements
                    raw.placement_count = count
                    return tensorSplit.withUnsafeBufferPointer { split in
                        raw.tensor_split = split.baseAddress
                        raw.tensor_split_count = Int32(split.count)
                        return lendBudgets(raw, to: body)
                    }
                }
            }
        }
    }

    private func lendBudgets<Result>(_ options: eh_model_options, to body: (eh_model_options) -> Result) -> Result {
        let pairs = budgets.sorted { $0.key < $1.key }
        return CStrings.lend(pairs.map(\.key)) { devices, count in
            pairs.map(\.value).withUnsafeBufferPointer { bytes in
                var options = options
                options.budget_devices = devices
                options.budgets = bytes.baseAddress
                options.budget_count = count
                return body(options)
            }
        }
    }
}
