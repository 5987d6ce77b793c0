// Builds out/, the modules that tests import: TypeScript sources, the WebAssembly kernels of the engine, the compiled
// schemas, the report's page; and from these dist/, the package. A step whose sources are unchanged since it last succeeded is skipped: npm
// builds at install, before tests, and npm 10 at every `npx lfads` inside the project.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = `${root}node_modules/.cache/lfads-build.json`;
const stamps = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : {};
const kernels = "lib/engine/kernels/";
const page = "lib/report/page/";

const sources = ["lib", "rules"]
  .flatMap((folder) => readdirSync(`${root}${folder}`, { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((name) => name.endsWith(".ts") && !name.startsWith(page))
  .sort();
const pageSources = readdirSync(`${root}${page}`).map((name) => `${page}${name}`);
const schemas = readdirSync(`${root}schemas`)
  .filter((name) => name.endsWith(".json"))
  .map((name) => `schemas/${name}`);
const common = ["package.json", "package-lock.json", "scripts/build.mjs"];

step("typescript", ["tsconfig.json", ...sources.filter((name) => !name.startsWith(kernels))], "out/lib/index.js", () =>
  run("typescript/bin/tsc", ["-p", "tsconfig.json"]),
);
step(
  "kernels",
  ["asconfig.json", ...sources.filter((name) => name.startsWith(kernels))],
  "out/lib/engine/kernels.wasm",
  () => run("assemblyscript/bin/asc.js", ["--config", "asconfig.json", "--target", "release"]),
);

step("schemas", ["scripts/compile-schemas.mjs", ...schemas], "out/schemas/lfadsfile.cjs", () =>
  run("../scripts/compile-schemas.mjs", []),
);

step(
  "page",
  ["scripts/bundle-page.mjs", ...pageSources, ...sources.filter((name) => name.startsWith("lib/report/"))],
  "out/lib/report/page.js",
  () => {
    run("typescript/bin/tsc", ["-p", `${page}tsconfig.json`]);
    run("../scripts/bundle-page.mjs", []);
  },
);

step(
  "bundle",
  ["scripts/bundle.mjs", "scripts/bundle-page.mjs", ...sources, ...schemas, ...pageSources],
  "dist/lib/cli/main.js",
  () => run("../scripts/bundle.mjs", []),
);

function step(name, inputs, output, make) {
  const state = [...common, ...inputs].map((file) => {
    const { mtimeMs, size } = statSync(`${root}${file}`);
    return `${file} ${mtimeMs} ${size}`;
  });
  const stamp = state.join("\n");
  if (stamps[name] === stamp && existsSync(`${root}${output}`)) return;
  delete stamps[name];
  try {
    make();
    stamps[name] = stamp;
  } catch {
    // The compiler has said what is wrong.
    process.exitCode = 1;
  }
  mkdirSync(`${root}node_modules/.cache`, { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps));
}

function run(bin, args) {
  execFileSync(process.execPath, [`${root}node_modules/${bin}`, ...args], { cwd: root, stdio: "inherit" });
}
