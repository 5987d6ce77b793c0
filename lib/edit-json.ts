/** Adds to JSON and JSON with comments; what is there stays as it is written, to the character. The one user of jsonc-parser. */
import jsonc from "jsonc-parser";
import { err, ok, type Result } from "./result.js";

type JsonPath = readonly (string | number)[];

/** What is added: a member where there is none, or items to a list that has not got them. */
export type JsonEdit =
  | { readonly path: JsonPath; readonly value: unknown }
  | { readonly path: JsonPath; readonly items: readonly unknown[] };

/** What a text says; the error is what is wrong with it, and where. */
export function readJson(text: string): Result<unknown, string> {
  const errors: jsonc.ParseError[] = [];
  const value: unknown = jsonc.parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (!first) return ok(value);
  const line = text.slice(0, first.offset).split("\n").length;
  return err(`It is no JSON: ${jsonc.printParseErrorCode(first.error)} in line ${line}.`);
}

/** The text with the edits, each after what is there; as it was where there is nothing to add. It must be JSON. */
export function editJson(text: string, edits: readonly JsonEdit[]): string {
  return edits.reduce((edited, edit) => {
    if ("value" in edit) return withMember(edited, edit.path, edit.value);
    const list = nodeAt(edited, edit.path);
    if (!list) return edit.items.length > 0 ? withMember(edited, edit.path, edit.items) : edited;
    if (list.type !== "array") return edited;
    const known = new Set((jsonc.getNodeValue(list) as unknown[]).map((item) => JSON.stringify(item)));
    return edit.items
      .filter((item) => !known.has(JSON.stringify(item)))
      .reduce<string>((all, item) => withLast(all, nodeAt(all, edit.path)!, "", item), edited);
  }, text);
}

function withMember(text: string, path: JsonPath, value: unknown): string {
  if (nodeAt(text, path)) return text;
  const [name, above] = [String(path.at(-1)), path.slice(0, -1)];
  const parent = nodeAt(text, above);
  if (!parent) return withMember(text, above, { [name]: value });
  return parent.type === "object" ? withLast(text, parent, `${JSON.stringify(name)}: `, value) : text;
}

function nodeAt(text: string, path: JsonPath): jsonc.Node | undefined {
  const tree = jsonc.parseTree(text, [], { allowTrailingComma: true });
  return tree && jsonc.findNodeAtLocation(tree, [...path]);
}

/** Adds to the end of an object or list: on a line of its own where what is there, or nothing, takes several lines. */
function withLast(text: string, { offset, length, children = [] }: jsonc.Node, name: string, value: unknown): string {
  const close = offset + length - 1;
  const last = children.at(-1);
  const lastEnd = last ? last.offset + last.length : offset + 1;
  const rest = text.slice(lastEnd, close).trimEnd();
  const hasComma = rest.replace(/\/\*.*?\*\/|\/\/.*/gs, (comment) => comment.replace(/[^\n]/g, " ")).includes(",");
  const isOneLine = last !== undefined && !text.slice(offset, close).includes("\n");
  const unit = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const outer = /[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset) + 1))![0];
  const inner = outer + unit;
  const json = isOneLine ? JSON.stringify(value) : JSON.stringify(value, null, unit).replaceAll("\n", `\n${inner}`);
  const before = text.slice(0, lastEnd) + (last && !hasComma ? "," : "") + rest;
  const after = last ? text.slice(lastEnd + rest.length) : `\n${outer}${text.slice(close)}`;
  const added = `${isOneLine ? " " : `\n${inner}`}${name}${json}${hasComma ? "," : ""}${after}`;
  return before + (text.includes("\r\n") ? added.replace(/\r?\n/g, "\r\n") : added);
}
