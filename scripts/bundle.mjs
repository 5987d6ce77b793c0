// Writes dist/, what users get: the modules of out/ joined into few files, because finding and reading a module takes
// longer than running it. What a build with nothing to do needs is one file, what any other build needs is a second.
// The rest is loaded when it is asked for, as in out/.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const from = `${root}out/`;
const to = `${root}dist/`;

/** What Node is given by path, and so has the same path in dist/. */
const entries = [
  "lib/index",
  "lib/cli/main",
  "lib/build/child",
  "lib/build/hash-worker",
  "lib/engine/thread",
  "lib/nx/build-executor",
  "lib/nx/index",
  "lib/nx/init-generator",
  "rules/index",
];
/** Files with all that the modules import, other than by `import()`; a module is in the first that needs it. */
const files = {
  start: ["lib/cli/run-cli", "lib/cli/commands/build", "lib/index"],
  build: [
    "lib/build/cacache-store",
    "lib/build/execute-plan",
    "lib/build/local-executor",
    "lib/build/output-owners",
    "lib/build/provenance",
    "lib/build/staging",
    "lib/build/sweep-leftovers",
    "lib/cli/abort-on-signals",
    "lib/cli/build-project",
    "lib/cli/collect-results",
    "lib/cli/format-results",
    "lib/cli/open-workspace",
    "lib/cli/result-versions",
    "lib/cli/store-limit",
    "lib/cli/views/choose-view",
    "lib/config/check-fit",
    "rules/run-memory",
  ],
  rules: ["rules/index"],
};
const assets = ["schemas/lfadsfile.cjs", "lib/engine/kernels.wasm", "lib/report/page.js", "lib/report/page.css"];

const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const packages = Object.keys(dependencies).filter((name) => name !== "commander");

const idOf = (name) => `${from}${name}.js`;
const modulesOf = new Map();

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, idOf(name)])),
  platform: "node",
  // Users have the packages installed; commander is small, and every command needs it.
  external: (id) => packages.some((name) => id === name || id.startsWith(`${name}/`)),
  checks: { ineffectiveDynamicImport: false },
  plugins: [
    {
      name: "lfads",
      resolveId: (id) => (/^#(lib|rules)\//.test(id) ? `${from}${id.slice(1)}` : null),
      // Paths are relative to the module that they were written in, wherever it ends up.
      transform(code, id) {
        if (!id.startsWith(from)) return null;
        const url = `new URL(${JSON.stringify(relative(from, id))}, import.meta.url.replace(/(.*\\/dist\\/).*/, "$1")).href`;
        return code.replaceAll(/(?<!")import\.meta\.url/g, url);
      },
      buildEnd() {
        for (const [file, names] of Object.entries(files)) {
          const modules = new Set();
          const add = (id) => {
            if (modules.has(id)) return;
            modules.add(id);
            for (const imported of this.getModuleInfo(id)?.importedIds ?? []) add(imported);
          };
          for (const name of names) add(idOf(name));
          modulesOf.set(file, modules);
        }
      },
    },
  ],
});
rmSync(to, { recursive: true, force: true });
await bundle.write({
  dir: to,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
  codeSplitting: {
    groups: Object.keys(files).map((name, i) => ({
      name,
      priority: 10 - i,
      test: (id) => modulesOf.get(name).has(id) && !entries.some((entry) => id === idOf(entry)),
    })),
  },
});
for (const asset of assets) {
  mkdirSync(dirname(`${to}${asset}`), { recursive: true });
  copyFileSync(`${from}${asset}`, `${to}${asset}`);
}
chmodSync(`${to}lib/cli/main.js`, 0o755);
