import type { Terminal } from "#lib/cli/terminal.js";

/** A terminal without colour that keeps what is written. */
export function collectingTerminal(): Terminal & { readonly written: { out: string; err: string } } {
  const written = { out: "", err: "" };
  return {
    written,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    outColour: false,
    errColour: false,
    live: false,
    outWidth: () => Number.POSITIVE_INFINITY,
    size: () => ({ columns: 80, rows: 24 }),
  };
}
