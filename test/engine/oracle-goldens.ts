/** fixtures/oracle.h5: what the PyTorch model of test/oracle computes from the inputs of oracle-inputs.ts. */
import { fileURLToPath } from "node:url";
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
}

/** By title. */
export async function readGoldens(path: string): Promise<Map<string, Golden>> {
  const file = await openHdf5(path);
  try {
    return new Map(
      file.keys().map((title) => {
        const attribute = (name: string) => file.attribute(title, name) as string;
        const shapes = Object.entries(JSON.parse(attribute("shapes")) as Record<string, [number, number]>);
        const byName = (flat: Float32Array) => {
          let next = 0;
          return new Map(
            shapes.map(([name, [rows, columns]]) => {
              const values = flat.slice(next, next + rows * columns);
              next += values.length;
              return [name, values];
            }),
          );
        };
        const golden: Golden = {
          digest: attribute("digest"),
          reports: JSON.parse(attribute("reports")),
          gradient: byName(file.read(`${title}/gradient`) as Float32Array),
          params: byName(file.read(`${title}/params`) as Float32Array),
        };
        return [title, golden];
      }),
    );
  } finally {
    file.close();
  }
}
