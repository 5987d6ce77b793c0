// Writes out/schemas/lfadsfile.cjs: the checks of schemas/ as plain code. Compiling them takes ajv longer than
// everything else that a command does before it builds.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const [main, ...others] = ["lfadsfile", "run-params"].map((name) =>
  JSON.parse(readFileSync(`${root}schemas/${name}.schema.json`, "utf8")),
);
const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  discriminator: true,
  allowUnionTypes: true,
  strictTypes: false,
  code: { source: true, lines: true },
});
ajv.addSchema(others);
mkdirSync(`${root}out/schemas`, { recursive: true });
writeFileSync(`${root}out/schemas/lfadsfile.cjs`, standalone.default(ajv, ajv.compile(main)));
