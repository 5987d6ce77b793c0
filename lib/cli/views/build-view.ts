/** Shows a build while it goes on. */
import type { BuildEvent } from "#lib/build/index.js";

export interface BuildView {
  onEvent(event: BuildEvent): void;
  /** Ends drawing and gives the terminal back as it was; more than once does nothing. */
  stop(): void;
}
