// SPDX-License-Identifier: MIT

/// A grammar's rules as a graph: which of them begin with which others.
struct GrammarGraph {
    private typealias Symbol = GrammarText.Symbol

    private let rules: [[GrammarText.Symbol]]
    private let names: [String]
    /// By rule, whether it may stand for nothing.
    private var isEmpty: [Bool]
    /// All rules, those that others begin with before these.
    private var ordered: [Int] = []
    /// By rule, the group of rules that begin with each other in a circle.
    private var group: [Int]

    /// Where counting ends: what is larger is too large.
    private static let countless = 1e15
    /// Rules that stand for nothing because of others that do, one after another.
    private static let emptyRounds = 256
    /// How deep it is looked at what may follow where a rule ends, and the one that it stands in, …
    private static let endRounds = 8

    init(_ rules: [[GrammarText.Symbol]], names: [String]) {
        self.rules = rules
        self.names = names
        isEmpty = rules.map { _ in false }
        group = rules.map { _ in -1 }
    }

    // MARK: What may stand for nothing

    /// Finds the rules that may stand for nothing.
    mutating func findEmpty() throws(GrammarProblem) {
        // Repetitions are made of rules in their order, so that one round is mostly enough.
        for _ in 0..<Self.emptyRounds {
            var hasChanged = false
            for rule in rules.indices where !isEmpty[rule] && mayBeEmpty(rule) {
                isEmpty[rule] = true
                hasChanged = true
            }
            if !hasChanged { return }
        }
        throw GrammarProblem("has too many rules that may stand for nothing because of others that may")
    }

    private func mayBeEmpty(_ rule: Int) -> Bool {
        var isAll = true
        for symbol in rules[rule] {
            switch symbol {
            case .terminal: isAll = false
            case .rule(let other): isAll = isAll && isEmpty[other]
            case .or:
                if isAll { return true }
                isAll = true
            }
        }
        return isAll
    }

    // MARK: Which begin with which

    /// Calls `body` for each rule that this one may begin with.
    /// - Parameter body: gets the rule, and whether anything stands behind it.
    private func eachBeginning(of rule: Int, _ body: (_ other: Int, _ isLast: Bool) -> Void) {
        let symbols = rules[rule]
        var mayBegin = true
        for (place, symbol) in symbols.enumerated() {
            switch symbol {
            case .or: mayBegin = true
            case .terminal: mayBegin = false
            case .rule(let other):
                guard mayBegin else { continue }
                body(other, place + 1 == symbols.count || symbols[place + 1] == .or)
                mayBegin = isEmpty[other]
            }
        }
    }

