import type { Hdf5File } from "#lib/hdf5/open-hdf5.js";

/** Whose session a NWB file is, and the day that it began on, where the file says so. */
export function nwbSession(h5: Hdf5File): { subject?: string; date?: string } {
  const textOf = (path: string) => (h5.has(path) && h5.dtype(path) === "string" ? h5.readStrings(path)[0] : undefined);
  const subject = textOf("general/subject/subject_id");
  const date = /^\d{4}-\d\d-\d\d/.exec(textOf("session_start_time") ?? "")?.[0];
  return { ...(subject ? { subject } : {}), ...(date ? { date } : {}) };
}
