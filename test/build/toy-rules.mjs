/** Rules that the child processes of local-executor.test.ts load. */
import { execSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const run = (name, body) => ({ name, version: "1", run: body });

export const rules = {
  /** Its process id, so that tests see which process ran it. */
  pid: run("pid", async ({ out }) => writeFileSync(`${out}/pid`, String(process.pid))),
  prints: run("prints", async ({ log, progress }) => {
    console.log("to stdout");
    log("logged");
    console.error("to stderr");
    process.stdout.write("no line end");
    for (let epoch = 1; epoch <= 50; epoch++) progress({ done: epoch / 50, fields: [["epoch", epoch]] });
  }),
  subprocess: run("subprocess", async () => {
    execSync("echo from a program", { stdio: "inherit" });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }),
  exits: run("exits", async ({ log }) => {
    log("last words");
    setTimeout(() => process.exit(7), 20);
    await new Promise(() => setInterval(() => {}, 1000));
  }),
  kills: run("kills", async () => {
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => setInterval(() => {}, 1000));
  }),
  throwsLater: run("throwsLater", async () => {
    setTimeout(() => {
      throw new RangeError("out of the blue");
    }, 5);
    await new Promise(() => setInterval(() => {}, 1000));
  }),
  /** Counts its steps in scratch; stops at an abort, resumes where it was. */
  steps: run("steps", async ({ out, scratch, params, signal, log }) => {
    const file = `${scratch}/step`;
    let step = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    const first = step;
    for (; step < params.steps; step++) {
      writeFileSync(file, String(step));
      writeFileSync(`${out}/half`, String(step));
      log(`step ${step}`);
      if (step === params.pauseAt && first === 0) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        signal.throwIfAborted();
      }
    }
    writeFileSync(`${out}/half`, "");
    writeFileSync(`${out}/out.txt`, `steps ${first} to ${step}`);
  }),
  deaf: run("deaf", async ({ log }) => {
    log("busy");
    await new Promise((resolve) => setTimeout(resolve, 10));
    for (;;);
  }),
};
