import { closeSync, openSync, readSync } from "node:fs";
import { extname } from "node:path";

const signature = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

const byExtension: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".csv": "text/csv",
  ".json": "application/json",
  ".md": "text/markdown",
  ".ts": "text/typescript",
  ".txt": "text/plain",
};

/** Of a file that is there: HDF5 by its content, else by its extension. */
export function mediaType(file: string): string {
  return isHdf5(file) ? "application/x-hdf5" : (byExtension[extname(file)] ?? "application/octet-stream");
}

export function isHdf5(file: string): boolean {
  const descriptor = openSync(file, "r");
  try {
    const start = Buffer.alloc(signature.length);
    return readSync(descriptor, start) === start.length && start.equals(signature);
  } finally {
    closeSync(descriptor);
  }
}
