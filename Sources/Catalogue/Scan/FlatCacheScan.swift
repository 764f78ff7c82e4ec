// SPDX-License-Identifier: MIT

/// Finds the models that earlier versions of llama.cpp have downloaded into one flat folder.
///
/// Files that no download has made, to tell by their names, are left alone; and so are unfinished ones, which end in
/// something else than `.gguf`.
struct FlatCacheScan {
    let folder: String
    let headers: HeaderIndex

    /// All models of the folder. A folder that isn't there is empty; one that can't be read is a note.
    func scan() -> (entries: [ModelEntry], notes: [CatalogueNote]) {
        var notes: [CatalogueNote] = []
        guard let listing = CatalogueNote.listing(of: folder, notes: &notes) else { return ([], notes) }
        let named = listing.files.compactMap { file in FlatCacheName(file.name).map { (name: $0, file: file) } }
        headers.prefetch(named.compactMap { item in item.file.stamp.map { ("\(folder)/\(item.file.name)", $0) } })
        let files = named.map { item in
            let path = "\(folder)/\(item.file.name)"
            let content = headers.content(of: path, stamp: item.file.stamp)
            // The name is the one in the repository, so that the rules for repositories hold.
            let file = ModelFile(name: item.name.file, path: path, sizeBytes: item.file.sizeBytes, content: content)
            return (item.name.repository, HubRepository.File(path: item.name.file, file: file))
        }
        var entries: [ModelEntry] = []
        for (repository, files) in Dictionary(grouping: files, by: \.0).sorted(by: { $0.key < $1.key }) {
            let result = HubRepository(name: repository, files: files.map(\.1)).entries()
            entries += result.entries
            notes += result.notes
        }
        return (entries, notes)
    }
}
