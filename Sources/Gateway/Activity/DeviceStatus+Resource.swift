// SPDX-License-Identifier: MIT

import API
import Fleet
import Wire

extension DeviceStatus {
    /// As the API shows it.
    var resource: DeviceResource {
        var resource = DeviceResource()
        resource.id = device.id
        resource.name = device.name
        resource.total = Int(device.total)
        resource.free = Int(device.free)
        resource.budget = Int(budget)
        resource.models = Int(models)
        resource.others = Int(others)
        resource.reserved = Int(reserve)
        return resource
    }
}
