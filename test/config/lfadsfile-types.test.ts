import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the types allow the demo, and reject misspelt and mistyped parameters", () => {
  const files = ["lfadsfile.ts", "test/config/lfadsfile-types.ts"];
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--target", "es2023"];
  const modules = ["--module", "nodenext", "--ignoreConfig", "--allowImportingTsExtensions"];
  try {
    execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", ...options, ...modules, ...files], {
      cwd: root,
      encoding: "utf8",
    });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout);
  }
});
