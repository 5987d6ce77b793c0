import type { Problem } from "./problem.js";
import type { RunParams } from "./project.js";

/** Parameters of one setting that do not fit each other. */
export function checkSettings({ values }: RunParams, place: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  if (Number(values.c_learning_rate_stop) >= Number(values.c_learning_rate_init)) {
    problems.push({
      place: [...place, "c_learning_rate_stop"],
      what: `c_learning_rate_stop is ${values.c_learning_rate_stop}, but must be below c_learning_rate_init, which is ${values.c_learning_rate_init}.`,
    });
  }
  if (Number(values.c_ic_prior_var_max) < Number(values.c_ic_prior_var_min)) {
    problems.push({
      place: [...place, "c_ic_prior_var_max"],
      what: `c_ic_prior_var_max is ${values.c_ic_prior_var_max}, but must be at least c_ic_prior_var_min, which is ${values.c_ic_prior_var_min}.`,
    });
  }
  return problems;
}
