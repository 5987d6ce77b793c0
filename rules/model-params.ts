import { join } from "node:path";
import type { Rule } from "#lib/build/rule.js";
import { hasLearnedPriorVariance } from "#lib/engine/model-spec.js";
import { priorOf } from "#lib/engine/prior.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import { makeFolder } from "#lib/make-folder.js";
import { readCheckpoint, writeVariables } from "./checkpoint-file.js";
import { newestLve } from "./checkpoint-folder.js";
import { ruleVersions } from "./versions.js";

/** All parameters under the original variable names. Input `checkpoint`; output `lfadsOutput/model_params`. */
export const modelParams: Rule = {
  name: "model-params",
  version: ruleVersions["model-params"],
  async run({ inputs, out, log }) {
    const { model, state } = await readCheckpoint(newestLve(inputs.checkpoint ?? []));
    makeFolder(join(out, "lfadsOutput"));
    await writeHdf5(join(out, "lfadsOutput", "model_params"), (w) => {
      writeVariables(w, model, state);
      // a fixed variance is no variable of training, but readers look for it
      if (model.icDim > 0 && !hasLearnedPriorVariance(model)) {
        w.dataset("LFADS_z_prior_g0_logvar:0", Float32Array.from(priorOf(model, state.params).logvar), [
          1,
          model.icDim,
        ]);
      }
    });
    log(`Parameters of step ${state.step}.`);
  },
};
