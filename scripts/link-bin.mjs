// Links node_modules/.bin/lfads to this package's own command, so that `npx lfads` works in a clone
// of the project: npm links the commands of dependencies only.
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}node_modules/.bin`;
if (existsSync(`${root}node_modules`) && process.platform !== "win32") {
  mkdirSync(folder, { recursive: true });
  rmSync(`${folder}/lfads`, { force: true });
  symlinkSync("../../dist/lib/cli/main.js", `${folder}/lfads`);
}
