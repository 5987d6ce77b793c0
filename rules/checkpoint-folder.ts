/**
 * The checkpoints of one training in one folder: the newest regular and LVE ("lowest validation error") ones, the two
 * text files that name them, and the log of the fit. A training resumes from it after a kill.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TrainerState } from "#lib/engine/trainer-state.js";
import { replaceFile } from "#lib/replace-file.js";
import { type CheckpointModel, readCheckpoint, writeCheckpoint } from "./checkpoint-file.js";

const REGULAR = { list: "checkpoint", stem: "lfads_vae.ckpt" } as const;
const LVE = { list: "checkpoint_lve", stem: "lfads_vae_lve.ckpt" } as const;
type Kind = typeof REGULAR | typeof LVE;

const FITLOG = "fitlog.csv";

export class CheckpointFolder {
  readonly #dir: string;
  readonly #content: CheckpointModel;
  readonly #keep: { readonly regular: number; readonly lve: number };

  constructor(dir: string, content: CheckpointModel, keep: { regular: number; lve: number }) {
    this.#dir = dir;
    this.#content = content;
    this.#keep = keep;
  }

  /**
   * Saves what has come since the last call. The regular checkpoint is written last: what it does not cover is made
   * again after a kill.
   */
  async save(state: TrainerState, lve: readonly TrainerState[], fitlog: readonly string[]): Promise<void> {
    for (const each of lve.slice(-Math.max(this.#keep.lve, 1))) await this.#write(LVE, each);
    this.#list(LVE, this.#keep.lve);
    replaceFile(join(this.#dir, FITLOG), fitlog.map((line) => `${line}\n`).join(""));
    await this.#write(REGULAR, state);
    this.#list(REGULAR, this.#keep.regular);
  }

  /**
   * The newest whole regular checkpoint with its part of the log, null where there is none. Later files are removed, and
   * what a kill left half written.
   */
  async resume(): Promise<{ state: TrainerState; fitlog: string[] } | null> {
    for (const name of readdirSync(this.#dir)) if (name.endsWith(".tmp")) rmSync(join(this.#dir, name));
    for (const step of this.#steps(REGULAR).reverse()) {
      try {
        const { state } = await readCheckpoint(join(this.#dir, `${REGULAR.stem}-${step}`));
        const fitlog = readFileSync(join(this.#dir, FITLOG), "utf8").split("\n").slice(0, state.epoch);
        if (fitlog.length !== state.epoch || fitlog.includes("")) continue;
        for (const kind of [REGULAR, LVE]) {
          for (const later of this.#steps(kind)) if (later > step) rmSync(join(this.#dir, `${kind.stem}-${later}`));
        }
        return { state, fitlog };
      } catch {
        // a checkpoint that cannot be read is as good as none: an earlier one, or the start, gives the same bytes
      }
    }
    return null;
  }

  async #write(kind: Kind, state: TrainerState): Promise<void> {
    await writeCheckpoint(join(this.#dir, `${kind.stem}-${state.step}`), this.#content, state);
  }

  /** Keeps the newest and names them, oldest first. */
  #list(kind: Kind, keep: number): void {
    const steps = this.#steps(kind);
    const kept = steps.slice(-Math.max(keep, 1));
    for (const step of steps) if (!kept.includes(step)) rmSync(join(this.#dir, `${kind.stem}-${step}`));
    const newest = kept.at(-1);
    if (newest === undefined) return;
    const lines = [
      `model_checkpoint_path: "${kind.stem}-${newest}"`,
      ...kept.map((step) => `all_model_checkpoint_paths: "${kind.stem}-${step}"`),
    ];
    replaceFile(join(this.#dir, kind.list), `${lines.join("\n")}\n`);
  }

  #steps(kind: Kind): number[] {
    return readdirSync(this.#dir)
      .filter((name) => name.startsWith(`${kind.stem}-`) && /^\d+$/.test(name.slice(kind.stem.length + 1)))
      .map((name) => Number(name.slice(kind.stem.length + 1)))
      .sort((a, b) => a - b);
  }
}

/** The newest LVE checkpoint that `checkpoint_lve` names. */
export function newestLve(files: readonly { name: string; path: string }[]): string {
  const list = files.find(({ name }) => name.endsWith(`/${LVE.list}`));
  const name = list && /^model_checkpoint_path: "(.*)"/.exec(readFileSync(list.path, "utf8"))?.[1];
  const file = name && files.find((each) => each.name.endsWith(`/${name}`));
  if (!file || !existsSync(file.path)) throw new Error("checkpoint_lve names no checkpoint");
  return file.path;
}
