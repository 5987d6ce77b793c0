/** Why a name cannot be that of a folder or file on every system, or null when it can. */
export function safeNameProblem(name: string): string | null {
  if (name === "") return "it is empty";
  if (name.length > 100) return "it is longer than 100 characters";
  if (name.startsWith(".")) return "it starts with a dot";
  if (name.startsWith("-")) return "it starts with a dash, as options do";
  if (/[. ]$/.test(name) || name.startsWith(" ")) return "it starts or ends with a space, or ends with a dot";
  const bad = /[<>:"/\\|?*\p{Cc}]/u.exec(name)?.[0];
  if (bad !== undefined) return `it contains ${/\p{Cc}/u.test(bad) ? "a control character" : bad}`;
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)) return "Windows reserves it";
  return null;
}
