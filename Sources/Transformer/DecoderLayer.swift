// T tokens of a row · C hidden · H query heads · G key-value heads · D head dimension · I intermediate · R ranks

import ModelFiles
import Tensors

/// One decoder layer, forward above backward.
struct DecoderLayer {
  let model: LanguageModel
  let index: Int
  let weights: LayerWeights
  let cache: LayerCache
  let workspace: Workspace
  let dropout: ElementDropout?

  private var configuration: LlamaConfiguration { model.configuration }

  /// output ← input + attention + feed-forward; keeps in `cache` what backward needs.
  func forward(_ row: RowContext, input: FloatBuffer, output: FloatBuffer) {
    forward(row, input: input, into: output)
  }

  /// Fills `cache` once more, for a backward pass that could not keep it; the layer's output is known already.
  func recompute(_ row: RowContext, input: FloatBuffer) { forward(row, input: input, into: nil) }

  private func forward(_ row: RowContext, input: FloatBuffer, into output: FloatBuffer?) {
    let blas = model.blas
    let (qkv, o, gateUp, down) = (
      weights[.attentionInput], weights[.attentionOutput], weights[.mlpInput], weights[.mlpOutput]
    )
    let (c, width) = (configuration.hidden, qkv.shape.outputs)
    row.team.split(row.count, grain: 8) { rows in
      unsafe RMSNorm.forward(
        input.pointer, stride: c, weight: model.inputNorm(index), into: workspace.normed.pointer,
        outputStride: qkv.shape.inputStride, reciprocal: cache.reciprocal1.pointer, rows: rows, width: c,
        epsilon: configuration.normEpsilon)
      adapt(qkv, .attentionInput, workspace.normed, row, rows)
      unsafe qkv.multiplyForward(
        workspace.normed.pointer, into: cache.qkv.pointer, stride: width, false, rows: rows, blas)
      keepTail(of: workspace.normed, qkv.shape, in: cache.hAttentionInput, rows)
      for t in rows {
        unsafe model.rotary.rotate(
          cache.qkv.pointer + t * width, heads: configuration.heads + configuration.keyValueHeads,
          position: row.positions[t])
      }
    }
    row.spread(heads: configuration.heads) { segment, prefixes, head, part in
      let (q, k, v) = unsafe heads(of: cache.qkv.pointer, stride: width, queryHead: head)
      StepClock.measure(.attention) {
        unsafe model.attention.forward(
          q: q, k: k, v: v, into: attentionHead(cache.attention.pointer, stride: o.shape.inputStride, head),
          logSumExp: cache.logSumExp.pointer + head * workspace.tokens, segment: segment, after: prefixes,
          scratch: workspace.scores[part].pointer)
      }
    }
    row.team.split(row.count, grain: 8) { rows in
      let (first, count) = (rows.lowerBound * c, rows.count * c)
      adapt(o, .attentionOutput, cache.attention, row, rows)
      unsafe (cache.middle.pointer + first).update(from: input.pointer + first, count: count)
      unsafe o.multiplyForward(
        cache.attention.pointer, into: cache.middle.pointer, stride: c, true, rows: rows, blas)
      unsafe RMSNorm.forward(
        cache.middle.pointer, stride: c, weight: model.postAttentionNorm(index), into: workspace.normed.pointer,
        outputStride: gateUp.shape.inputStride, reciprocal: cache.reciprocal2.pointer, rows: rows, width: c,
        epsilon: configuration.normEpsilon)
      adapt(gateUp, .mlpInput, workspace.normed, row, rows)
      unsafe gateUp.multiplyForward(
        workspace.normed.pointer, into: cache.gateUp.pointer, stride: gateUp.shape.outputs, false, rows: rows, blas)
      keepTail(of: workspace.normed, gateUp.shape, in: cache.hMLPInput, rows)
      unsafe SwiGLU.forward(
        cache.gateUp.pointer, stride: gateUp.shape.outputs, into: workspace.act.pointer,
        outputStride: down.shape.inputStride, rows: rows, width: configuration.intermediate)
      adapt(down, .mlpOutput, workspace.act, row, rows)
      keepTail(of: workspace.act, down.shape, in: cache.hMLPOutput, rows)
      guard let output else { return }
      unsafe (output.pointer + first).update(from: cache.middle.pointer + first, count: count)
      unsafe down.multiplyForward(workspace.act.pointer, into: output.pointer, stride: c, true, rows: rows, blas)
    }
  }

