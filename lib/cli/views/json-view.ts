/** One event a line on standard output, for programs. */
import type { Terminal } from "../terminal.js";
import type { BuildView } from "./build-view.js";

export function jsonView(terminal: Terminal): BuildView {
  return {
    onEvent: (event) => terminal.out(`${JSON.stringify(event)}\n`),
    stop: () => {},
  };
}
