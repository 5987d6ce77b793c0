/** What was reported of each epoch of a training, and the two files that tell it: fitlog.csv and TensorBoard's events. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EpochReport } from "#lib/engine/trainer-state.js";
import { makeFolder } from "#lib/make-folder.js";
import { fitlogLine } from "./fitlog-line.js";
import { EVENT_FILE, epochEvent, eventFileStart } from "./training-events.js";

export class FitHistory {
  readonly #epochs: EpochReport[];
  readonly #live: string;

  /** @param live A folder that has the events from now on, as TensorBoard reads them. */
  constructor(epochs: readonly EpochReport[], live: string) {
    this.#epochs = [...epochs];
    this.#live = live;
    this.#show(() => writeEvents(live, this.#epochs));
  }

  get epochs(): readonly EpochReport[] {
    return this.#epochs;
  }

  add(report: EpochReport): void {
    this.#epochs.push(report);
    this.#show(() => appendFileSync(join(this.#live, EVENT_FILE), epochEvent(report)));
  }

  /** Forgets what came after `epoch`. */
  goBackTo(epoch: number): void {
    this.#epochs.length = epoch;
    this.#show(() => writeEvents(this.#live, this.#epochs));
  }

  writeTo(out: string): void {
    writeFileSync(join(out, "fitlog.csv"), this.#epochs.map((report) => `${fitlogLine(report)}\n`).join(""));
    writeEvents(join(out, "lfads_log"), this.#epochs);
  }

  /** A full disk costs the view of a training on its way; the training finds out by itself. */
  #show(write: () => void): void {
    try {
      write();
    } catch {
      // As above.
    }
  }
}

function writeEvents(folder: string, epochs: readonly EpochReport[]): void {
  makeFolder(folder);
  writeFileSync(join(folder, EVENT_FILE), Buffer.concat([eventFileStart(), ...epochs.map(epochEvent)]));
}
