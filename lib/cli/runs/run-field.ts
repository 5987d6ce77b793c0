import { closestNames } from "#lib/closest-names.js";
import type { Project } from "#lib/config/project.js";
import type { Failure } from "#lib/failure.js";
import { runParamsByName } from "#lib/params/run-params-table.js";
import { err, ok, type Result } from "#lib/result.js";
import { fromWorst } from "../run-matrix.js";
import type { Value } from "./comparison.js";
import type { KnownRun } from "./known-run.js";
import { resultColumn, resultColumns } from "./result-columns.js";

/** Something that runs are told apart by: a parameter, a result, or one of `about`. */
export interface RunField {
  readonly name: string;
  readonly of: (run: KnownRun) => Value;
  /** A number, also where no run has it yet. */
  readonly isNumber?: boolean;
  /** All that it can be. */
  readonly words?: readonly string[] | undefined;
}

const about: readonly RunField[] = [
  { name: "collection", of: ({ collection }) => collection.name },
  { name: "params", of: ({ params }) => params.paramName },
  { name: "spec", of: ({ spec }) => spec.name },
  { name: "status", of: ({ status }) => status ?? null, words: fromWorst },
];

/** @param option `--where` or `--sort`, for the message. */
export function runField(project: Project, name: string, option: string): Result<RunField, Failure> {
  const params = new Set(
    project.collections.flatMap((each) => each.params.flatMap(({ values }) => Object.keys(values))),
  );
  if (params.has(name)) {
    const words = runParamsByName.get(name)?.limits.enum;
    return ok({ name, of: ({ params: { values } }) => paramValue(values[name]), words });
  }
  const field = about.find((each) => each.name === name);
  if (field) return ok(field);
  const column = resultColumn(name);
  if (column) return ok({ name, of: ({ row }) => (row ? column.of(row) : null), isNumber: true });
  const others = [...about, ...resultColumns].map((each) => each.name);
  const [closest] = closestNames(name, [...params, ...others], Math.max(2, Math.floor(name.length / 3)));
  const hint =
    closest === undefined
      ? `Beside parameters there are ${others.slice(0, -1).join(", ")} and ${others.at(-1)}.`
      : `Did you mean ${closest}?`;
  return err({ kind: "usage", what: `${option}: there is no parameter or result "${name}".`, hint });
}

/** Lists as JSON; null where the run's collection has no such parameter. */
function paramValue(value: unknown): Value {
  if (value === undefined) return null;
  return typeof value === "number" || typeof value === "string" || typeof value === "boolean"
    ? value
    : JSON.stringify(value);
}
