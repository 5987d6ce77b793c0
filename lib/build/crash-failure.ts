import type { Failure } from "#lib/failure.js";
import type { Job } from "./executor.js";

const again = "Build again: it goes on from what it saved.";

/** For a child process that ended without a word; `printed` is the end of what it wrote to its raw output. */
export function crashFailure(job: Job, code: number | null, signal: string | null, printed: string): Failure {
  const outOfMemory = /heap out of memory|Cannot allocate memory|std::bad_alloc/.test(printed);
  const how =
    signal !== null
      ? `was ended by ${signal}`
      : code !== null
        ? `ended with exit code ${code}`
        : "could not be started";
  return {
    kind: "crashed",
    what: outOfMemory ? "The process of this target ran out of memory." : `The process of this target ${how}.`,
    target: job.label,
    hint:
      outOfMemory || signal === "SIGKILL"
        ? `${again} If the machine ran out of memory, build with fewer --jobs or less data at once.`
        : again,
  };
}
