// SPDX-License-Identifier: MIT

package import CLlama

/// What may be changed before a load so that the model fits, and what takes memory beside it.
package protocol Fitting: Sendable {
    /// What the model is computed in.
    var context: ContextOptions { get }

    /// Lends this to a call in the engine's shape; its pointers are valid in it only.
    func lend<Result>(to body: (eh_fit_options) -> Result) -> Result
}
