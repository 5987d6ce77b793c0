import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { escapeMarkup } from "#lib/escape-markup.js";
import type { ReportData } from "./report-data.js";

/** What draws the page: built from `page/`, one script and one style sheet. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

function pageAssets(): PageAssets {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
  return { script: read("./page.js"), style: read("./page.css") };
}

let digest: string | undefined;

/** What the look of every page depends on: a part of the key of each. */
export function pageDigest(): string {
  if (digest === undefined) {
    const { script, style } = pageAssets();
    digest = createHash("sha256").update(script).update("\0").update(style).digest("hex").slice(0, 16);
  }
  return digest;
}

/** One file that needs no other and no network; the same for the same data. */
export function reportHtml(data: ReportData, { script, style }: PageAssets = pageAssets()): string {
  // Nothing in the data may end its element or begin a comment.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(data.collection)} – LFADS report</title>
<style>${style.replaceAll("</style", "<\\/style")}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page draws its figures with a script: allow it to see them.</noscript>
<script type="application/json" id="lfads-report">${json}</script>
<script type="module">${script.replaceAll("</script", "<\\/script")}</script>
</body>
</html>
`;
}
