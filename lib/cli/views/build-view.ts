/** Shows a build while it goes on. */
import type { BuildEvent } from "#lib/build/index.js";

/** What is said beside results and failures. */
export interface ViewOptions {
  /** Everything, logs included. */
  readonly verbose: boolean;
  /** Why each target runs or stays fresh, and where a restored one comes from. */
  readonly explain?: boolean;
}

export interface BuildView {
  onEvent(event: BuildEvent): void;
  /** Ends drawing and gives the terminal back as it was; more than once does nothing. */
  stop(): void;
}
