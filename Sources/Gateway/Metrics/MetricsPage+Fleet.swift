// SPDX-License-Identifier: MIT

package import Fleet
import Wire

extension MetricsPage {
    /// The router's own figures.
    package init(_ fleet: FleetMetrics, _ relay: [String: RelayMetrics.Model]) {
        self.init()
        addRouter(fleet)
        addDevices(fleet.devices)
        addStates(fleet.models)
        addCounters(fleet.models)
        addRelay(relay.sorted { $0.key < $1.key })
    }

    private mutating func addRouter(_ fleet: FleetMetrics) {
        let figures = [
            ("enginehouse_queue_depth", "Requests that wait for a model.", fleet.waiting),
            ("enginehouse_queue_limit", "The most requests that may wait; 0 for no limit.", fleet.queueMax),
            ("enginehouse_workers", "Worker processes that live.", fleet.workers),
            ("enginehouse_workers_limit", "The most models that may live at once; 0 for no limit.", fleet.modelsMax),
        ]
        for (name, help, value) in figures {
            declare(name, "gauge", help)
            add(name, [], Double(value))
        }
    }

    private mutating func addDevices(_ devices: [DeviceStatus]) {
        declare("enginehouse_memory_bytes", "gauge", "Bytes of a device's memory, by what they are for.")
        for status in devices {
            let kinds = [
                ("total", status.device.total), ("free", status.device.free), ("budget", status.budget),
                ("models", status.models), ("other", status.others), ("reserved", status.reserve),
            ]
            for (kind, bytes) in kinds {
                add("enginehouse_memory_bytes", [("device", status.device.name), ("kind", kind)], Double(bytes))
            }
        }
    }

    private mutating func addStates(_ models: [FleetMetrics.Model]) {
        declare("enginehouse_model_status", "gauge", "1 for the status that a model has.")
        declare("enginehouse_requests_in_flight", "gauge", "Requests that a model is serving.")
        declare("enginehouse_requests_waiting", "gauge", "Requests that wait for a model.")
        declare("enginehouse_threads", "gauge", "Threads that a model's worker was given.")
        for model in models {
            add("enginehouse_model_status", [("model", model.id), ("status", model.word.rawValue)], 1)
            add("enginehouse_requests_in_flight", [("model", model.id)], Double(model.inFlight))
            add("enginehouse_requests_waiting", [("model", model.id)], Double(model.waiting))
            for (work, count) in [("generating", model.threads?.generating), ("prompt", model.threads?.prompt)] {
                guard let count else { continue }
                add("enginehouse_threads", [("model", model.id), ("work", work)], Double(count))
            }
        }
    }

    private mutating func addCounters(_ models: [FleetMetrics.Model]) {
        declare("enginehouse_queue_wait_seconds", "summary", "How long granted requests had waited for their model.")
        declare("enginehouse_load_seconds", "summary", "How long successful loads took.")
        declare("enginehouse_wakes_total", "counter", "Sleeping models that were loaded again by their workers.")
        declare("enginehouse_failures_total", "counter", "Loads that failed and workers that died.")
        declare("enginehouse_evictions_total", "counter", "Workers that were asked to leave, by reason.")
        for model in models {
            let counters = model.counters
            let label = [(name: "model", value: model.id)]
            add("enginehouse_queue_wait_seconds", suffix: "_sum", label, counters.waited / .seconds(1))
            add("enginehouse_queue_wait_seconds", suffix: "_count", label, Double(counters.granted))
            add("enginehouse_load_seconds", suffix: "_sum", label, counters.loading / .seconds(1))
            add("enginehouse_load_seconds", suffix: "_count", label, Double(counters.loads))
            add("enginehouse_wakes_total", label, Double(counters.wakes))
            add("enginehouse_failures_total", label, Double(counters.failures))
            for (reason, count) in counters.departures.sorted(by: { $0.key < $1.key }) {
                add("enginehouse_evictions_total", label + [("reason", reason)], Double(count))
            }
        }
    }

    private mutating func addRelay(_ models: [(key: String, value: RelayMetrics.Model)]) {
        let answers = "enginehouse_requests_total"
        let first = "enginehouse_time_to_first_token_seconds"
        declare(answers, "counter", "Requests that a model has answered, by HTTP status.")
        declare(first, "histogram", "From a streaming request to the first bytes of its stream.")
        for (id, model) in models {
            let label = [(name: "model", value: id)]
            for (status, count) in model.answers.sorted(by: { $0.key < $1.key }) {
                add(answers, label + [("status", String(status))], Double(count))
            }
            var sum = 0
            for (bound, count) in zip(RelayMetrics.bounds, model.firstTokens) {
                sum += count
                add(first, suffix: "_bucket", label + [("le", "\(bound)")], Double(sum))
            }
            add(first, suffix: "_bucket", label + [("le", "+Inf")], Double(model.firstTokenCount))
            add(first, suffix: "_sum", label, model.firstTokenSum)
            add(first, suffix: "_count", label, Double(model.firstTokenCount))
        }
    }
}
