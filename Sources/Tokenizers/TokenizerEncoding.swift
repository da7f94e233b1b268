import Dispatch
import Synchronization

/// Working memory of one encoder at a time: the words it has seen, and room for the one it merges.
struct EncodingScratch: Sendable {
  var cache = WordCache()
  var merger = WordMerger()
}

extension Tokenizer {
  /// The ids of `text`. With `recognisingSpecials`, `<|im_end|>` and its like are single tokens; without, they are plain text,
  /// so that no document can forge markup.
  package func encode(_ text: String, recognisingSpecials: Bool = false) -> [Int32] {
    encode(utf8: text.utf8.span, recognisingSpecials: recognisingSpecials)
  }

  /// The ids of UTF-8 text; bytes that are not well-formed are encoded one by one.
  package func encode(utf8 text: Span<UInt8>, recognisingSpecials: Bool = false) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(text.count / 3 + 4)
    var scratch = borrowScratch()
    append(text, recognisingSpecials: recognisingSpecials, to: &ids, scratch: &scratch)
    giveBack(scratch)
    return ids
  }

  /// The ids of many texts, in their order, on up to `threads` threads; the same as one by one.
  package func encode(_ texts: [String], recognisingSpecials: Bool = false, threads: Int) -> [[Int32]] {
    let workers = min(threads, texts.count)
    guard workers > 1 else { return texts.map { encode($0, recognisingSpecials: recognisingSpecials) } }
    let next = Atomic(0)
    let results = Mutex([[Int32]](repeating: [], count: texts.count))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < texts.count else { return }
        let ids = encode(texts[index], recognisingSpecials: recognisingSpecials)
        results.withLock { $0[index] = ids }
      }
    }
    return results.withLock { $0 }
  }

  private func append(
    _ text: Span<UInt8>, recognisingSpecials: Bool, to ids: inout [Int32], scratch: inout EncodingScratch
  ) {
    var start = 0
    if recognisingSpecials {
      while let special = vocabulary.specials.next(from: start, in: text) {
        appendPlain(text.extracting(start..<special.range.lowerBound), to: &ids, scratch: &scratch)
        ids.append(special.id)
        start = special.range.upperBound
      }
    }
    appendPlain(text.extracting(start...), to: &ids, scratch: &scratch)
  }

  private func appendPlain(_ text: Span<UInt8>, to ids: inout [Int32], scratch: inout EncodingScratch) {
    let classes = ScalarClasses.shared
    let preTokenizer = vocabulary.preTokenizer
    var start = 0
    while start < text.count {
      let end = preTokenizer.wordEnd(from: start, in: text, classes: classes)
      if end - start <= WordKey.longest {
        let key = WordKey(text, start, end)
        if !scratch.cache.append(key, to: &ids) {
          let before = ids.count
          appendWord(text.extracting(start..<end), to: &ids, merger: &scratch.merger)
          scratch.cache.insert(key, lastIDs: ids.count - before, of: ids)
        }
      } else {
        appendWord(text.extracting(start..<end), to: &ids, merger: &scratch.merger)
      }
      start = end
    }
  }

  private func appendWord(_ word: Span<UInt8>, to ids: inout [Int32], merger: inout WordMerger) {
    if vocabulary.preTokenizer.ignoresMergesForWholeWords, let id = vocabulary.bytes.id(of: word) {
      ids.append(id)
      return
    }
    merger.begin()
    for i in word.indices {
      let id = vocabulary.byteIDs[Int(word[i])]
      if id >= 0 { merger.append(id) }
    }
    merger.finish(vocabulary.merges, into: &ids)
  }

  private func borrowScratch() -> EncodingScratch { shared.idle.withLock { $0.popLast() } ?? EncodingScratch() }

  /// A few are kept, so that memory stays bounded by the threads that encode at once, and small.
  private func giveBack(_ scratch: consuming EncodingScratch) {
    let returned = scratch
    shared.idle.withLock { if $0.count < 8 { $0.append(returned) } }
  }
}
