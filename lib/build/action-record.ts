/** What is kept of one action: its key's inputs, its outputs, and how they came about. */
import type { Json } from "./target.js";

export interface ActionRecord {
  readonly format: 1;
  readonly key: string;
  readonly rule: string;
  readonly ruleVersion: string;
  readonly params: Json;
  readonly inputs: readonly RecordedInput[];
  /** By path in code units. */
  readonly outputs: readonly OutputFile[];
  readonly provenance: Provenance;
}

export interface RecordedInput {
  readonly name: string;
  /** Relative to the producer's output folder; the base name for a file of the user's. */
  readonly file: string;
  readonly digest: string;
  /** Label of the producer, or path of the user's file; not in the key. */
  readonly from: string;
}

export interface OutputFile {
  /** Relative to the target's output folder, with `/`. */
  readonly path: string;
  /** SHA-256 in hex. */
  readonly digest: string;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}

export interface Provenance {
  /** The target that ran; others with the same key restored its outputs. */
  readonly label: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly threads: number;
  readonly host: string;
  readonly platform: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Of the folder of the lfadsfile; null outside a repository. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  /** Who ran the build, by git's `user.name`; null where git knows none. Records of earlier versions do not say. */
  readonly person?: string | null;
  /** Nothing was run: the outputs were there, and how they were made is not known. The rest tells of when they were adopted. */
  readonly imported?: true;
}
