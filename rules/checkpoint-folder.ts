/**
 * The checkpoints of one training in one folder: the newest regular and LVE ("lowest validation error") ones, and
 * `saved`, which says which of the files belong together, with their digests, and what was reported of each epoch. A training
 * resumes from it after a kill, and ends with the same bytes even if some of it was damaged.
 */
import { createHash } from "node:crypto";
import { constants, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EpochReport, TrainerState } from "#lib/engine/trainer-state.js";
import { FailureError } from "#lib/failure.js";
import { replaceFile } from "#lib/replace-file.js";
import { type CheckpointModel, readCheckpoint, writeCheckpoint } from "./checkpoint-file.js";

const REGULAR = { list: "checkpoint", stem: "lfads_vae.ckpt" } as const;
const LVE = { list: "checkpoint_lve", stem: "lfads_vae_lve.ckpt" } as const;
type Kind = typeof REGULAR | typeof LVE;

const SAVED = "saved";

/** SHA-256 of each checkpoint by its step, in ascending order. */
type Digests = ReadonlyMap<number, string>;

interface Saved {
  readonly regular: Digests;
  readonly lve: Digests;
  readonly epochs: readonly EpochReport[];
}

const NOTHING: Saved = { regular: new Map(), lve: new Map(), epochs: [] };

export class CheckpointFolder {
  readonly #dir: string;
  readonly #content: CheckpointModel;
  readonly #keep: { readonly regular: number; readonly lve: number };
  #saved = NOTHING;

  constructor(dir: string, content: CheckpointModel, keep: { regular: number; lve: number }) {
    this.#dir = dir;
    this.#content = content;
    this.#keep = keep;
  }

  /** Saves what has come since the last call. A kill on the way leaves what was saved before. */
  async save(state: TrainerState, lve: readonly TrainerState[], epochs: readonly EpochReport[]): Promise<void> {
    const { regular: regularKeep, lve: lveKeep } = this.#keep;
    const saved: Saved = {
      lve: await this.#write(LVE, this.#saved.lve, lve.slice(-Math.max(lveKeep, 1)), lveKeep),
      regular: await this.#write(REGULAR, this.#saved.regular, [state], regularKeep),
      epochs: [...epochs],
    };
    replaceFile(join(this.#dir, SAVED), savedText(saved));
    this.#saved = saved;
    this.#removeOthers();
  }

  /**
   * The newest regular checkpoint that is whole, as is all that came before it, with the reports until then; null
   * where there is none. All other files are removed.
   */
  async resume(): Promise<{ state: TrainerState; epochs: readonly EpochReport[] } | null> {
    const saved = readSaved(join(this.#dir, SAVED)) ?? NOTHING;
    const isWhole = (kind: Kind, [step, digest]: readonly [number, string]) => this.#digest(kind, step) === digest;
    for (const newest of [...saved.regular].reverse()) {
      const until = ([step]: readonly [number, string]) => step <= newest[0];
      const lve = [...saved.lve].filter(until);
      if (!isWhole(REGULAR, newest) || !lve.every((each) => isWhole(LVE, each))) continue;
      const { state } = await readCheckpoint(this.#path(REGULAR, newest[0]));
      const regular = [...saved.regular].filter((each) => until(each) && isWhole(REGULAR, each));
      const epochs = saved.epochs.slice(0, state.epoch);
      this.#saved = { regular: new Map(regular), lve: new Map(lve), epochs };
      this.#removeOthers();
      return { state, epochs };
    }
    this.#removeOthers();
    return null;
  }

  /** Puts the checkpoints into a folder, with the two text files that name them. */
  copyTo(out: string): void {
    for (const kind of [REGULAR, LVE]) {
      for (const [step, digest] of this.#digests(kind)) {
        const to = join(out, nameOf(kind, step));
        copyFileSync(this.#path(kind, step), to, constants.COPYFILE_FICLONE);
        if (digestOf(to) !== digest) throw damaged(this.#path(kind, step));
      }
      const steps = [...this.#digests(kind).keys()];
      if (steps.length > 0) writeFileSync(join(out, kind.list), listText(kind, steps));
    }
  }

  /** Writes checkpoints; the digests of the newest `keep` with those that were there before. */
  async #write(kind: Kind, before: Digests, states: readonly TrainerState[], keep: number): Promise<Digests> {
    const digests = new Map(before);
    for (const state of states) {
      const file = this.#path(kind, state.step);
      await writeCheckpoint(file, this.#content, state);
      digests.set(state.step, digestOf(file)!);
    }
    return new Map([...digests].sort(([a], [b]) => a - b).slice(-Math.max(keep, 1)));
  }

  #removeOthers(): void {
    const kept = new Set<string>([SAVED]);
    for (const kind of [REGULAR, LVE]) for (const step of this.#digests(kind).keys()) kept.add(nameOf(kind, step));
    for (const entry of readdirSync(this.#dir, { withFileTypes: true })) {
      if (!entry.isDirectory() && !kept.has(entry.name)) rmSync(join(this.#dir, entry.name), { force: true });
    }
  }

  #digests(kind: Kind): Digests {
    return kind === REGULAR ? this.#saved.regular : this.#saved.lve;
  }

  #digest(kind: Kind, step: number): string | undefined {
    return digestOf(this.#path(kind, step));
  }

  #path(kind: Kind, step: number): string {
    return join(this.#dir, nameOf(kind, step));
  }
}

const nameOf = (kind: Kind, step: number) => `${kind.stem}-${step}`;

/** Oldest first. */
function listText(kind: Kind, steps: readonly number[]): string {
  const lines = [
    `model_checkpoint_path: "${nameOf(kind, steps.at(-1)!)}"`,
    ...steps.map((step) => `all_model_checkpoint_paths: "${nameOf(kind, step)}"`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The SHA-256 of what follows, then that as JSON. */
function savedText({ regular, lve, epochs }: Saved): string {
  const body = JSON.stringify({ regular: [...regular], lve: [...lve], epochs });
  return `${createHash("sha256").update(body).digest("hex")} ${body}\n`;
}

function readSaved(path: string): Saved | undefined {
  try {
    const text = readFileSync(path, "utf8").trimEnd();
    const body = text.slice(65);
    if (text.slice(0, 64) !== createHash("sha256").update(body).digest("hex")) return undefined;
    const { regular, lve, epochs } = JSON.parse(body);
    return { regular: new Map(regular), lve: new Map(lve), epochs };
  } catch {
    return undefined;
  }
}

function digestOf(file: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return undefined;
  }
}

function damaged(file: string): FailureError {
  return new FailureError({
    kind: "disk",
    what: "This checkpoint is not as it was written.",
    where: file,
    hint: "Build again: the training goes on from an earlier one. The disk may be failing.",
  });
}

/** The newest LVE checkpoint that `checkpoint_lve` names. */
export function newestLve(files: readonly { name: string; path: string }[]): string {
  const list = files.find(({ name }) => name.endsWith(`/${LVE.list}`));
  const name = list && /^model_checkpoint_path: "(.*)"/.exec(readFileSync(list.path, "utf8"))?.[1];
  const file = name && files.find((each) => each.name.endsWith(`/${name}`));
  if (!file) throw new Error("checkpoint_lve names no checkpoint");
  return file.path;
}
