// SPDX-License-Identifier: MIT
//
// The engine's backends as libraries of their own, found when the program starts (GGML_BACKEND_DL). Where the engine is a part of the
// program there are none of them, and all of this does nothing.
#pragma once

#include "boundary.h"
#include "ggml-backend.h"

#include <vector>

namespace eh {

/// A plug-in that is there and not in use.
struct unused_plugin {
    /// Without its folder.
    std::string file;
    std::string reason;
};

/// Loads every plug-in that this machine can use; of the variants for processors the best. Call once, before the backends are looked at.
void load_plugins();

/// Where plug-ins are looked for; empty where the engine is a part of the program.
std::string plugin_folder();

/// The file that a backend was loaded from, without its folder; empty for one that is a part of the program.
std::string plugin_file(ggml_backend_reg_t backend);

/// The plug-ins that could not be loaded. Variants for other processors aren't among them.
std::vector<unused_plugin> unused_plugins();

} // namespace eh
