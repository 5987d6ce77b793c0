/** Why a target is not fresh, as data: old and new values, never a log line. */
import type { Failure } from "#lib/failure.js";
import type { Json } from "./target.js";

export type StaleReason =
  /** `closest`: the most similar target of the same family that was built, and what differs from it; none: same key. */
  | {
      readonly kind: "never-built";
      readonly closest?: { readonly target: string; readonly differences: readonly StaleReason[] } | undefined;
    }
  /** `path` is a dotted path into the target's params; undefined on the side where it does not exist. */
  | { readonly kind: "param"; readonly path: string; readonly old: Json | undefined; readonly new: Json | undefined }
  /**
   * `path`: absolute path of the file; undefined digest: the file did not or does not belong to the input.
   * `from`: label of the producer, or the user's file, as in records; of what it was before where it is no longer there.
   */
  | {
      readonly kind: "input";
      readonly name: string;
      readonly file: string;
      readonly path: string | undefined;
      readonly oldDigest: string | undefined;
      readonly newDigest: string | undefined;
      readonly from: string;
    }
  | { readonly kind: "rule"; readonly old: string; readonly new: string }
  | { readonly kind: "output-missing"; readonly path: string }
  /** Edited by hand since it was made. */
  | { readonly kind: "output-changed"; readonly path: string; readonly oldDigest: string; readonly newDigest: string }
  | { readonly kind: "link"; readonly path: string }
  /** The outputs belong into another folder than the one they were made in. */
  | { readonly kind: "moved"; readonly old: string; readonly new: string }
  /** The key differs and the record of the last build is gone, so what changed is not known. */
  | { readonly kind: "unrecorded" }
  /** An input file of the user's cannot be read. */
  | { readonly kind: "blocked"; readonly failure: Failure }
  /** `target`: the first target up the graph that is itself stale, and why. */
  | { readonly kind: "upstream"; readonly target: string; readonly reasons: readonly StaleReason[] };
