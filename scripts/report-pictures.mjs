// Makes the pictures of the report in the README and docs/report.md: builds the reports of the demo in a folder where it
// is built, or here, and takes pictures of their pages in Chromium (Debian's, or where LFADS_TEST_CHROMIUM says).
//   npm run build && node scripts/report-pictures.mjs [folder]
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = resolve(process.argv[2] ?? root);
const MOST_BYTES = 300_000;

const pictures = {
  "report-runs": { collection: "exampleSingleSession", theme: "light", fragment: "" },
  "report-trials": { collection: "exampleSingleSession", theme: "dark", fragment: "view=trials&trial=1&channel=22" },
  "report-factors": { collection: "exampleStitching", theme: "light", fragment: "view=factors" },
};

execFileSync(process.execPath, [join(root, "dist/lib/cli/main.js"), "report"], { cwd: folder, stdio: "inherit" });
mkdirSync(join(root, "docs/pictures"), { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.LFADS_TEST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const [name, { collection, theme, fragment }] of Object.entries(pictures)) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 900 },
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  await page.goto(`${pathToFileURL(join(folder, "runs", collection, "report.html"))}#${fragment}`);
  await page.waitForSelector("#files");
  // A view opens in the next frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const path = join(root, `docs/pictures/${name}.png`);
  await page.screenshot({ path });
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}`);
  await page.close();
}
await browser.close();
