import type { ModelSpec } from "#lib/engine/model-spec.js";
import { parameterTable, readVariable } from "#lib/engine/parameters.js";
import { FailureError } from "#lib/failure.js";
import { readCheckpoint } from "./checkpoint-file.js";

export interface InitialValues {
  /** Variable → values, row-major, for those that both models have. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** Variables of the new model that the checkpoint has not. */
  readonly fresh: readonly string[];
  /** Of the checkpoint. */
  readonly step: number;
}

/** Variables of another shape that a message names. */
const SHOWN = 2;

/**
 * What a model takes over from another one's checkpoint: each variable of the same name. Throws FailureError where one
 * has another shape there, or none is the same.
 */
export async function initialValues(checkpoint: string, model: ModelSpec): Promise<InitialValues> {
  const source = await readCheckpoint(checkpoint);
  const sourceTable = parameterTable(source.model);
  const theirs = new Map(sourceTable.variables.map((variable) => [variable.name, variable]));
  const values = new Map<string, Float32Array>();
  const fresh: string[] = [];
  const misfits: string[] = [];
  for (const { name, shape } of parameterTable(model).variables) {
    const other = theirs.get(name);
    if (!other) fresh.push(name);
    else if (other.shape.join() !== shape.join()) {
      misfits.push(`${name} is ${other.shape.join("×")} there and ${shape.join("×")} here`);
    } else values.set(name, readVariable(sourceTable, other, source.state.params));
  }
  if (misfits.length > 0 || values.size === 0) {
    const more = misfits.length > SHOWN ? `; and ${misfits.length - SHOWN} more` : "";
    throw new FailureError({
      kind: "config",
      what: `This model cannot start from the run that initFrom names: ${misfits.slice(0, SHOWN).join("; ") || "they have no variable in common"}${more}.`,
      hint: "Give both runs the same sizes (c_gen_dim, c_factors_dim, …), and datasets with the same channels.",
    });
  }
  return { values, fresh, step: source.state.step };
}
