import { join, resolve } from "node:path";
import { FailureError } from "#lib/failure.js";
import type { BuildContext } from "./build-context.js";
import type { StampedOutput } from "./state-file.js";
import type { Target } from "./target.js";

/** Which target made which file, from what the state knows; asked before a file is put in place. */
export class OutputOwners {
  readonly #byPath = new Map<string, { label: string; output: StampedOutput }>();
  readonly #context: BuildContext;

  constructor(context: BuildContext) {
    this.#context = context;
    for (const [label, { built }] of context.state.targets()) {
      if (built) this.update({ label, outDir: resolve(context.dir, built.outDir) }, built.outputs);
    }
  }

  /** Throws when the file is an output of another target that is up to date. */
  claim(target: Target, path: string): void {
    const place = join(target.outDir, path);
    const owner = this.#byPath.get(place);
    if (!owner || owner.label === target.label || !this.#context.upToDate.has(owner.label)) return;
    throw new FailureError({
      kind: "internal",
      what: `"${owner.label}" and "${target.label}" both make this file.`,
      where: place,
    });
  }

  /** The output that was last put at this absolute path. */
  output(path: string): StampedOutput | undefined {
    return this.#byPath.get(path)?.output;
  }

  isOwn(target: Target, path: string): boolean {
    return this.#byPath.get(path)?.label === target.label;
  }

  update(target: Pick<Target, "label" | "outDir">, outputs: readonly StampedOutput[]): void {
    for (const output of outputs) this.#byPath.set(join(target.outDir, output.path), { label: target.label, output });
  }
}