  /// `scratch.dx` holds the gradient of the layer's output and leaves with that of its input, unless `isLowest`.
  func backward(_ row: RowContext, input: FloatBuffer, scratch: BackwardScratch, layout: AdapterLayout, isLowest: Bool)
  {
    let blas = model.blas
    let (qkv, o, gateUp, down) = (
      weights[.attentionInput], weights[.attentionOutput], weights[.mlpInput], weights[.mlpOutput]
    )
    let (c, tokens, width) = (configuration.hidden, row.count, configuration.intermediate)
    row.team.split(tokens, grain: 8) { rows in
      copy(scratch.dx, into: scratch.dMLPOutput, stride: down.shape.outputStride, rows)
      unsafe down.projectGradient(scratch.dMLPOutput.pointer, rows: rows, blas: blas)
      inputGradient(down, .mlpOutput, scratch.dMLPOutput, into: scratch.dAct, stride: width, row, rows)
      unsafe SwiGLU.backward(
        scratch.dAct.pointer, gradientStride: width, gateUp: cache.gateUp.pointer, stride: gateUp.shape.outputs,
        into: scratch.dGateUp.pointer, outputStride: gateUp.shape.outputStride, act: workspace.act.pointer,
        actStride: down.shape.inputStride, rows: rows, width: width)
      unsafe gateUp.projectGradient(scratch.dGateUp.pointer, rows: rows, blas: blas)
      inputGradient(gateUp, .mlpInput, scratch.dGateUp, into: scratch.dNormed, stride: c, row, rows)
      unsafe RMSNorm.backward(
        scratch.dNormed.pointer, gradientStride: c, x: cache.middle.pointer, stride: c,
        weight: model.postAttentionNorm(index), reciprocal: cache.reciprocal2.pointer, addingTo: scratch.dx.pointer,
        outputStride: c, rows: rows, width: c)
      unsafe RMSNorm.recompute(
        cache.middle.pointer, stride: c, weight: model.postAttentionNorm(index), reciprocal: cache.reciprocal2.pointer,
        into: workspace.normed.pointer, outputStride: gateUp.shape.inputStride, rows: rows, width: c)
      copy(scratch.dx, into: scratch.dAttentionOutput, stride: o.shape.outputStride, rows)
      unsafe o.projectGradient(scratch.dAttentionOutput.pointer, rows: rows, blas: blas)
      inputGradient(
        o, .attentionOutput, scratch.dAttentionOutput, into: scratch.dAttention, stride: configuration.queryWidth, row,
        rows)
    }
    let gradients = FactorGradients(
      layer: index, layout: layout, scratch: scratch, team: row.team, blas: blas, dropout: dropout, row: row.index,
      tokens: tokens)
    unsafe gradients.add(
      down, .mlpOutput, dy: scratch.dMLPOutput, x: workspace.act, h: cache.hMLPOutput.pointer, hStride: down.shape.ranks
    )
    unsafe gradients.add(
      gateUp, .mlpInput, dy: scratch.dGateUp, x: workspace.normed, h: cache.hMLPInput.pointer,
      hStride: gateUp.shape.ranks)
    unsafe gradients.add(
      o, .attentionOutput, dy: scratch.dAttentionOutput, x: cache.attention,
      h: cache.attention.pointer + o.shape.inputs, hStride: o.shape.inputStride)
    StepClock.measure(.attention) { attentionBackward(row, scratch: scratch, qkv: qkv.shape, o: o.shape) }
    row.team.split(tokens, grain: 8) { rows in
      for t in rows {
        unsafe model.rotary.rotate(
          scratch.dQKV.pointer + t * qkv.shape.outputStride, heads: configuration.heads + configuration.keyValueHeads,
          position: row.positions[t], inverse: true)
      }
      unsafe qkv.projectGradient(scratch.dQKV.pointer, rows: rows, blas: blas)
      unsafe RMSNorm.recompute(
        input.pointer, stride: c, weight: model.inputNorm(index), reciprocal: cache.reciprocal1.pointer,
        into: workspace.normed.pointer, outputStride: qkv.shape.inputStride, rows: rows, width: c)
      if isLowest { return }
      inputGradient(qkv, .attentionInput, scratch.dQKV, into: scratch.dNormed, stride: c, row, rows)
      unsafe RMSNorm.backward(
        scratch.dNormed.pointer, gradientStride: c, x: input.pointer, stride: c, weight: model.inputNorm(index),
        reciprocal: cache.reciprocal1.pointer, addingTo: scratch.dx.pointer, outputStride: c, rows: rows, width: c)
    }
    unsafe gradients.add(
      qkv, .attentionInput, dy: scratch.dQKV, x: workspace.normed, h: cache.hAttentionInput.pointer,
      hStride: qkv.shape.ranks)
  }

