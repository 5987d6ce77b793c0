/** Where a command writes: results to `out`, progress and errors to `err`. Tests use a twin that collects. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly outColour: boolean;
  readonly errColour: boolean;
  /** Progress can be redrawn in place. */
  readonly live: boolean;
  /** Columns of the terminal behind `out`, now; infinite when there is none. */
  outWidth(): number;
  /** Of the terminal behind `err`, now; 80 × 24 when there is none. */
  size(): { readonly columns: number; readonly rows: number };
}

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const colour = (stream: NodeJS.WriteStream) => Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== "dumb";
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // The reader is gone, as with `lfads status | head`.
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outColour: colour(stdout),
    errColour: colour(stderr),
    live: Boolean(stderr.isTTY) && env.TERM !== "dumb" && !env.CI,
    outWidth: () => (stdout.isTTY && stdout.columns) || Number.POSITIVE_INFINITY,
    size: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
  };
}
