// SPDX-License-Identifier: MIT

import Platform
import Wire

extension RouterClient {
    /// All models.
    func models() async throws -> ModelList { ModelList(try await json(.get, "/models")) }

    /// The model that a name stands for, once a server of a single model can say anything: it answers 503 while it loads.
    func model(named name: String, onWait: () -> Void = {}) async throws -> ModelFacts {
        while true {
            do {
                return try await models().model(named: name)
            } catch let error as ConsoleError where error.status == 503 && error.description == "Loading model" {
                onWait()
                try await Task.sleep(for: .milliseconds(250))
            }
        }
    }

    /// One model as it is now; nil if it is gone.
    func state(of id: String) async throws -> ModelFacts? {
        do {
            return ModelFacts(try await json(.get, "/v1/models/\(RouterAddress.escaped(id))"))
        } catch let error as ConsoleError where error.status == 404 {
            return nil
        }
    }

    /// A request in flight as `GET /activity` tells it; nil where there is none, or the router doesn't tell.
    func activity(of requestID: String) async throws -> JSONValue? {
        do {
            return try await json(.get, "/activity")["requests"]?.array?.first { $0["request_id"]?.string == requestID }
        } catch let error as ConsoleError where error.status == 404 {
            return nil
        }
    }
}
