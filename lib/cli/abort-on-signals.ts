import { exitCode } from "./exit-code.js";

/** The first Ctrl-C aborts what goes on in order, the second ends the process at once. The result stops listening. */
export function abortOnSignals(interrupt: AbortController): () => void {
  const stop = () => {
    if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
    interrupt.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.removeListener(signal, stop);
  };
}
