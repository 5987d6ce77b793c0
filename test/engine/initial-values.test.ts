import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ModelSpec } from "#lib/engine/model-spec.js";
import { parameterTable, readVariable } from "#lib/engine/parameters.js";
import { writeCheckpoint } from "#rules/checkpoint-file.js";
import { initialValues } from "#rules/initial-values.js";
import { content, folder, stateAt } from "./saved-states.js";
import { smallModel, twoDatasets } from "./small-models.js";

const stitched: ModelSpec = { ...smallModel, datasets: twoDatasets };

async function checkpointOf(model: ModelSpec) {
  const file = join(folder(), "checkpoint");
  const state = stateAt(40, model);
  await writeCheckpoint(file, { ...content, model }, state);
  return { file, state };
}

describe("what a model takes over from a checkpoint", () => {
  test("is every variable of the same name, to the bit", async () => {
    const { file, state } = await checkpointOf(stitched);
    const { values, fresh, step } = await initialValues(file, stitched);
    const table = parameterTable(stitched);
    expect([...values.keys()]).toEqual(table.variables.map(({ name }) => name));
    for (const variable of table.variables) {
      expect(values.get(variable.name)).toEqual(readVariable(table, variable, state.params));
    }
    expect([fresh, step]).toEqual([[], 40]);
  });

  test("is all but the read-in and read-out of datasets that the other run had not", async () => {
    const { file } = await checkpointOf(stitched);
    const datasets = [...twoDatasets, { name: "three", channels: 4 }];
    const { values, fresh } = await initialValues(file, { ...stitched, datasets });
    expect(fresh).toEqual([
      "LFADS_x_2_infac_three.h5_W",
      "LFADS_x_2_infac_three.h5_b",
      "LFADS_glm_fac_2_logrates_three.h5_W",
      "LFADS_glm_fac_2_logrates_three.h5_b",
    ]);
    expect(values.has("LFADS_x_2_infac_two.h5_W")).toBe(true);
  });

  test("is an error where a variable has another shape, which names the first", async () => {
    const { file } = await checkpointOf(stitched);
    const one = { name: "one", channels: 6 };
    await expect(initialValues(file, { ...stitched, datasets: [one, twoDatasets[1]!] })).rejects.toMatchObject({
      failure: {
        kind: "config",
        what:
          "This model cannot start from the run that initFrom names: LFADS_x_2_infac_one.h5_W is 5×3 there and 6×3 here; " +
          "LFADS_glm_fac_2_logrates_one.h5_W is 3×5 there and 3×6 here; and 1 more.",
        hint: "Give both runs the same sizes (c_gen_dim, c_factors_dim, …), and datasets with the same channels.",
      },
    });
  });
});
