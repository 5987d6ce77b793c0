import type { CommandContext } from "../command-context.js";
import type { BuildView, TimeLeft } from "./build-view.js";

export interface ViewOptions {
  /** An event a line. */
  readonly json?: boolean;
  /** The reasons were told before. */
  readonly explain?: boolean;
  /** What is left of the whole build, where that is shown. */
  readonly timeLeft?: TimeLeft | undefined;
}

/** What fits the terminal. Only that view is loaded. */
export async function chooseView(
  { terminal, verbose }: CommandContext,
  { json = false, explain = false, timeLeft }: ViewOptions = {},
): Promise<BuildView> {
  if (json) return (await import("./json-view.js")).jsonView(terminal);
  if (terminal.live) return (await import("./live-view.js")).liveView(terminal, { verbose, explain, timeLeft });
  return (await import("./plain-view.js")).plainView(terminal, { verbose, explain });
}