    /// Orders the rules (Tarjan's strongly connected components, without recursion).
    /// - Throws: for a rule that begins with itself, with something behind it: reading it would never end.
    mutating func order() throws(GrammarProblem) {
        var edges: [[Int]] = []
        for rule in rules.indices {
            var others: [Int] = []
            eachBeginning(of: rule) { other, _ in others.append(other) }
            edges.append(others)
        }
        var found = [Int](repeating: -1, count: rules.count)
        var low = found
        var isOpen = [Bool](repeating: false, count: rules.count)
        var open: [Int] = []
        var path: [(rule: Int, next: Int)] = []
        var count = 0
        for root in rules.indices where found[root] < 0 {
            path.append((root, 0))
            while let (rule, next) = path.last {
                if next == 0 {
                    (found[rule], low[rule]) = (count, count)
                    count += 1
                    open.append(rule)
                    isOpen[rule] = true
                }
                if next < edges[rule].count {
                    path[path.count - 1].next += 1
                    let other = edges[rule][next]
                    if found[other] < 0 {
                        path.append((other, 0))
                    } else if isOpen[other] {
                        low[rule] = min(low[rule], found[other])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last?.rule { low[parent] = min(low[parent], low[rule]) }
                guard low[rule] == found[rule] else { continue }
                while let last = open.popLast() {
                    isOpen[last] = false
                    group[last] = found[rule]
                    ordered.append(last)
                    if last == rule { break }
                }
            }
        }
        for rule in rules.indices {
            var isEndless = false
            eachBeginning(of: rule) { other, isLast in isEndless = isEndless || !isLast && group[other] == group[rule] }
            guard !isEndless else {
                throw GrammarProblem("is left-recursive: the rule '\(names[rule])' begins with itself")
            }
        }
    }

    /// Checks how many rules begin with each other.
    func checkBeginnings(_ limits: GrammarLimits) throws(GrammarProblem) {
        var paths = [Double](repeating: 0, count: rules.count)
        var chain = [Int](repeating: 0, count: rules.count)
        for rule in ordered {
            var sum = 1.0
            var longest = 0
            // What isn't counted yet is in a circle with this one.
            eachBeginning(of: rule) { other, _ in
                sum += paths[other]
                longest = max(longest, chain[other])
            }
            paths[rule] = min(sum, Self.countless)
            chain[rule] = longest + 1
            guard sum <= limits.paths, longest < limits.chain else {
                throw GrammarProblem(
                    "has too many rules that begin with each other, at the rule '\(names[rule])'; make it simpler"
                )
            }
        }
    }

    // MARK: Ways to go on

    /// Checks how many ways there are to go on behind a character, and behind the next ones.
    func checkWays(_ limits: GrammarLimits) throws(GrammarProblem) {
        var weights = rules.map { $0.map { _ in 1.0 } }
        for (length, limit) in [limits.ways, limits.waysOverTwo, limits.waysOverThree].enumerated() {
            let begins = beginnings(weights)
            if length == 0, let dead = rules.indices.first(where: { begins[$0] == 0 && !isEmpty[$0] }) {
                throw GrammarProblem("cannot be followed: the rule '\(names[dead])' consists of itself only")
            }
            if let wide = rules.indices.first(where: { begins[$0] > limit }) {
                throw tooMany(begins[wide], length, wide)
            }
            var ends = [Double](repeating: 0, count: rules.count)
            var ways = weights
            for _ in 0..<Self.endRounds {
                var next = ends
                for rule in rules.indices { follow(rule, weights, begins, ends, &next, &ways) }
                if next == ends { break }
                ends = next
            }
            for rule in rules.indices {
                if let most = ways[rule].max(), most > limit { throw tooMany(most, length, rule) }
            }
            weights = ways
        }
    }

    private func tooMany(_ count: Double, _ length: Int, _ rule: Int) -> GrammarProblem {
        let ways = count >= Self.countless ? "countless" : "\(Int(count))"
        let after = length == 0 ? "one place" : "\(length + 1) characters"
        return GrammarProblem(
            "allows too many ways to go on: \(ways) over \(after), at the rule '\(names[rule])'; make it less ambiguous"
        )
    }

    /// By rule, the characters that it may begin with, each counted as often as its weight says.
    private func beginnings(_ weights: [[Double]]) -> [Double] {
        var begins = [Double](repeating: 0, count: rules.count)
        for rule in ordered {
            var sum = 0.0
            var mayBegin = true
            for (place, symbol) in rules[rule].enumerated() {
                switch symbol {
                case .or: mayBegin = true
                case .terminal:
                    if mayBegin { sum += weights[rule][place] }
                    mayBegin = false
                case .rule(let other):
                    if mayBegin { sum += begins[other] }
                    mayBegin = mayBegin && isEmpty[other]
                }
            }
            begins[rule] = min(sum, Self.countless)
        }
        return begins
    }

    /// Walks a rule from behind: what follows each of its symbols.
    /// - Parameters:
    ///   - ends: by rule, how much may follow where it ends.
    ///   - next: the same, with what this rule adds.
    ///   - ways: by rule and place, how much may follow a character.
    private func follow(
        _ rule: Int,
        _ weights: [[Double]],
        _ begins: [Double],
        _ ends: [Double],
        _ next: inout [Double],
        _ ways: inout [[Double]]
    ) {
        var rest = 0.0
        var mayEnd = true
        for place in rules[rule].indices.reversed() {
            let behind = min(rest + (mayEnd ? ends[rule] : 0), Self.countless)
            switch rules[rule][place] {
            case .or: (rest, mayEnd) = (0, true)
            case .terminal:
                ways[rule][place] = behind
                (rest, mayEnd) = (weights[rule][place], false)
            case .rule(let other):
                next[other] = max(next[other], behind)
                rest = begins[other] + (isEmpty[other] ? rest : 0)
                mayEnd = mayEnd && isEmpty[other]
            }
        }
    }
}
