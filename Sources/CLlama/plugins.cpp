// SPDX-License-Identifier: MIT

#include "plugins.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace {

namespace files = std::filesystem;

/// The file of the library or program that has this address in it; empty for memory that belongs to none.
files::path home_of(const void * address) {
    Dl_info facts = {};
    return address != nullptr && dladdr(address, &facts) != 0 && facts.dli_fname != nullptr ? files::path(facts.dli_fname)
                                                                                           : files::path();
}

bool is_plugin(const std::string & name) {
    const std::string start = "libggml-";
    return name.compare(0, start.size(), start) == 0 && files::path(name).extension() == ".so" &&
           name.compare(0, start.size() + 5, start + "base-") != 0;
}

/// Why a plug-in isn't in use; the system's own sentence, if it cannot be loaded at all.
std::string reason(const files::path & path) {
    if (void * const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
        dlclose(library);
        return "it finds nothing on this machine that it can use";
    }
    const char * const said = dlerror();
    return said != nullptr ? said : "the system doesn't say why";
}

} // namespace

std::string eh::plugin_folder() {
    // Plug-ins lie beside the library that loads them. Asked for by name: the address that a linker fills in may be one of the program's.
    const files::path library = home_of(dlsym(RTLD_DEFAULT, "ggml_backend_load_all_from_path"));
    if (library.filename().string().compare(0, 7, "libggml") != 0) {
        return std::string();
    }
    // For people: the system's loader leaves "bin/../lib" as it is.
    std::error_code failure;
    const files::path folder = files::weakly_canonical(library.parent_path(), failure);
    return failure ? library.parent_path().string() : folder.string();
}

void eh::load_plugins() {
    const std::string folder = plugin_folder();
    if (!folder.empty()) {
        ggml_backend_load_all_from_path(folder.c_str());
    }
}

std::string eh::plugin_file(ggml_backend_reg_t backend) {
    const files::path file = home_of(backend);
    return is_plugin(file.filename().string()) ? file.filename().string() : std::string();
}

std::vector<eh::unused_plugin> eh::unused_plugins() {
    std::set<std::string> used;
    for (size_t i = 0; i < ggml_backend_reg_count(); i++) {
        used.insert(plugin_file(ggml_backend_reg_get(i)));
    }
    const bool has_processor = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) != nullptr;
    std::vector<unused_plugin> result;
    const std::string folder = plugin_folder();
    std::error_code failure;
    if (folder.empty()) {
        return result;
    }
    for (files::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        const std::string name = at->path().filename().string();
        const bool is_variant = name.compare(0, 12, "libggml-cpu-") == 0;
        if (is_plugin(name) && used.count(name) == 0 && !(is_variant && has_processor)) {
            result.push_back({ name, reason(at->path()) });
        }
    }
    std::sort(result.begin(), result.end(), [](const auto & one, const auto & other) { return one.file < other.file; });
    return result;
}
