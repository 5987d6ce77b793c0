/** What is chosen on the page. It is the address's fragment, so that a link shows the same. */
import { useCallback, useEffect, useState } from "preact/hooks";

const names = [
  "run",
  "compare",
  "view",
  "sort",
  "filter",
  "result",
  "dataset",
  "trial",
  "channel",
  "condition",
  "smooth",
  "factor",
  "turn",
] as const;

/** By name, as text; what is not chosen is absent, and what does not exist is as if absent. */
export type Choice = { readonly [name in (typeof names)[number]]?: string };
export type Choose = (change: Choice) => void;

export function parseChoice(fragment: string): Choice {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  return Object.fromEntries(names.flatMap((name) => (given.has(name) ? [[name, given.get(name)!]] : [])));
}

/** Begins with `#`; names in a fixed order, slashes left readable. */
export function formatChoice(choice: Choice): string {
  const chosen = names.flatMap((name) => (choice[name] ? [[name, choice[name]] as [string, string]] : []));
  return `#${new URLSearchParams(chosen).toString().replaceAll("%2F", "/")}`;
}

/** The choice, and how to change it in place; links and the history's buttons change it too. */
export function useChoice(): [Choice, Choose] {
  const [choice, setChoice] = useState(() => parseChoice(location.hash));
  useEffect(() => {
    const read = () => setChoice(parseChoice(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  const choose = useCallback((change: Choice) => {
    const next = { ...parseChoice(location.hash), ...change };
    history.replaceState(null, "", formatChoice(next));
    setChoice(next);
  }, []);
  return [choice, choose];
}
