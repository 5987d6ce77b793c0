/** Files by the SHA-256 of their content. The tests' twin lives in memory. */
export interface ContentStore {
  /** Keeps the file's content; resolves with its SHA-256 in hex. */
  put(path: string, size: number): Promise<string>;
  has(digest: string): Promise<boolean>;
  /** Writes the content to a new file at `path`, checked while it is copied; removes what is corrupt. */
  get(digest: string, path: string): Promise<"ok" | "missing" | "corrupt">;
}

/** SHA-256 of nothing; no store keeps it. */
export const EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
