import { closestNames } from "#lib/closest-names.js";
import { FailureError } from "#lib/failure.js";

/** Declared files by the path in the lfadsfile. Asking for one that is not declared throws: it would be in no key. */
export function guardFiles(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return new Proxy(files, {
    get(target, name) {
      if (typeof name === "symbol" || Object.hasOwn(target, name) || name in Object.prototype || name === "toJSON")
        return Reflect.get(target, name);
      const [closest] = closestNames(name, Object.keys(target), 3);
      throw new FailureError({
        kind: "config",
        what: `The loader asks for the file ${name}, which is not declared.`,
        hint: closest === undefined ? "Declare it with files in loader(…)." : `Did you mean ${closest}?`,
      });
    },
  });
}
