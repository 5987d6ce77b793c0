/** Files by the SHA-256 of their content. The tests' twin lives in memory. */
export interface ContentStore {
  /** Keeps the file's content; resolves with its SHA-256 in hex. Nothing may write to the file afterwards. */
  put(path: string, size: number): Promise<string>;
  has(digest: string): Promise<boolean>;
  /**
   * Puts the content at `path`, where nothing is yet, with these permission bits. What was put there is checked;
   * content that is corrupt is removed from both places.
   */
  get(digest: string, path: string, mode: number): Promise<"ok" | "missing" | "corrupt">;
  list(): Iterable<StoredContent>;
  /** Unless it was stored at that time or later. */
  remove(digest: string, storedBeforeMs?: number): Promise<void>;
  /** Notes how much has come in; see readStoreSize. */
  close(): void;
}

export interface StoredContent {
  readonly digest: string;
  readonly size: number;
  /** When it was last put, also when it was there already; by the clock of the file system. */
  readonly storedMs: number;
}

/** SHA-256 of nothing; no store keeps it. */
export const EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
