import type { MatlabClass } from "./matlab-value.js";
import type { ParamValue } from "./param-value.js";

/** What values of a parameter are allowed, beyond those of its class, in the words of JSON Schema. */
export interface ParamLimits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly enum?: readonly string[];
  /** Only whole numbers, where the class alone would allow fractions. */
  readonly whole?: boolean;
}

/** One parameter: what it may be, and the frozen default that hashes compare with. */
export interface ParamDefinition {
  readonly name: string;
  /** Null keeps the class of the value given. */
  readonly class: MatlabClass | null;
  readonly default: ParamValue;
  readonly limits: ParamLimits;
  /** A list of values of the class is allowed beside a single one. */
  readonly lists?: boolean;
}
