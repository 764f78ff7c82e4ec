// SPDX-License-Identifier: MIT

#include "boundary.h"
#include "cllama_placement.h"
#include "ggml-backend.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <regex>
#include <set>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace {

bool is_processor(ggml_backend_dev_t device) {
    return ggml_backend_dev_type(device) == GGML_BACKEND_DEVICE_TYPE_CPU;
}

// How long a server may take to be reached.
const int connect_milliseconds = 5000;

// Tries to connect within a time: the engine waits without one, and ends the process where no answer comes.
// Throws: the system's reason.
void reach(const addrinfo & address) {
    const int descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol);
    if (descriptor < 0) {
        throw std::runtime_error(std::strerror(errno));
    }
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    int failure = 0;
    if (connect(descriptor, address.ai_addr, address.ai_addrlen) != 0) {
        failure = errno;
        if (failure == EINPROGRESS) {
            pollfd wait = { descriptor, POLLOUT, 0 };
            socklen_t size = sizeof(failure);
            if (poll(&wait, 1, connect_milliseconds) < 1) {
                failure = ETIMEDOUT;
            } else if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) != 0) {
                failure = errno;
            }
        }
    }
    close(descriptor);
    if (failure != 0) {
        throw std::runtime_error(std::strerror(failure));
    }
}

// Throws: why there is no such server.
void reach(const std::string & server) {
    const auto colon = server.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == server.size() ||
        server.find_first_not_of("0123456789", colon + 1) != std::string::npos || server.size() - colon > 6 ||
        std::stoi(server.substr(colon + 1)) > 65535) {
        throw std::invalid_argument("it must be HOST:PORT");
    }
    addrinfo hints = {};
    // The engine's own way to it knows no other.
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo * found = nullptr;
    const int status = getaddrinfo(server.substr(0, colon).c_str(), server.substr(colon + 1).c_str(), &hints, &found);
    if (status != 0) {
        throw std::runtime_error(gai_strerror(status));
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> keep(found, freeaddrinfo);
    reach(*found);
}

} // namespace

ggml_backend_dev_t eh::device(const std::string & name) {
    ggml_backend_dev_t device = ggml_backend_dev_by_name(name.c_str());
    if (device != nullptr && !is_processor(device)) {
        return device;
    }
    std::string names;
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        ggml_backend_dev_t other = ggml_backend_dev_get(i);
        if (!is_processor(other)) {
            names += (names.empty() ? "; there are " : ", ") + std::string(ggml_backend_dev_name(other));
        }
    }
    throw std::invalid_argument(
        "there is no device '" + name + "'" + (names.empty() ? "; there is only the processor" : names));
}

std::pair<std::string, ggml_backend_buffer_type_t> eh::placement(const std::string & text) {
    const auto equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
        throw std::invalid_argument("'" + text + "' places no weights: it must be PATTERN=BUFFER");
    }
    const std::string pattern = text.substr(0, equals);
    const std::string name = text.substr(equals + 1);
    try {
        const std::regex check(pattern);
    } catch (const std::regex_error & error) {
        throw std::invalid_argument("'" + pattern + "' is no regular expression: " + error.what());
    }
    std::string names;
    for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
        ggml_backend_buffer_type_t buffer = ggml_backend_dev_buffer_type(ggml_backend_dev_get(i));
        if (buffer == nullptr) {
            continue;
        }
        if (name == ggml_backend_buft_name(buffer)) {
            return { pattern, buffer };
        }
        names += (names.empty() ? "" : ", ") + std::string(ggml_backend_buft_name(buffer));
    }
    throw std::invalid_argument("there is no buffer '" + name + "' for '" + pattern + "'; there are: " + names);
}

void eh_numa_start(int32_t way) noexcept {
    eh::guarded<int>(0, [&] {
        llama_numa_init(static_cast<ggml_numa_strategy>(way));
        return 0;
    });
}

bool eh_rpc_connect(const char * address) noexcept {
    return eh::guarded<bool>(false, [&] {
        // Of this process: a device that was made known stays so. Called by the thread that loads, one at a time.
        static std::set<std::string> known;
        const std::string server = address;
        if (known.count(server) > 0) {
            return true;
        }
        ggml_backend_reg_t rpc = ggml_backend_reg_by_name("RPC");
        if (rpc == nullptr) {
            throw std::runtime_error("the engine is built without RPC");
        }
        using add_server = ggml_backend_reg_t (*)(const char *);
        const auto add =
            reinterpret_cast<add_server>(ggml_backend_reg_get_proc_address(rpc, "ggml_backend_rpc_add_server"));
        if (add == nullptr) {
            throw std::runtime_error("the engine's RPC takes no servers");
        }
        try {
            reach(server);
        } catch (const std::exception & error) {
            throw std::runtime_error("the RPC server '" + server + "' cannot be reached: " + error.what());
        }
        ggml_backend_reg_t found = add(address);
        if (found == nullptr) {
            throw std::runtime_error("the RPC server '" + server + "' has no devices");
        }
        ggml_backend_register(found);
        known.insert(server);
        return true;
    });
}

bool eh_rpc_serve(const char * address, int32_t threads) noexcept {
    return eh::guarded<bool>(false, [&]() -> bool {
        ggml_backend_reg_t rpc = ggml_backend_reg_by_name("RPC");
        if (rpc == nullptr) {
            throw std::runtime_error("the engine is built without RPC");
        }
        using serve = void (*)(const char *, const char *, size_t, size_t, ggml_backend_dev_t *);
        const auto start = reinterpret_cast<serve>(ggml_backend_reg_get_proc_address(rpc, "ggml_backend_rpc_start_server"));
        if (start == nullptr) {
            throw std::runtime_error("the engine's RPC serves nothing");
        }
        std::vector<ggml_backend_dev_t> devices;
        for (size_t i = 0; i < ggml_backend_dev_count(); i++) {
            if (!is_processor(ggml_backend_dev_get(i))) {
                devices.push_back(ggml_backend_dev_get(i));
            }
        }
        if (devices.empty()) {
            devices.push_back(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
        }
        start(address, nullptr, static_cast<size_t>(threads), devices.size(), devices.data());
        throw std::runtime_error(std::string("it cannot listen on ") + address);
    });
}
