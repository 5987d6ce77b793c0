import { err, ok, type Result } from "#lib/result.js";

const operators = /^(\||\|\||&|&&|;|<|<<|>|>>|2>|2>&1|&>)$/;

/** The words of a command, quotes and backslashes as in a shell; the error is what is wrong with it. */
export function splitCommand(text: string): Result<readonly string[], { what: string; hint?: string }> {
  const words: string[] = [];
  for (let rest = text.trimStart(); rest !== ""; rest = rest.trimStart()) {
    let word = "";
    const start = rest;
    while (rest !== "" && !/^\s/.test(rest)) {
      const piece = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+))/s.exec(rest);
      if (!piece) return err({ what: `The command has a quote or a backslash without an end: ${rest.slice(0, 20)}` });
      const [all, single, double, escaped, plain] = piece;
      word += single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain;
      rest = rest.slice(all.length);
    }
    if (operators.test(word) && start.startsWith(word)) {
      return err({
        what: `The command has "${word}", but no shell runs it.`,
        hint: `Put it in a script, or write: sh -c "…"`,
      });
    }
    words.push(word);
  }
  return words.length === 0 ? err({ what: "The command is empty." }) : ok(words);
}
