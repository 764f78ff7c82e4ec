// SPDX-License-Identifier: MIT

// The part of Foundation that needs neither its network nor its tables of languages; all of it where it comes in one piece.
#if canImport(FoundationEssentials)
    @_exported public import FoundationEssentials
#else
    @_exported public import Foundation
#endif
