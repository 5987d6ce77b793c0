// Makes the pictures of the README: builds the project's own lfadsfile.ts from nothing in a terminal (tmux, which
// must be installed), and draws as SVG what is on the screen while models train and at the end.
//   npm run build && node scripts/terminal-picture.mjs
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const columns = 120;
const rows = 40;
const root = fileURLToPath(new URL("..", import.meta.url));
const pictures = join(root, "docs/pictures");
const dir = mkdtempSync(join(tmpdir(), "lfads-picture-"));
const socket = `lfads-picture-${process.pid}`;
const tmux = (...args) => execFileSync("tmux", ["-L", socket, ...args], { encoding: "utf8" });
const screen = () => tmux("capture-pane", "-t", "picture", "-p", "-e", "-S", "-200").trimEnd();
const send = (text) => tmux("send-keys", "-t", "picture", text, "Enter");

try {
  copyFileSync(join(root, "lfadsfile.ts"), join(dir, "lfadsfile.ts"));
  mkdirSync(join(dir, "bin"));
  symlinkSync(join(root, "dist/lib/cli/main.js"), join(dir, "bin/lfads"));
  mkdirSync(pictures, { recursive: true });
  const shell = `env -u CI PATH="${dir}/bin:$PATH" PS1='$ ' bash --norc --noprofile`;
  tmux("new-session", "-d", "-s", "picture", "-x", String(columns), "-y", String(rows), "-c", dir, shell);
  await wait(500);
  await command("lfads build");
  const running = await until((text) => /valid \d/.test(text) && /left/.test(text), 10_000);
  writeFileSync(join(pictures, "build-running.svg"), toSvg(running, "A terminal while models train"));
  await until((text) => /^(Built in|Failed after)/m.test(text) && text.endsWith("$"), 0);
  await command("lfads build && lfads status --results");
  const fresh = await until((text) => /targets are fresh/.test(text) && text.endsWith("$"), 0);
  writeFileSync(
    join(pictures, "build-fresh.svg"),
    toSvg(fresh.replace(/\n\$\s*$/, ""), "A terminal after a second build, and what the runs reached"),
  );
} finally {
  try {
    tmux("kill-server");
  } catch {
    // It was never started.
  }
  rmSync(dir, { recursive: true, force: true });
}

/** Gives a command on an empty screen. */
async function command(text) {
  send("clear; tmux clear-history");
  await wait(500);
  send(text);
}

/** Waits for a screen whose plain text passes, then `settleMs` more; the screen with its escape sequences. */
async function until(passes, settleMs) {
  for (let i = 0; i < 3000; i++) {
    if (passes(plain(screen()).trimEnd())) {
      await wait(settleMs);
      return screen();
    }
    await wait(200);
  }
  throw new Error(`the terminal never showed what was waited for:\n${screen()}`);
}

function plain(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}

function toSvg(text, title) {
  const size = { character: 7.8, line: 18, pad: 16 };
  const lines = text.split("\n").filter((line, i, all) => line !== "" || all.slice(i).some((rest) => rest !== ""));
  const longest = Math.max(...lines.map((line) => plain(line).length));
  const width = Math.ceil(longest * size.character + 2 * size.pad);
  const height = lines.length * size.line + 2 * size.pad;
  const texts = lines.map((line, i) => {
    const y = size.pad + (i + 0.75) * size.line;
    return `<text x="${size.pad}" y="${y}" xml:space="preserve">${spans(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${title}</title>
<rect width="100%" height="100%" rx="8" fill="#1e2127"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#d7dae0">
${texts.join("\n")}
</g>
</svg>
`;
}

/** One line's text with its colours as tspans. */
function spans(line) {
  const fills = { 31: "#e06c75", 32: "#98c379", 33: "#e5c07b", 36: "#56b6c2" };
  let fill = "";
  let weight = "";
  let opacity = "";
  let result = "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    const codes = /^\u001b\[([0-9;]*)m$/.exec(part);
    if (!codes) {
      const escaped = part.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      result +=
        escaped && (fill || weight || opacity) ? `<tspan${fill}${weight}${opacity}>${escaped}</tspan>` : escaped;
      continue;
    }
    for (const code of codes[1].split(";")) {
      if (code === "" || code === "0") fill = weight = opacity = "";
      else if (code === "1") weight = ' font-weight="bold"';
      else if (code === "2") opacity = ' opacity="0.65"';
      else if (code === "22") weight = opacity = "";
      else if (code === "39") fill = "";
      else if (fills[code]) fill = ` fill="${fills[code]}"`;
    }
  }
  return result;
}
