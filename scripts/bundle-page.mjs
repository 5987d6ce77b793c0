// Writes the report's page beside the module that makes reports of it: one script with all that it needs, for the
// browser, and one style sheet.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = `${root}lib/report/page/`;
const to = `${root}out/lib/report/`;

mkdirSync(to, { recursive: true });
const { output } = await build({
  input: `${page}main.tsx`,
  platform: "browser",
  tsconfig: `${page}tsconfig.json`,
  resolve: { extensionAlias: { ".js": [".tsx", ".ts", ".js"] } },
  plugins: [
    {
      name: "lfads",
      resolveId: (id) => (id.startsWith("#lib/") ? `${root}out/${id.slice(1)}` : null),
    },
  ],
  output: { format: "esm", minify: true, codeSplitting: false, comments: false },
  write: false,
});
writeFileSync(`${to}page.js`, `${notices(output[0].moduleIds)}\n${output[0].code}`);
copyFileSync(`${page}page.css`, `${to}page.css`);

/** Every page carries the packages that draw it, and so their licences. */
function notices(modules) {
  const folders = new Set(modules.flatMap((id) => id.match(/^.*\/node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = `${folder}/LICENSE`;
    return `${name} ${version}, ${license}\n\n${existsSync(file) ? readFileSync(file, "utf8").trim() : ""}`;
  });
  return `/*!\n${texts.join("\n\n").replaceAll("*/", "* /")}\n*/`;
}
