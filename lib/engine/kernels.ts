/**
 * The compiled kernels (lib/engine/kernels/*.ts), one instance a thread over one shared memory.
 * All pointers are byte addresses; shapes and meanings stand in the AssemblyScript sources.
 */
export interface Kernels {
  mapExp(n: number, x: number, y: number): void;
  mapLog(n: number, x: number, y: number): void;
  mapTanh(n: number, x: number, y: number): void;
  mapSigmoid(n: number, x: number, y: number): void;
  philoxWords(out: number, c0: number, c1: number, c2: number, c3: number, key0: number, key1: number): void;
  dropoutMask(
    out: number,
    bins: number,
    rows: number,
    n: number,
    rowKeys: number,
    step: number,
    purpose: number,
    key0: number,
    key1: number,
    kept: number,
  ): void;
  normals(
    out: number,
    bins: number,
    rows: number,
    n: number,
    firstRow: number,
    rowStride: number,
    firstStep: number,
    stepStride: number,
    purpose: number,
    key0: number,
    key1: number,
  ): void;
  packPanels(K: number, N: number, w: number, ldw: number, out: number): void;
  packPanelsTransposed(K: number, N: number, w: number, ldw: number, out: number): void;
  gemm(
    M: number,
    N: number,
    K: number,
    a: number,
    lda: number,
    panels: number,
    c: number,
    ldc: number,
    init: number,
    ldi: number,
  ): void;
  gemmTransposed(
    M: number,
    K: number,
    N: number,
    a: number,
    lda: number,
    d: number,
    ldd: number,
    c: number,
    ldc: number,
  ): void;
  /** 1 when A is sparse enough to have an index, else 0. */
  indexNonZeros(M: number, K: number, a: number, lda: number, index: number): number;
  gemmSparse(
    M: number,
    N: number,
    index: number,
    a: number,
    lda: number,
    w: number,
    ldw: number,
    c: number,
    ldc: number,
    init: number,
    ldi: number,
  ): void;
  gemmTransposedSparse(
    M: number,
    N: number,
    index: number,
    a: number,
    lda: number,
    d: number,
    ldd: number,
    c: number,
    ldc: number,
  ): void;
  columnSums(M: number, N: number, d: number, ldd: number, out: number): void;
  normaliseColumns(K: number, N: number, w: number, normal: number, norms: number): void;
  normaliseColumnsBackward(K: number, N: number, normal: number, norms: number, dNormal: number, dw: number): void;
  gruForward(
    T: number,
    B: number,
    H: number,
    gates: number,
    gated: number,
    states: number,
    init: number,
    initRow: number,
    initBin: number,
    ru: number,
    c: number,
    clip: number,
    reverse: number,
  ): void;
  gruStep(
    B: number,
    H: number,
    gates: number,
    gated: number,
    h: number,
    next: number,
    init: number,
    initRow: number,
    ru: number,
    c: number,
    clip: number,
  ): void;
  gruStepBackward(
    B: number,
    H: number,
    gates: number,
    h: number,
    next: number,
    outer: number,
    carry: number,
    scratch: number,
    ruT: number,
    cT: number,
    clip: number,
  ): void;
  gruBackward(
    T: number,
    B: number,
    H: number,
    gates: number,
    states: number,
    outer: number,
    carry: number,
    scratch: number,
    ruT: number,
    cT: number,
    clip: number,
    reverse: number,
  ): void;
  gaussianForward(
    rows: number,
    n: number,
    np: number,
    mean: number,
    raw: number,
    slope: number,
    varMin: number,
    eps: number,
    z: number,
    priorMean: number,
    priorLogvar: number,
    kl: number,
  ): void;
  gaussianBackward(
    rows: number,
    n: number,
    np: number,
    mean: number,
    raw: number,
    slope: number,
    eps: number,
    dz: number,
    priorMean: number,
    priorLogvar: number,
    weight: number,
    dPriorMean: number,
    dPriorLogvar: number,
  ): void;
  priorVariance(n: number, v: number, min: number, max: number, logvar: number, slope: number): void;
  sampleInputs(rows: number, n: number, np: number, co: number, eps: number, u: number): void;
  arDivergence(
    T: number,
    B: number,
    n: number,
    np: number,
    co: number,
    eps: number,
    u: number,
    ar: number,
    kl: number,
  ): void;
  arDivergenceBackward(
    T: number,
    B: number,
    np: number,
    u: number,
    ar: number,
    weight: number,
    du: number,
    sums: number,
  ): void;
  sampleInputsBackward(
    rows: number,
    n: number,
    np: number,
    co: number,
    u: number,
    du: number,
    corr: number,
    weight: number,
  ): void;
  samplePriorInputs(T: number, B: number, n: number, np: number, ar: number, std: number, eps: number, u: number): void;
  meanCorrelation(
    T: number,
    B: number,
    n: number,
    np: number,
    co: number,
    loss: number,
    scale: number,
    dMean: number,
  ): void;
  poissonLoss(
    T: number,
    B: number,
    N: number,
    np: number,
    logits: number,
    counts: number,
    countStride: number,
    loss: number,
    scale: number,
    seen: number,
    held: number,
  ): void;
  gaussianLoss(
    T: number,
    B: number,
    N: number,
    np: number,
    means: number,
    logvars: number,
    x: number,
    xStride: number,
    loss: number,
    scale: number,
    seen: number,
    held: number,
  ): void;
  ratesOf(B: number, N: number, np: number, logits: number, rates: number): void;
  jitterSpikes(
    T: number,
    B: number,
    N: number,
    np: number,
    x: number,
    y: number,
    width: number,
    rowKeys: number,
    step: number,
    purpose: number,
    key0: number,
    key1: number,
  ): void;
  learnedMask(count: number, mask: number, pass: number, out: number): void;
  reduceShards(
    count: number,
    shards: number,
    first: number,
    stride: number,
    params: number,
    decay: number,
    out: number,
  ): void;
  squareSum(count: number, x: number): number;
  adam(
    count: number,
    params: number,
    gradient: number,
    m: number,
    v: number,
    scale: number,
    rate: number,
    epsilon: number,
  ): void;
  multiply(count: number, x: number, m: number, y: number): void;
  multiplyAdd(count: number, x: number, m: number, y: number): void;
  broadcastRows(rows: number, n: number, x: number, y: number): void;
  copyColumns(rows: number, n: number, x: number, ldx: number, y: number, ldy: number): void;
  clear(at: number, bytes: number): void;
  gatherTrials(T: number, B: number, N: number, np: number, x: number, wide: number, trials: number, y: number): void;
  gatherFloats(T: number, B: number, n: number, np: number, x: number, trials: number, y: number): void;
  accumulateRows(T: number, B: number, n: number, x: number, acc: number): void;
}

/** Bytes below this are the kernels' and the threads' own: control words from 4096, zeros from 16384. */
export const RESERVED_BYTES = 32768;
export const CONTROL_ADDRESS = 4096;
/** 8 kB that stay zero: a start value for `gemm` up to MAX_WIDTH columns. */
export const ZEROS_ADDRESS = 16384;
export const MAX_WIDTH = 2048;

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const abort = () => {
    throw new Error("abort in a kernel");
  };
  return new WebAssembly.Instance(module, { env: { memory, abort } }).exports as unknown as Kernels;
}
