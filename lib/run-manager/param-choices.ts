/** What the values of a setting may have been, by parameter, from what is left of them. */
import { coerceParam } from "#lib/params/coerce-param.js";
import type { MatlabClass } from "#lib/params/matlab-value.js";
import { type Affects, ownDefinition } from "#lib/params/own-param.js";
import type { ParamDefinition } from "#lib/params/param-definition.js";
import type { ParamValue } from "#lib/params/param-value.js";
import { runParamsByName } from "#lib/params/run-params-table.js";
import { numberCandidates } from "./number-candidates.js";

/** A parameter with its possible values, the likeliest first. */
export interface ParamChoice {
  readonly name: string;
  /** Declared by the user's class. */
  readonly isOwn: boolean;
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  readonly class: MatlabClass | null;
  /** Undefined: at its default. */
  readonly value: ParamValue | undefined;
  readonly affects?: Affects;
}

/**
 * @param differing Of summary.txt: values as printed, of what differs from the defaults.
 * @param others Values that other files have of the same parameters, maybe with more digits.
 */
export function printedChoices(
  differing: ReadonlyMap<string, string>,
  others: readonly ReadonlyMap<string, unknown>[],
): ParamChoice[] {
  return [...differing].map(([name, printed]) => {
    const definition = runParamsByName.get(name);
    const known = others.map((each) => each.get(name));
    const candidates = definition ? builtInCandidates(definition, printed, known) : ownCandidates(printed);
    return { name, isOwn: !definition, candidates };
  });
}

/** Of hyperparameters-0.txt, where no summary has the setting: what the trainer was not told has to be guessed. */
export function trainedChoices(
  hyperparameters: ReadonlyMap<string, unknown>,
  datasets: number,
  trainToTest: number | undefined,
): ParamChoice[] {
  const choices: ParamChoice[] = [];
  for (const [name, value] of hyperparameters) {
    const definition = runParamsByName.get(name);
    if (!definition || name === "c_in_factors_dim") continue;
    const isRamp = /^c_(kl|l2)_(increase_steps|start_step)$/.test(name);
    // Other than whole numbers were told with six decimals.
    const isCut = typeof value === "number" && !/int/.test(definition.class ?? "int");
    const told = isCut ? numberCandidates(String(value)) : [value];
    const values = isRamp && datasets > 1 ? [Number(value) / datasets, value] : told;
    const candidates = values.flatMap((each) => candidateOf(definition, each));
    if (candidates.some((candidate) => candidate.value !== undefined)) choices.push({ name, isOwn: false, candidates });
  }
  const guess = (name: string, values: readonly ParamValue[]) => {
    const definition = runParamsByName.get(name)!;
    const candidates = values.flatMap((each) => candidateOf(definition, each));
    choices.push({ name, isOwn: false, candidates });
  };
  guess("spikeBinMs", usualBins);
  guess("useAlignmentMatrix", [false, true]);
  guess("useSingleDatasetAlignmentMatrix", [false, true]);
  if (trainToTest !== undefined)
    guess("trainToTestRatio", [trainToTest, trainToTest + 1, Math.max(1, trainToTest - 1)]);
  return choices;
}

/** The default first. */
const usualBins = [2, 1, 4, 5, 8, 10, 15, 16, 20, 25, 30, 40, 50, 100];

/** None where the parameter cannot have the value. */
function candidateOf(definition: ParamDefinition, value: unknown): Candidate[] {
  const coerced = coerceParam(definition, value);
  if (!coerced.ok) return [];
  const isDefault = JSON.stringify(coerced.value) === JSON.stringify(definition.default);
  return [{ class: definition.class, value: isDefault ? undefined : coerced.value }];
}

function builtInCandidates(definition: ParamDefinition, printed: string, others: readonly unknown[]): Candidate[] {
  const values = readPrinted(definition, printed);
  // More digits may be in another file.
  const exact = others.filter((value) => typeof value === "number" && sixDigits(value) === sixDigits(Number(printed)));
  const found = new Map<string, Candidate>();
  for (const value of [...values.slice(0, 1), ...exact, ...values])
    for (const candidate of candidateOf(definition, value)) found.set(JSON.stringify(candidate), candidate);
  return [...found.values()];
}

function readPrinted({ class: className }: ParamDefinition, printed: string): unknown[] {
  if (className === "char") return [printed];
  if (printed === "true" || printed === "false") return [printed === "true"];
  if (printed === "") return className === null ? [[], ""] : [];
  if (!Number.isFinite(Number(printed))) return readJson(printed, className);
  return className !== null && /int/.test(className) ? [Number(printed)] : numberCandidates(printed);
}

/** lfads itself prints lists as JSON. */
function readJson(printed: string, className: MatlabClass | null): unknown[] {
  try {
    return [JSON.parse(printed)];
  } catch {
    return className === null ? [printed] : [];
  }
}

/** A parameter of the user's own: its class was not printed. */
function ownCandidates(printed: string): Candidate[] {
  const text: Candidate = { class: "char", value: printed };
  const candidates: Candidate[] = [];
  if (printed === "true" || printed === "false") candidates.push({ class: "logical", value: printed === "true" });
  else if (printed !== "" && Number.isFinite(Number(printed))) {
    candidates.push(...numberCandidates(printed).map((value) => ({ class: "double", value }) as const));
    for (const name of /^-?\d+$/.test(printed) ? wholeClasses : []) {
      const coerced = coerceParam(ownDefinition("own", { class: name, default: 0 }), Number(printed));
      if (coerced.ok) candidates.push({ class: name, value: coerced.value });
    }
    candidates.push({ class: "single", value: Math.fround(Number(printed)) });
  }
  candidates.push(text);
  // The user's class may leave a parameter out of the names.
  return [...candidates, { ...candidates[0]!, affects: "nothing" }];
}

/** Those of 32 and 64 bits look like these where they can be shortened to them. */
const wholeClasses: readonly MatlabClass[] = ["uint16", "int16", "uint8", "int8", "uint32", "int32"];

function sixDigits(value: number): string {
  return value.toPrecision(6);
}
