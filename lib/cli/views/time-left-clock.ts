/** What a build still takes, worked out now and then and counted down in between. */
import type { BuildTally } from "./build-tally.js";
import type { TimeLeft } from "./build-view.js";
import type { LiveFrame } from "./live-lines.js";

const EVERY_MS = 5000;
/** Of the time that a build takes, no more than this share goes into estimating it. */
const SHARE = 0.01;

export class TimeLeftClock {
  readonly #timeLeft: TimeLeft;
  #known: { readonly endsAt: number; readonly atLeast: boolean } | undefined;
  #nextAt = 0;

  constructor(timeLeft: TimeLeft) {
    this.#timeLeft = timeLeft;
  }

  /** By the last estimate; asks for a new one where that is due. `now` in ms, as `performance.now()`. */
  read(tally: BuildTally, now: number): LiveFrame["left"] {
    if (now >= this.#nextAt) {
      this.#nextAt = Number.POSITIVE_INFINITY;
      void this.#estimate(tally, now);
    }
    if (!this.#known) return undefined;
    const { endsAt, atLeast } = this.#known;
    return { seconds: Math.max(0, (endsAt - now) / 1000), atLeast };
  }

  async #estimate(tally: BuildTally, now: number): Promise<void> {
    const estimate = await this.#timeLeft(tally.soFar(now));
    const took = performance.now() - now;
    this.#nextAt = now + Math.max(EVERY_MS, took / SHARE);
    if (!estimate) return;
    const { seconds, unknown, targets } = estimate;
    const known = targets.size > unknown || targets.size === 0;
    this.#known = known ? { endsAt: now + seconds * 1000, atLeast: unknown > 0 } : undefined;
  }
}
