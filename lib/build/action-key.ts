import { createHash } from "node:crypto";
import type { RecordedInput } from "./action-record.js";
import { canonicalJson } from "./canonical-json.js";
import { byCodeUnits } from "./graph.js";
import type { ResolvedInput } from "./resolve-inputs.js";
import type { Json } from "./target.js";

export interface KeyParts {
  readonly rule: string;
  readonly ruleVersion: string;
  readonly params: Json;
  /** Order matters only among inputs of one name. */
  readonly inputs: readonly Pick<RecordedInput, "name" | "file" | "digest">[];
}

/** An action as it is about to be run or compared: the key's parts, and where the inputs are. */
export interface Action extends KeyParts {
  readonly inputs: readonly ResolvedInput[];
}

/** SHA-256 in hex over all that reaches the result. Not over hosts, absolute paths, times, thread counts. */
export function actionKey(parts: KeyParts): string {
  const inputs = [...parts.inputs].sort((a, b) => byCodeUnits(a.name, b.name));
  const listed = inputs.map(
    ({ name, file, digest }) => `[${JSON.stringify(name)},${JSON.stringify(file)},"${digest}"]`,
  );
  const text = `lfads-action-1\n${JSON.stringify(parts.rule)}\n${JSON.stringify(parts.ruleVersion)}\n${canonicalJson(parts.params)}\n[${listed.join(",")}]`;
  return createHash("sha256").update(text).digest("hex");
}
