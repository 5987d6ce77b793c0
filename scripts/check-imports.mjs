// Checks who imports whom, by the rules of .dependency-cruiser.cjs.
//
// dependency-cruiser reads TypeScript through the compiler's JavaScript API, which TypeScript 7 has
// not. So it is given a copy of the sources as JavaScript, made by esbuild, in which every import
// stands, those of types included.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "lfads-imports-"));
try {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  manifest.imports = { "#lib/*": "./lib/*", "#rules/*": "./rules/*" };
  writeFileSync(join(copy, "package.json"), JSON.stringify(manifest));
  copyFileSync(join(root, ".dependency-cruiser.cjs"), join(copy, ".dependency-cruiser.cjs"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const folder of ["lib", "rules"]) {
    mkdirSync(join(copy, folder), { recursive: true });
    for (const name of readdirSync(join(root, folder), { recursive: true })) {
      if (!/\.tsx?$/.test(name) || name.startsWith("engine/kernels/")) continue;
      const source = readFileSync(join(root, folder, name), "utf8").replace(
        /^(\s*(?:import|export)) type(?=\s*[{*]|\s+\w+\s+from\b)/gm,
        "$1",
      );
      const { code } = transformSync(source, {
        loader: name.endsWith("x") ? "tsx" : "ts",
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, jsx: "react-jsx", jsxImportSource: "preact" } },
      });
      const target = join(copy, folder, name.replace(/\.tsx?$/, ".js"));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, code);
    }
  }
  const cruise = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  execFileSync(process.execPath, [cruise, "lib", "rules", "--config", ".dependency-cruiser.cjs"], {
    cwd: copy,
    stdio: "inherit",
  });
} catch (error) {
  if (error.status === undefined) throw error;
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
