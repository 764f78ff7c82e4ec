// SPDX-License-Identifier: MIT

package import Wire

extension CoreDivision.Bounds {
    /// What a model's options say: `--threads` and `--threads-batch`, whose default is the former.
    package init(_ options: OptionValues) {
        func count(_ given: Int?) -> Int? { given.flatMap { $0 > 0 ? $0 : nil } }
        let threads = count(options.threads)
        self.init(generating: threads, prompt: count(options.threadsBatch) ?? threads)
    }
}
