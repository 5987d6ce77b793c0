import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isProcessAlive, processStart } from "./process-identity.js";

/** Folders that outputs are made in, `staging/<process>/<n>`; those of dead processes are swept away. */
export class Staging {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = join(folder, `${process.pid}-${processStart(process.pid) ?? ""}`);
    sweep(folder);
  }

  make(): string {
    const path = join(this.#folder, String(this.#count++));
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
    return path;
  }

  remove(path: string): void {
    rmSync(path, { recursive: true, force: true });
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function sweep(folder: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const [pid, start] = name.split("-");
    if (!isProcessAlive(Number(pid), start || undefined)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
