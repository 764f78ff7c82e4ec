// SPDX-License-Identifier: MIT

import Wire

/// Reads how strongly adapters work: `[{"id": 0, "scale": 0.5}, …]`.
enum AdapterFields {
    /// More would only give numbers that are none.
    static let largestScale: Float = 1_000_000

    /// The scales of all adapters; those that aren't named don't work.
    /// - Parameters:
    ///   - name: the field's, for errors.
    ///   - count: adapters that there are.
    /// - Throws: 400.
    static func scales(_ value: JSONValue, named name: String, adapters count: Int) throws(APIError) -> [Float] {
        guard let list = value.array else {
            throw APIError(.invalidRequest, "\(name) must be an array of objects with 'id' and 'scale' fields")
        }
        var scales = [Float](repeating: 0, count: count)
        for (index, entry) in list.enumerated() {
            guard let id = entry["id"]?.integer, let scale = entry["scale"]?.double else {
                throw APIError(.invalidRequest, "\(name)[\(index)] must be {\"id\": whole number, \"scale\": number}")
            }
            guard id >= 0, id < Int64(count) else {
                throw APIError(
                    .invalidRequest,
                    count == 0
                        ? "there is no adapter \(id): the model was started without --lora"
                        : "there is no adapter \(id); adapters are 0 to \(count - 1), as GET /lora-adapters shows"
                )
            }
            guard abs(scale) <= Double(largestScale) else {
                throw APIError(
                    .invalidRequest,
                    "\(name)[\(index)].scale must be between -\(Int(largestScale)) and \(Int(largestScale))"
                )
            }
            scales[Int(id)] = Float(scale)
        }
        return scales
    }
}
