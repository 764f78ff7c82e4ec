// SPDX-License-Identifier: MIT

package import Catalogue
package import Wire

/// What the hub answers about a repository: `/api/models/REPO/refs` and `/api/models/REPO/tree/COMMIT?recursive=true`.
///
/// Everything in it comes from outside; what is not well-formed is left out.
package enum HubListing {
    /// The branch to take, and its commit: `main`, or else the first one.
    package static func branch(_ json: JSONValue) -> (name: String, commit: String)? {
        let branches = (json["branches"]?.array ?? []).compactMap { branch -> (name: String, commit: String)? in
            guard let name = branch["name"]?.string, HubCache.isInside(name),
                let commit = branch["targetCommit"]?.string, HubCache.isCommit(commit)
            else { return nil }
            return (name, commit.lowercased())
        }
        return branches.first { $0.name == "main" } ?? branches.first
    }

    /// The files of a commit.
    package static func files(_ json: JSONValue) -> [HubFile]? {
        json.array?.compactMap { item in
            guard item["type"]?.string == "file", let path = item["path"]?.string, HubCache.isInside(path) else {
                return nil
            }
            let large = item["lfs"]
            guard let oid = (large ?? item)["oid"]?.string, HubCache.isObjectID(oid),
                let size = ((large ?? item)["size"] ?? item["size"])?.integer, size >= 0
            else { return nil }
            return HubFile(path: path, sizeBytes: UInt64(size), oid: oid.lowercased())
        }
    }

    /// Where the listing goes on, as a `Link` header says it.
    /// - Parameter link: such as `<https://…?cursor=…>; rel="next"`.
    package static func next(_ link: String) -> String? {
        for part in link.split(separator: ",") where part.contains("rel=\"next\"") {
            guard let open = part.firstIndex(of: "<"), let close = part.lastIndex(of: ">"), open < close else {
                continue
            }
            return String(part[part.index(after: open)..<close])
        }
        return nil
    }
}
