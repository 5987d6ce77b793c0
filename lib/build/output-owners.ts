import { join, resolve } from "node:path";
import { FailureError } from "#lib/failure.js";
import type { BuildContext } from "./build-context.js";
import type { StampedOutput } from "./state-file.js";
import type { Target } from "./target.js";

/** Which target made which file, from what the state knows; asked before a file is put in place. */
export class OutputOwners {
  readonly #byPath = new Map<string, { label: string; output: StampedOutput }>();
  /** What targets are about to put in place, or have put, in this session. */
  readonly #claims = new Map<string, string>();
  readonly #context: BuildContext;

  constructor(context: BuildContext) {
    this.#context = context;
    for (const [label, { built }] of context.state.targets()) {
      if (built) this.update({ label, outDir: resolve(context.dir, built.outDir) }, built.outputs);
    }
  }

  /** Throws when the file is an output of another target that is up to date, or was claimed by another. */
  claim(target: Target, path: string): void {
    const place = join(target.outDir, path);
    const maker = this.#byPath.get(place)?.label;
    const other =
      this.#claims.get(place) ?? (maker !== undefined && this.#context.upToDate.has(maker) ? maker : undefined);
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
