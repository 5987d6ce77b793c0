/** The last counter word of every random number: what it is for. Changing one changes every result. */
export const PURPOSE = {
  initialValues: 1,
  trialOrder: 2,
  batchFill: 3,
  batchOrder: 4,
  inputDropout: 5,
  encoderDropout: 6,
  generatorDropout: 7,
  trainingNoise: 8,
  validationNoise: 9,
  posteriorNoise: 10,
} as const;
