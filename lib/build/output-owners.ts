import { join, resolve } from "node:path";
import { FailureError } from "#lib/failure.js";
import type { BuildContext } from "./build-context.js";
import { stampOf } from "./file-digest.js";
import type { StampedOutput } from "./state-line.js";
import type { Target } from "./target.js";

/** Which target made which file, from what the state knows; asked before a file is put in place. */
export class OutputOwners {
  /** All that the state knows by path; made when a file is met that its target has not made. */
  #byPath: Map<string, { label: string; output: StampedOutput }> | undefined;
  /** What targets are about to put in place, or have put, in this session. */
  readonly #claims = new Map<string, string>();
  readonly #context: BuildContext;

  constructor(context: BuildContext) {
    this.#context = context;
  }

  /** Throws when the file is an output of another target that is up to date, or was claimed by another. */
  claim(target: Target, path: string): void {
    const place = join(target.outDir, path);
    const claimed = this.#claims.get(place);
    const maker = claimed === undefined && stampOf(place) ? this.#owner(target, path)?.label : undefined;
    const other = claimed ?? (maker !== undefined && this.#context.upToDate.has(maker) ? maker : undefined);
    if (other === undefined || other === target.label) {
      this.#claims.set(place, target.label);
      return;
    }
    throw new FailureError({
      kind: "internal",
      what: `"${other}" and "${target.label}" both make this file.`,
      where: place,
    });
  }

  /** The output that was last put at this place. */
  output(target: Target, path: string): StampedOutput | undefined {
    return this.#owner(target, path)?.output;
  }

  isOwn(target: Target, path: string): boolean {
    return this.#owner(target, path)?.label === target.label;
  }

  update(target: Target, outputs: readonly StampedOutput[]): void {
    const { label } = target;
    for (const output of outputs) this.#byPath?.set(join(target.outDir, output.path), { label, output });
  }

  #owner(target: Target, path: string): { label: string; output: StampedOutput } | undefined {
    const { state, dir } = this.#context;
    if (!this.#byPath) {
      const built = state.target(target.label)?.built;
      const own = built?.outDir === state.portable(target.outDir) && built.outputs.find((each) => each.path === path);
      if (own) return { label: target.label, output: own };
      this.#byPath = new Map();
      for (const [label, entry] of state.targets())
        for (const output of entry.built?.outputs ?? [])
          this.#byPath.set(join(resolve(dir, entry.built!.outDir), output.path), { label, output });
    }
    return this.#byPath.get(join(target.outDir, path));
  }
}