  /// Fills `scratch.dQKV` from `scratch.dAttention`; query heads that share keys add up.
  private func attentionBackward(_ row: RowContext, scratch: BackwardScratch, qkv: LinearShape, o: LinearShape) {
    let (query, d) = (configuration.queryWidth, configuration.headDimension)
    row.team.split(row.count) { rows in
      let (first, count) = (rows.lowerBound * query, rows.count * query)
      unsafe (scratch.dKeys.pointer + first).update(repeating: 0, count: count)
      unsafe (scratch.dValues.pointer + first).update(repeating: 0, count: count)
    }
    row.spread(heads: configuration.heads) { segment, prefixes, head, part in
      let (q, k, v) = unsafe heads(of: cache.qkv.pointer, stride: qkv.outputs, queryHead: head)
      StepClock.measure(.attention) {
        unsafe model.attention.backward(
          q: q, k: k, v: v, o: attentionHead(cache.attention.pointer, stride: o.inputStride, head),
          dO: attentionHead(scratch.dAttention.pointer, stride: query, head),
          logSumExp: cache.logSumExp.pointer + head * workspace.tokens,
          dq: attentionHead(scratch.dQKV.pointer, stride: qkv.outputStride, head),
          dk: attentionHead(scratch.dKeys.pointer, stride: query, head),
          dv: attentionHead(scratch.dValues.pointer, stride: query, head), segment: segment, after: prefixes,
          scratch: workspace.scores[part].pointer)
      }
    }
    let (shared, groups) = (configuration.heads / configuration.keyValueHeads, configuration.keyValueHeads)
    row.team.split(row.count) { rows in
      for t in rows {
        let out = unsafe scratch.dQKV.pointer + t * qkv.outputStride + query
        for (place, gradient) in [scratch.dKeys, scratch.dValues].enumerated() {
          let heads = unsafe gradient.pointer + t * query
          for group in 0..<groups {
            let sum = unsafe out + (place * groups + group) * d
            unsafe sum.update(from: heads + group * shared * d, count: d)
            for head in group * shared + 1..<(group + 1) * shared {
              let own = unsafe heads + head * d
              for i in 0..<d { unsafe sum[i] += own[i] }
            }
          }
        }
      }
    }
  }

  private func heads(
    of qkv: UnsafeMutablePointer<Float>, stride: Int, queryHead head: Int
  ) -> (CausalAttention.Head, CausalAttention.Head, CausalAttention.Head) {
    let (d, query, keys) = (configuration.headDimension, configuration.queryWidth, configuration.keyValueWidth)
    let group = head / (configuration.heads / configuration.keyValueHeads)
    return unsafe (
      CausalAttention.Head(qkv + head * d, stride: stride),
      CausalAttention.Head(qkv + query + group * d, stride: stride),
      CausalAttention.Head(qkv + query + keys + group * d, stride: stride)
    )
  }

  private func attentionHead(
    _ base: UnsafeMutablePointer<Float>, stride: Int, _ head: Int
  ) -> CausalAttention.Head {
    unsafe CausalAttention.Head(base + head * configuration.headDimension, stride: stride)
  }

  /// Puts h = x·Aᵀ (of the dropped x, under dropout) behind each row of x.
  private func adapt(
    _ linear: AdaptedLinear, _ group: LinearGroup, _ x: FloatBuffer, _ row: RowContext, _ rows: Range<Int>
  ) {
    let shape = linear.shape
    guard shape.ranks > 0 else { return }
    let target = unsafe x.pointer + rows.lowerBound * shape.inputStride
    if let dropout {
      let copy = FloatBuffer(count: rows.count * shape.inputStride)
      unsafe dropout.apply(
        x.pointer, stride: shape.inputStride, into: copy.pointer - rows.lowerBound * shape.inputStride,
        outputStride: shape.inputStride, rows: rows, width: shape.inputs,
        key: dropout.key(row: row.index, layer: index, group: group))
      unsafe linear.projectDown(
        copy.pointer, count: rows.count, into: target + shape.inputs, stride: shape.inputStride, blas: model.blas)
    } else {
      unsafe linear.projectDown(
        target, count: rows.count, into: target + shape.inputs, stride: shape.inputStride, blas: model.blas)
    }
  }

  /// dx ← dy's gradient through base and adapter.
  private func inputGradient(
    _ linear: AdaptedLinear, _ group: LinearGroup, _ dy: FloatBuffer, into dx: FloatBuffer, stride: Int,
    _ row: RowContext, _ rows: Range<Int>
  ) {
    unsafe linear.backward(
      dy.pointer, into: dx.pointer, stride: stride, withAdapter: dropout == nil, rows: rows, blas: model.blas)
    guard let dropout, linear.shape.ranks > 0 else { return }
    let own = FloatBuffer(count: rows.count * stride)
    let base = unsafe own.pointer - rows.lowerBound * stride
    unsafe linear.backwardAdapter(dy.pointer, into: base, stride: stride, rows: rows, blas: model.blas)
    unsafe dropout.apply(
      base, stride: stride, into: dx.pointer, outputStride: stride, adding: true, rows: rows,
      width: linear.shape.inputs, key: dropout.key(row: row.index, layer: index, group: group))
  }

  private func keepTail(of x: FloatBuffer, _ shape: LinearShape, in kept: FloatBuffer, _ rows: Range<Int>) {
    guard shape.ranks > 0 else { return }
    for t in rows {
      unsafe (kept.pointer + t * shape.ranks).update(
        from: x.pointer + t * shape.inputStride + shape.inputs, count: shape.ranks)
    }
  }

  private func copy(_ dx: FloatBuffer, into target: FloatBuffer, stride: Int, _ rows: Range<Int>) {
    let c = configuration.hidden
    for t in rows { unsafe (target.pointer + t * stride).update(from: dx.pointer + t * c, count: c) }
  }
}
