import { createHash } from "node:crypto";
import { encodeMatlab } from "./encode-matlab.js";
import type { MatlabStruct } from "./matlab-value.js";

/** The Run Manager's six-character name of a struct of parameters. Upper and lower case differ. */
export function matlabHash(struct: MatlabStruct, shrinkIntegers = true): string {
  return createHash("md5").update(encodeMatlab(struct, shrinkIntegers)).digest("base64url").slice(0, 6);
}
