/** What a run was trained with, from the files beside it: values by parameter, `c_` in front. */

/** hyperparameters-0.txt: values as the trainer took them, those of ramps multiplied already. Undefined: not JSON. */
export function readHyperparameters(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const values = JSON.parse(text) as Record<string, unknown>;
    return new Map(Object.entries(values).map(([name, value]) => [`c_${name}`, value]));
  } catch {
    return undefined;
  }
}

/** The `--name=value` of lfads_train.sh: whole numbers exactly, others with six decimals. */
export function readTrainScript(text: string): ReadonlyMap<string, string> {
  const command = text.split("\n").find((line) => line.includes("run_lfads.py") && line.includes(" --")) ?? "";
  const first = command.split(/&&|;/)[0]!;
  return new Map(
    [...first.matchAll(/ --(\w+)=("[^"]*"|'[^']*'|\S*)/g)].map(([, name, value]) => [
      `c_${name}`,
      value!.replace(/^["']|["']$/g, ""),
    ]),
  );
}
