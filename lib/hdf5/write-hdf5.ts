import { closeSync, openSync, renameSync, rmSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { diskFailure } from "#lib/disk-failure.js";
import { FailureError } from "#lib/failure.js";
import type { File } from "./h5wasm-module.js";
import { loadH5wasm, withFixedClock } from "./h5wasm-module.js";
import type { Hdf5Array, Hdf5NumberType } from "./hdf5-array.js";
import { bytesPerValue, hdf5TypeOf, newHdf5Array, sizeOf } from "./hdf5-array.js";

/** Largest piece handed to h5wasm at once, whose heap never shrinks. */
const sliceBytes = 16 * 2 ** 20;
/** HDF5 caches 1 MB of chunks a dataset: smaller chunks may be written in parts without compressing twice. */
const chunkBytes = 2 ** 18;

export interface Hdf5Layout {
  readonly shape: readonly number[];
  readonly type: Hdf5NumberType;
  /** Deflate level 1 to 9; not compressed when absent. */
  readonly gzip?: number;
  /** Chunk shape; whole rows of about 256 KB when absent. */
  readonly chunk?: readonly number[];
}

export interface Hdf5RowWriter {
  /** Rows `start`… along the first axis, as many as `data` holds, row-major. */
  writeRows(start: number, data: Hdf5Array): void;
}

export interface Hdf5Writer {
  /** A dataset of numbers; a name with slashes makes groups. `shape` is `[data.length]` when absent. */
  dataset(name: string, data: Hdf5Array, shape?: readonly number[], options?: Pick<Hdf5Layout, "gzip" | "chunk">): void;
  /** Variable-length UTF-8 strings, one axis. */
  strings(name: string, values: readonly string[]): void;
  /** One variable-length UTF-8 string, no axis. */
  text(name: string, value: string): void;
  group(name: string): void;
  /** A dataset of zeros to be filled row by row, for arrays that should not be in memory whole. */
  create(name: string, layout: Hdf5Layout): Hdf5RowWriter;
  /** An attribute of the dataset or group at `path` ("/" for the file). */
  attribute(path: string, name: string, value: number | string | readonly string[]): void;
}

let written = 0;

/**
 * Writes an HDF5 file aside and renames it into place, so that `file` is either whole or untouched. Equal content
 * written in the same order gives equal bytes. Throws FailureError `disk` for a full or read-only disk.
 */
export async function writeHdf5(file: string, write: (writer: Hdf5Writer) => void | Promise<void>): Promise<void> {
  const h5wasm = await loadH5wasm();
  const aside = `${file}.${process.pid}-${written++}.tmp`;
  touch(aside, file);
  let open: File | undefined;
  try {
    const target = withFixedClock(() => new h5wasm.File(aside, "w"));
    open = target;
    await write(writerOf(target, file));
    open = undefined;
    withFixedClock(() => target.close());
    renameSync(aside, file);
  } catch (error) {
    const failure = writeFailure(error, file);
    try {
      open?.close();
    } catch {
      // the first error is the one to report
    }
    rmSync(aside, { force: true });
    throw failure;
  }
}

/** Lets the file system say what it has against the file before HDF5 does, in an error with a code. */
function touch(aside: string, file: string): void {
  try {
    closeSync(openSync(aside, "w"));
  } catch (error) {
    throw writeFailure(error, file);
  }
}

function writerOf(target: File, file: string): Hdf5Writer {
  const create = (name: string, layout: Hdf5Layout): Hdf5RowWriter => {
    const rowSize = sizeOf(layout.shape.slice(1));
    const chunks = layout.chunk ?? defaultChunk(layout);
    const dataset = withFixedClock(() => {
      const [parent, base] = parentGroup(target, name);
      parent.create_dataset({
        name: base,
        data: newHdf5Array(layout.type, 0),
        shape: [0, ...layout.shape.slice(1)],
        maxshape: [...layout.shape],
        chunks: [...chunks],
        ...compression(layout.gzip),
      });
      const made = target.get(name) as ReturnType<typeof parent.create_dataset>;
      made.resize([...layout.shape]);
      return made;
    });
    return {
      writeRows(start, data) {
        if (hdf5TypeOf(data) !== layout.type) throw new TypeError(`${name} of ${file} holds ${layout.type}`);
        const rowsAtOnce = Math.max(1, Math.floor(sliceBytes / (rowSize * bytesPerValue(layout.type))));
        const rows = data.length / rowSize;
        for (let row = 0; row < rows; row += rowsAtOnce) {
          const end = Math.min(rows, row + rowsAtOnce);
          const part = data.subarray(row * rowSize, end * rowSize);
          withFixedClock(() => dataset.write_slice([[start + row, start + end]], part));
        }
      },
    };
  };
  return {
    create,
    dataset(name, data, shape = [data.length], options = {}) {
      const type = hdf5TypeOf(data);
      if (sizeOf(shape) !== data.length) throw new RangeError(`${name}: ${data.length} values for shape ${shape}`);
      if (data.byteLength > sliceBytes) {
        create(name, { shape, type, ...options }).writeRows(0, data);
        return;
      }
      const chunked =
        data.length > 0 && shape.length > 0 && (options.gzip !== undefined || options.chunk !== undefined);
      withFixedClock(() => {
        const [parent, base] = parentGroup(target, name);
        parent.create_dataset({
          name: base,
          data,
          shape: [...shape],
          ...(chunked
            ? { chunks: [...(options.chunk ?? defaultChunk({ shape, type }))], ...compression(options.gzip) }
            : {}),
        });
      });
    },
    strings(name, values) {
      withFixedClock(() => {
        const [parent, base] = parentGroup(target, name);
        parent.create_dataset({ name: base, data: [...values], shape: [values.length], dtype: "S" });
      });
    },
    text(name, value) {
      withFixedClock(() => {
        const [parent, base] = parentGroup(target, name);
        parent.create_dataset({ name: base, data: value, shape: [], dtype: "S" });
      });
    },
    group(name) {
      withFixedClock(() => parentGroup(target, `${name}/-`));
    },
    attribute(path, name, value) {
      withFixedClock(() => {
        const entity = path === "/" ? target : (target.get(path) as File);
        if (typeof value === "number") entity.create_attribute(name, new Float64Array([value]), []);
        else if (typeof value === "string") entity.create_attribute(name, value, []);
        else entity.create_attribute(name, [...value], [value.length], "S");
      });
    },
  };
}

/** The group that a path's last part goes into, made where missing, and that last part. */
function parentGroup(target: File, path: string): [File, string] {
  const parts = path.split("/").filter((part) => part !== "");
  let group = target;
  for (const part of parts.slice(0, -1)) group = (group.get(part) ?? group.create_group(part)) as File;
  return [group, parts.at(-1)!];
}

function compression(level: number | undefined): { compression?: "gzip"; compression_opts?: number[] } {
  return level === undefined ? {} : { compression: "gzip", compression_opts: [level] };
}

function defaultChunk({ shape, type }: Hdf5Layout): readonly number[] {
  const rowBytes = sizeOf(shape.slice(1)) * bytesPerValue(type);
  const rows = Math.max(1, Math.min(shape[0] ?? 1, Math.floor(chunkBytes / Math.max(1, rowBytes))));
  return [rows, ...shape.slice(1).map((length) => Math.max(1, length))];
}

function writeFailure(error: unknown, file: string): unknown {
  if (error instanceof FailureError) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  const isHdf5Error = error instanceof Error && message.startsWith("HDF5-DIAG");
  const known = isHdf5Error && isFull(dirname(file)) ? "ENOSPC" : code;
  const failure = diskFailure({ code: known, path: file, message });
  if (failure) return new FailureError(failure);
  if (!isHdf5Error) return error;
  const hint = "Look at the free space, the quota and the permissions there, and build again.";
  return new FailureError({ kind: "disk", what: "The file cannot be written.", where: file, hint, detail: message });
}

function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < chunkBytes;
  } catch {
    return false;
  }
}
