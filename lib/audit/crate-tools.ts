import { createHash } from "node:crypto";
import type { Json } from "#lib/build/target.js";
import { Entities, type Entity, flatten, localId, type Reference, refer, typeOf } from "./crate-entity.js";

/** The rules as tools and steps of the workflow, with the parameters that they take. */
export class CrateTools {
  readonly #tools = new Map<string, { readonly version: string; readonly input: Set<string>; output: Set<string> }>();
  readonly #parameters = new Entities();

  add(rule: string, version: string): Reference {
    if (!this.#tools.has(rule)) this.#tools.set(rule, { version, input: new Set(), output: new Set() });
    return refer(localId("rule", rule));
  }

  /** Id of the parameter that the files are values of which a rule reads or makes. */
  files(rule: string, side: "input" | "output"): string {
    const id = localId("rule", rule, side);
    this.#parameters.add({ "@id": id, "@type": "FormalParameter", name: side, additionalType: "File" });
    this.#tools.get(rule)![side].add(id);
    return id;
  }

  /** The values of a rule's parameters, each once. */
  values(rule: string, params: Json): Reference[] {
    return flatten(params).map(([name, value]) => {
      const id = localId("rule", rule, name);
      this.#parameters.add({ "@id": id, "@type": "FormalParameter", name, additionalType: typeOf(value) });
      this.#tools.get(rule)!.input.add(id);
      const text = typeof value === "object" ? JSON.stringify(value) : value;
      const digest = createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
      const valueId = localId("value", rule, name, digest);
      return this.#parameters.add({
        "@id": valueId,
        "@type": "PropertyValue",
        name,
        value: text,
        exampleOfWork: refer(id),
      });
    });
  }

  tools(): readonly Reference[] {
    return [...this.#tools.keys()].map((rule) => refer(localId("rule", rule)));
  }

  steps(): readonly Reference[] {
    return [...this.#tools.keys()].map((rule) => refer(localId("step", rule)));
  }

  entities(): readonly Entity[] {
    const rules = [...this.#tools].flatMap(([rule, { version, input, output }], position): Entity[] => [
      {
        "@id": localId("rule", rule),
        "@type": "SoftwareApplication",
        name: `lfads rule ${rule}`,
        softwareVersion: version,
        input: [...input].map(refer),
        output: [...output].map(refer),
      },
      {
        "@id": localId("step", rule),
        "@type": "HowToStep",
        name: rule,
        position,
        workExample: refer(localId("rule", rule)),
      },
    ]);
    return [...rules, ...this.#parameters.all()];
  }
}
