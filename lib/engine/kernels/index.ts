// The engine's WebAssembly module: numerics on an imported, shared memory that the caller lays out.
export { mapExp, mapLog, mapSigmoid, mapTanh } from "./math";
export { dropoutMask, normals, philoxWords } from "./random";
export {
  columnSums,
  gemm,
  gemmTransposed,
  normaliseColumns,
  normaliseColumnsBackward,
  packPanels,
  packPanelsTransposed,
} from "./matrix";
export { gemmSparse, gemmTransposedSparse, indexNonZeros } from "./sparse";
export { gruBackward, gruForward, gruStep, gruStepBackward } from "./gru";
export { gaussianBackward, gaussianForward, priorVariance } from "./latents";
export {
  arDivergence,
  arDivergenceBackward,
  meanCorrelation,
  sampleInputs,
  sampleInputsBackward,
  samplePriorInputs,
} from "./inferred-inputs";
export { gaussianLoss, poissonLoss, ratesOf } from "./output";
export { jitterSpikes, learnedMask } from "./regularise";
export { adam, reduceShards, squareSum } from "./optimiser";
export { accumulateRows, broadcastRows, clear, copyColumns, gatherFloats, gatherTrials, multiply, multiplyAdd } from "./elementwise";
