// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "build-info.h"
#include "json.h"
#include "plugins.h"

namespace {

const char * kind(enum ggml_backend_dev_type type) {
    switch (type) {
        case GGML_BACKEND_DEVICE_TYPE_CPU: return "processor";
        case GGML_BACKEND_DEVICE_TYPE_GPU: return "gpu";
        case GGML_BACKEND_DEVICE_TYPE_IGPU: return "integrated gpu";
        default: return "accelerator";
    }
}

common_json features(ggml_backend_reg_t backend) {
    common_json result = common_json::array();
    const auto list = reinterpret_cast<ggml_backend_get_features_t>(
        ggml_backend_reg_get_proc_address(backend, "ggml_backend_get_features"));
    if (list == nullptr) {
        return result;
    }
    for (const ggml_backend_feature * feature = list(backend); feature->name != nullptr; feature++) {
        const std::string value = feature->value;
        // A feature that the build lacks says "0"; one with a value of its own shows it.
        if (value != "0") {
            result.push_back(value == "1" ? std::string(feature->name) : feature->name + ("=" + value));
        }
    }
    return result;
}

} // namespace

eh_text eh_about(void) noexcept {
    return eh::guarded<eh_text>(eh::no_text(), [] {
        common_json backends = common_json::array();
        for (size_t i = 0; i < ggml_backend_reg_count(); i++) {
            ggml_backend_reg_t backend = ggml_backend_reg_get(i);
            common_json entry = common_json::object();
            entry["name"] = ggml_backend_reg_name(backend);
            entry["features"] = features(backend);
            entry["devices"] = static_cast<int64_t>(ggml_backend_reg_dev_count(backend));
            const std::string file = eh::plugin_file(backend);
            entry["file"] = file.empty() ? common_json() : common_json(file);
            backends.push_back(entry);
        }
        common_json devices = common_json::array();
        for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
            ggml_backend_dev_props facts;
            ggml_backend_dev_get_props(ggml_backend_dev_get(i), &facts);
            common_json entry = common_json::object();
            entry["name"] = facts.name;
            entry["description"] = facts.description;
            entry["kind"] = kind(facts.type);
            entry["memory_free"] = static_cast<int64_t>(facts.memory_free);
            entry["memory_total"] = static_cast<int64_t>(facts.memory_total);
            devices.push_back(entry);
        }
        common_json unused = common_json::array();
        for (const eh::unused_plugin & plugin : eh::unused_plugins()) {
            common_json entry = common_json::object();
            entry["file"] = plugin.file;
            entry["reason"] = plugin.reason;
            unused.push_back(entry);
        }
        const std::string folder = eh::plugin_folder();
        common_json result = common_json::object();
        result["version"] = llama_version();
        result["build"] = llama_build_info();
        result["backends"] = backends;
        result["devices"] = devices;
        result["plugin_folder"] = folder.empty() ? common_json() : common_json(folder);
        result["unused_plugins"] = unused;
        return eh::copy(result.dump());
    });
}
