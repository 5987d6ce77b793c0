// Builds dist/: TypeScript sources, and the WebAssembly kernels of the engine.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (bin, args) =>
  execFileSync(process.execPath, [`${root}node_modules/${bin}`, ...args], { cwd: root, stdio: "inherit" });

run("typescript/bin/tsc", ["-p", "tsconfig.json"]);
if (existsSync(`${root}lib/engine/kernels/index.ts`))
  run("assemblyscript/bin/asc.js", ["--config", "asconfig.json", "--target", "release"]);
if (existsSync(`${root}dist/lib/cli/main.js`)) chmodSync(`${root}dist/lib/cli/main.js`, 0o755);
