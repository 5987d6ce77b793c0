/** The only door to h5wasm: loads it once, makes its errors throw, holds its clock still. */
import type * as H5wasm from "h5wasm/node";

export type { Dataset, File, Group, Metadata, Reference } from "h5wasm/node";

let loading: Promise<typeof H5wasm> | undefined;

/** h5wasm with HDF5 errors as exceptions. Costs about 0.1 s the first time, so it is loaded when a file is opened. */
export function loadH5wasm(): Promise<typeof H5wasm> {
  loading ??= import("h5wasm/node").then(async (h5wasm) => {
    const module = await h5wasm.ready;
    module.activate_throwing_error_handler();
    return h5wasm;
  });
  return loading;
}

/**
 * Runs `write` with `Date.now` at 0. HDF5 stamps objects with the time; with the clock held still, equal content
 * gives equal bytes.
 */
export function withFixedClock<T>(write: () => T): T {
  const realNow = Date.now;
  Date.now = () => 0;
  try {
    return write();
  } finally {
    Date.now = realNow;
  }
}
