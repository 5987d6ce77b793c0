/**
 * What engine and oracle compute from: variables, data, and every random number as the engine draws it; and the file
 * that hands them to the oracle.
 */
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { parameterTable } from "#lib/engine/parameters.js";
import { type Hdf5Writer, writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { RandomStream } from "#lib/random/random-stream.js";
import type { OracleCase } from "./oracle-cases.js";
import type { NamedArray } from "./oracle-draws.js";
import { gradientRun, type OracleBatch, type OracleRun, tenStepsRun } from "./oracle-runs.js";
import { type OracleSampling, oracleSampling } from "./oracle-sampling.js";
import { parameterVector } from "./small-models.js";
import { digestOf } from "./train-small.js";

export interface OracleInputs {
  readonly title: string;
  readonly model: ModelSpec;
  readonly variables: readonly NamedArray[];
  readonly runs: { readonly gradient: OracleRun; readonly tenSteps: OracleRun };
  readonly sampling: OracleSampling;
  /** Of all the above. */
  readonly digest: string;
}

/** Of variables whose values are not around 0, so that no trial outweighs the others in a gradient. */
const MEANS: Readonly<Record<string, number>> = {
  LFADS_z_ic_enc_2_post_g0_logvar_b: -2,
  LFADS_z_u_prior_ar1_logatau: 1,
};
export function oracleInputs(each: OracleCase): OracleInputs {
  const { title, model } = each;
  const table = parameterTable(model);
  const variables = table.variables.map(({ name, shape }, index) => {
    const stream = new RandomStream(1, 1003, index);
    const mean = MEANS[name] ?? 0;
    const std = shape[0] > 1 ? 1 / Math.sqrt(shape[0]) : 0.3;
    const values = Float32Array.from({ length: shape[0] * shape[1] }, () => mean + std * stream.normal());
    return { name, shape, values };
  });
  const byName = new Map(variables.map(({ name, values }) => [name, Float64Array.from(values)]));
  const params = parameterVector(table, byName);
  const runs = { gradient: gradientRun(each, params), tenSteps: tenStepsRun(each, params) };
  const sampling = oracleSampling(each, params);
  const batches = [
    ...Object.values(runs).flatMap(({ epochs }) => epochs.flatMap((epoch) => [...epoch.batches, ...epoch.validation])),
    ...Object.values(sampling.batches).flat(),
  ];
  const arrays = [...variables, ...batches.flatMap((batch) => batch.arrays)];
  const options = new TextEncoder().encode(JSON.stringify(each));
  const digest = digestOf([...options], ...arrays.map(({ values }) => values));
  return { title, model, variables, runs, sampling, digest };
}

/** Layout: test/oracle/__main__.py. */
export async function writeOracleInputs(file: string, inputs: readonly OracleInputs[]): Promise<void> {
  await writeHdf5(file, (writer) => {
    for (const { title, model, variables, runs, sampling, digest } of inputs) {
      for (const { name, shape, values } of variables) writer.dataset(`${title}/variables/${name}`, values, shape);
      writer.attribute(title, "model", JSON.stringify(model));
      writer.attribute(title, "digest", digest);
      for (const [name, { training, epochs }] of Object.entries(runs)) {
        epochs.forEach(({ batches, validation }, epoch) => {
          writeBatches(writer, `${title}/${name}/${epoch}/batches`, batches);
          writeBatches(writer, `${title}/${name}/${epoch}/validation`, validation);
        });
        writer.attribute(`${title}/${name}`, "training", JSON.stringify(training));
      }
      for (const [kind, batches] of Object.entries(sampling.batches)) writeBatches(writer, `${title}/${kind}`, batches);
    }
  });
}

function writeBatches(writer: Hdf5Writer, path: string, batches: readonly OracleBatch[]): void {
  batches.forEach(({ dataset, step, arrays }, index) => {
    for (const { name, shape, values } of arrays) writer.dataset(`${path}/${index}/${name}`, values, shape);
    writer.attribute(`${path}/${index}`, "dataset", dataset);
    writer.attribute(`${path}/${index}`, "step", step);
  });
}
