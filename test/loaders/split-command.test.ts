import { expect, it } from "vitest";
import { splitCommand } from "#lib/config/split-command.js";
import { argumentsOf } from "#rules/command.js";

it.each([
  ["python prep.py {dataset} {out}", ["python", "prep.py", "{dataset}", "{out}"]],
  [`matlab -batch "prep('{file}', '{out}')"`, ["matlab", "-batch", "prep('{file}', '{out}')"]],
  [String.raw`a\ b 'c d'"e f" "g\"h" $HOME *`, ["a b", "c de f", 'g"h', "$HOME", "*"]],
  ["  sh -c 'a | b > c'  ", ["sh", "-c", "a | b > c"]],
  ["echo '' '|'", ["echo", "", "|"]],
])("a command is split as a shell would, but nothing is expanded: %s", (text, words) => {
  expect(splitCommand(text)).toEqual({ ok: true, value: words });
});

it.each(["|", ">", "&&", ";"])("a %s outside of quotes is an error, as no shell runs it", (operator) => {
  expect(splitCommand(`a ${operator} b`)).toEqual({
    ok: false,
    error: {
      what: `The command has "${operator}", but no shell runs it.`,
      hint: 'Put it in a script, or write: sh -c "…"',
    },
  });
});

it("a quote without an end is an error", () => {
  expect(splitCommand("a 'b c")).toMatchObject({
    error: { what: "The command has a quote or a backslash without an end: 'b c" },
  });
});

it("a value is one argument or a part of one, whatever is in it; {files} alone are as many as there are", () => {
  const values = { dataset: ["a b; rm -rf $(x)"], files: ["1.csv", "2 '.csv"] };
  expect(argumentsOf(["p", "{dataset}", "--n={dataset}", "{files}", "{other}"], values)).toEqual([
    ...["p", "a b; rm -rf $(x)", "--n=a b; rm -rf $(x)", "1.csv", "2 '.csv", "{other}"],
  ]);
});
