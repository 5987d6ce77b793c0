/** fixtures/oracle.h5: what the PyTorch model of test/oracle computes from the inputs of oracle-inputs.ts. */
import { fileURLToPath } from "node:url";
import { sizeOf } from "#lib/hdf5/hdf5-array.js";
import { openHdf5 } from "#lib/hdf5/open-hdf5.js";

export const GOLDEN_FILE = fileURLToPath(new URL("../../fixtures/oracle.h5", import.meta.url));
export const UPDATE_COMMAND =
  "UPDATE_GOLDEN=1 LFADS_TEST_PYTHON=<python with torch==2.13.0, numpy, h5py> npx vitest run --config vitest.slow.config.ts test/slow/oracle.test.ts";

/** Unweighted, but for the total. */
export interface CostTerms {
  readonly recon: number;
  readonly kl_g0: number;
  readonly kl_co: number;
  readonly l2: number;
  readonly corr: number;
  readonly total: number;
}

/** Of an epoch: means over its batches and over the validation trials. */
export interface OracleReport {
  readonly train: CostTerms;
  /** `held_out`: −log p of an element that sample validation holds out; null without it. */
  readonly valid: CostTerms & { readonly held_out: number | null };
  readonly gradient_norm: number;
  readonly learning_rate: number;
}

export interface Golden {
  /** Of the inputs. */
  readonly digest: string;
  readonly reports: { readonly gradient: readonly OracleReport[]; readonly tenSteps: readonly OracleReport[] };
  /** Of the one step, and the variables after ten, by name. */
  readonly gradient: ReadonlyMap<string, Float32Array>;
  readonly params: ReadonlyMap<string, Float32Array>;
  /** Outputs of all trials, by the names that they have in files. */
  readonly sampled: Readonly<Record<"posterior" | "pushMean" | "prior", ReadonlyMap<string, Float32Array>>>;
}

/** By title. */
export async function readGoldens(path: string): Promise<Map<string, Golden>> {
  const file = await openHdf5(path);
  try {
    return new Map(
      file.keys().map((title) => {
        const json = (at: string, name: string) => JSON.parse(file.attribute(at, name) as string);
        /** Arrays that lie one after the other, by name. */
        const byName = (array: string, shapesOf: string) => {
          const flat = file.read(`${title}/${array}`) as Float32Array;
          let next = 0;
          return new Map(
            Object.entries(json(shapesOf, "shapes") as Record<string, number[]>).map(([name, shape]) => {
              const values = flat.slice(next, next + sizeOf(shape));
              next += values.length;
              return [name, values];
            }),
          );
        };
        const sampled = (kind: string) => byName(kind, `${title}/${kind}`);
        const golden: Golden = {
          digest: file.attribute(title, "digest") as string,
          reports: json(title, "reports"),
          gradient: byName("gradient", title),
          params: byName("params", title),
          sampled: { posterior: sampled("posterior"), pushMean: sampled("pushMean"), prior: sampled("prior") },
        };
        return [title, golden];
      }),
    );
  } finally {
    file.close();
  }
}
