// SPDX-License-Identifier: MIT

import Engine
import Testing

/// Case B3.
@Suite("Sampling defaults in a model's file")
struct FileSamplingTests {
    private func sampling(_ values: [String: String]) -> FileSampling {
        FileSampling { key in
            key.hasPrefix("general.sampling.") ? values[String(key.dropFirst("general.sampling.".count))] : nil
        }
    }

    @Test("are read as the engine writes them")
    func values() {
        let found = sampling([
            "temp": "0.150000", "top_k": "7", "top_p": "0.5", "min_p": "0.010000", "xtc_probability": "0.25",
            "xtc_threshold": "0.2", "penalty_last_n": "-1", "penalty_repeat": "1.1", "mirostat": "2",
            "mirostat_tau": "4", "mirostat_eta": "0.2", "sequence": "top_k;temperature",
        ])
        #expect(found.temperature == 0.15 && found.topK == 7 && found.topP == 0.5 && found.minP == 0.01)
        #expect(found.xtcProbability == 0.25 && found.xtcThreshold == 0.2)
        #expect(found.repeatLast == .max && found.repeatPenalty == 1.1)
        #expect(found.mirostat == 2 && found.mirostatTau == 4 && found.mirostatEta == 0.2)
        #expect(found.order == [.topK, .temperature])
        #expect(sampling(["top_k": "20.0"]).topK == 20)
    }

    @Test("that can't be meant count as not said")
    func nonsense() {
        #expect(sampling([:]) == sampling(["temp": "nan", "top_p": "7", "min_p": "-1", "top_k": "x", "mirostat": "9"]))
        #expect(sampling([:]) == sampling(["penalty_repeat": "0", "sequence": "nothing;known", "temp": "-1"]))
        #expect(sampling([:]) == sampling(["top_k": "1e300", "penalty_last_n": "99999999999"]))
    }
}
