// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "cllama_placement.h"
#include "common.h"
#include "gguf.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace {

// Looks into a file before the engine reads it, which would load any model as a whole.
// Throws: why it is no control vector of the model.
void check(const std::string & path, const llama_model * model) {
    ggml_context * shapes = nullptr;
    const gguf_init_params params = { true, &shapes };
    const std::unique_ptr<gguf_context, decltype(&gguf_free)> file(gguf_init_from_file(path.c_str(), params), gguf_free);
    const std::unique_ptr<ggml_context, decltype(&ggml_free)> keep(shapes, ggml_free);
    if (file == nullptr) {
        throw std::runtime_error("it cannot be read as a GGUF file");
    }
    if (gguf_get_n_tensors(file.get()) == 0) {
        throw std::runtime_error("it holds no directions");
    }
    for (int64_t i = 0; i < gguf_get_n_tensors(file.get()); i++) {
        const std::string name = gguf_get_tensor_name(file.get(), i);
        const std::string start = "direction.";
        const std::string layer = name.compare(0, start.size(), start) == 0 ? name.substr(start.size()) : "";
        if (layer.empty() || layer.size() > 6 || layer.find_first_not_of("0123456789") != std::string::npos ||
            std::stoi(layer) == 0) {
            throw std::runtime_error("'" + name + "' is no direction of a layer");
        }
        const ggml_tensor * tensor = ggml_get_tensor(shapes, name.c_str());
        const int32_t width = llama_model_n_embd(model);
        if (tensor == nullptr || tensor->type != GGML_TYPE_F32 || ggml_n_dims(tensor) != 1 || tensor->ne[0] != width) {
            throw std::runtime_error(
                "'" + name + "' is of another kind of model: this one needs " + std::to_string(width) + " numbers (F32)");
        }
    }
}

} // namespace

bool eh_context_steer(
    eh_context * context, const char * const * paths, const float * scales, int32_t count, int32_t first, int32_t last) noexcept {
    return eh::guarded<bool>(false, [&] {
        const llama_model * model = llama_get_model(context->handle);
        std::vector<common_control_vector_load_info> files;
        for (int32_t i = 0; i < count; i++) {
            try {
                check(paths[i], model);
            } catch (const std::exception & error) {
                throw std::runtime_error(std::string("the control vector '") + paths[i] + "' cannot be used: " + error.what());
            }
            files.push_back({ scales[i], paths[i] });
        }
        const common_control_vector_data data = common_control_vector_load(files);
        if (data.n_embd < 0) {
            throw std::runtime_error("the control vectors cannot be read");
        }
        const int32_t layers = llama_model_n_layer(model);
        if (first > layers) {
            throw std::invalid_argument("the model has " + std::to_string(layers) + " layers, none of them to be steered");
        }
        if (llama_set_adapter_cvec(
                context->handle, data.data.data(), data.data.size(), data.n_embd, first, std::min(last, layers)) != 0) {
            throw std::runtime_error("the control vectors cannot be used with this model");
        }
        return true;
    });
}
