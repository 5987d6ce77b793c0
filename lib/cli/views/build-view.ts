/** Shows a build while it goes on. */
import type { BuildEstimate, BuildEvent, BuildSoFar } from "#lib/build/index.js";

/** About how long a build still takes; undefined before it has a plan. */
export type TimeLeft = (soFar: BuildSoFar) => Promise<BuildEstimate | undefined>;

/** What is said beside results and failures. */
export interface ViewOptions {
  /** Everything, logs included. */
  readonly verbose: boolean;
  /** Why each target runs or stays fresh, and where a restored one comes from. */
  readonly explain?: boolean;
  readonly timeLeft?: TimeLeft | undefined;
}

export interface BuildView {
  onEvent(event: BuildEvent): void;
  /** Ends drawing and gives the terminal back as it was; more than once does nothing. */
  stop(): void;
}
