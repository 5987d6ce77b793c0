/** Counts targets while a build goes on, from its events. */
import type { BuildEvent, BuildSoFar } from "#lib/build/index.js";
import type { Progress } from "#lib/build/rule.js";

export interface RunningTarget {
  readonly label: string;
  readonly since: number;
  progress: Progress | undefined;
}

export class BuildTally {
  total = 0;
  done = 0;
  failed = 0;
  skipped = 0;
  readonly running = new Map<string, RunningTarget>();
  readonly #ended = new Set<string>();

  /** `now` in ms. */
  take(event: BuildEvent, now: number): void {
    switch (event.type) {
      case "plan":
        // A build may run in two parts over one graph: the second plan counts what is left.
        this.total = this.done + this.failed + this.skipped + event.counts.total - event.counts.fresh;
        break;
      case "started":
        this.running.set(event.label, { label: event.label, since: now, progress: undefined });
        break;
      case "progress": {
        const target = this.running.get(event.label);
        if (target) target.progress = event.progress;
        break;
      }
      case "finished":
        this.#ended.add(event.label);
        this.running.delete(event.label);
        this.done++;
        break;
      case "failed":
        this.#ended.add(event.label);
        this.running.delete(event.label);
        this.failed++;
        break;
      case "skipped":
        this.#ended.add(event.label);
        this.skipped++;
        break;
    }
  }

  /** `now` in ms. */
  soFar(now: number): BuildSoFar {
    const running = [...this.running.values()].map(({ label, since, progress }) => {
      const left = { elapsedSeconds: (now - since) / 1000, secondsLeft: progress?.secondsLeft ?? null };
      return [label, left] as const;
    });
    return { done: this.#ended, running: new Map(running) };
  }

  get waiting(): number {
    return Math.max(0, this.total - this.done - this.failed - this.skipped - this.running.size);
  }
}
