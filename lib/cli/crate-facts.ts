/** What a package.json beside the lfadsfile says for a crate of its results. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { CrateFacts } from "#lib/audit/ro-crate.js";

interface Manifest {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly license?: unknown;
  readonly author?: unknown;
}

export function crateFacts(dir: string): Pick<CrateFacts, "name" | "description" | "license" | "author"> {
  const { name, description, license, author } = readManifest(dir);
  const person = authorOf(author);
  return {
    name: textOr(name, basename(dir)),
    description: textOr(description, "Results of LFADS runs, made by lfads as the lfadsfile says."),
    license: textOr(license, "No licence is stated."),
    ...(person ? { author: person } : {}),
  };
}

function readManifest(dir: string): Manifest {
  try {
    return (JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as Manifest | null) ?? {};
  } catch {
    return {};
  }
}

/** `Name <mail> (url)`, or an object with name and url. */
function authorOf(author: unknown): CrateFacts["author"] {
  if (typeof author === "string") {
    const [, name = "", url] = /^([^<(]*)(?:<[^>]*>)?\s*(?:\((.*)\))?/.exec(author) ?? [];
    return name.trim() === "" ? undefined : { name: name.trim(), ...(url ? { url } : {}) };
  }
  const { name, url } = (author ?? {}) as { name?: unknown; url?: unknown };
  if (typeof name !== "string" || name === "") return undefined;
  return { name, ...(typeof url === "string" && url !== "" ? { url } : {}) };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
