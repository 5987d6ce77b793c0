import { statSync } from "node:fs";
import { basename } from "node:path";
import { type Entity, type Reference, refer, uriPath } from "./crate-entity.js";
import { mediaType } from "./media-type.js";

/** The data files of a crate, each with the parameters of rules that it was a value of. */
export class CrateFiles {
  readonly #dir: string;
  readonly #files = new Map<string, { readonly entity: Entity; readonly exampleOf: Set<string> }>();

  /** `dir`: the crate's root. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  add(path: string, digest: string, exampleOf: string): Reference {
    const id = this.idOf(path, digest);
    let file = this.#files.get(id);
    if (!file) {
      const entity = {
        "@id": id,
        "@type": "File",
        name: basename(path),
        encodingFormat: mediaType(path),
        contentSize: String(statSync(path).size),
        sha256: digest,
      };
      file = { entity, exampleOf: new Set() };
      this.#files.set(id, file);
    }
    file.exampleOf.add(exampleOf);
    return refer(id);
  }

  ids(): readonly string[] {
    return [...this.#files.keys()];
  }

  entities(): readonly Entity[] {
    return [...this.#files.values()].map(({ entity, exampleOf }) => ({
      ...entity,
      exampleOfWork: [...exampleOf].map(refer),
    }));
  }

  /** The path in the crate; a file outside of it goes by its content (RFC 6920). */
  idOf(path: string, digest: string): string {
    if (path.startsWith(`${this.#dir}/`)) return uriPath(path.slice(this.#dir.length + 1));
    return `ni:///sha-256;${Buffer.from(digest, "hex").toString("base64url")}`;
  }
}
