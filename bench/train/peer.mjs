// A process that is timed in turn with others: one JSON line to its standard input is a round, one line comes back.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export function startPeer(command, args, env = {}) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async round(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ${args[0]} ended in the middle of a round`);
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}
