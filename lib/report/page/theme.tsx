/** Light or dark: as the system has it, unless the switch says otherwise; paper is light. */
import { createContext } from "preact";
import { useContext, useLayoutEffect, useState } from "preact/hooks";
import type { Theme } from "./colours.js";

const ThemeContext = createContext<Theme>("light");
const KEY = "lfads-report-theme";

export const ThemeProvider = ThemeContext.Provider;
export const useTheme = (): Theme => useContext(ThemeContext);

/** The theme that holds, and how to change it. */
export function useThemeSwitch(): [Theme, () => void] {
  const dark = useMedia("(prefers-color-scheme: dark)");
  const print = useMedia("print");
  const [chosen, setChosen] = useState(remembered);
  const theme = print ? "light" : (chosen ?? (dark ? "dark" : "light"));
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const change = () => {
    const next = theme === "dark" ? "light" : "dark";
    remember(next);
    setChosen(next);
  };
  return [theme, change];
}

function useMedia(query: string): boolean {
  const [media] = useState(() => matchMedia(query));
  const [matches, setMatches] = useState(media.matches);
  useLayoutEffect(() => {
    const read = () => setMatches(media.matches);
    media.addEventListener("change", read);
    return () => media.removeEventListener("change", read);
  }, [media]);
  return matches;
}

/** A page from disk may have no storage. */
function remembered(): Theme | undefined {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : undefined;
  } catch {
    return undefined;
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // As above.
  }
}
