/** A file of arrays by name. An HDF5 file is one. */
export interface ArrayFile {
  readonly file: string;
  /** Throws FailureError `data` where there is no such array, as do all that follow. */
  shape(name: string): readonly number[];
  /** `string` for text. */
  dtype(name: string): string;
  /** All values, row-major. */
  readFloat64(name: string): Float64Array;
  /** Rows along the first axis. */
  readFloat64Rows(name: string, start: number, count: number): Float64Array;
  readStrings(name: string): string[];
  close(): void;
}
