/** Who wrote the crate's content and who ran its actions, each person once. */
import type { ActionRecord } from "#lib/build/index.js";
import { type Entities, localId, type Reference } from "./crate-entity.js";

export interface Person {
  readonly name: string;
  readonly url?: string;
}

export class CrateAgents {
  readonly #author: Person | undefined;
  readonly #context: Entities;

  constructor(author: Person | undefined, context: Entities) {
    this.#author = author;
    this.#context = context;
  }

  author(): Reference[] {
    return this.#author ? [this.#add(this.#author)] : [];
  }

  /** Nobody where the records do not say. One of the author's name is the author. */
  of(records: readonly ActionRecord[]): Reference[] {
    const names = new Set(records.flatMap(({ provenance }) => provenance.person ?? []));
    return [...names].sort().map((name) => this.#add(name === this.#author?.name ? this.#author : { name }));
  }

  #add({ name, url }: Person): Reference {
    return this.#context.add({ "@id": url ?? localId("person", name), "@type": "Person", name });
  }
}
