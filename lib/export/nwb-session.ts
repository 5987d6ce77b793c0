import { isHdf5, openHdf5 } from "#lib/hdf5/open-hdf5.js";

/** What an NWB file says of the session that was recorded, by path; text or lists of texts. */
export type NwbSession = Readonly<Record<string, string | readonly string[]>>;

const own = ["session_description", "session_start_time", "timestamps_reference_time"];
const general = [
  ...["experimenter", "experiment_description", "institution", "keywords", "lab", "protocol", "related_publications"],
  ...["session_id", "surgery", "virus", "data_collection", "pharmacology"],
].map((name) => `general/${name}`);
/** Lists of texts; older files have a single one in their place. */
const lists = new Set(["experimenter", "keywords", "related_publications"].map((name) => `general/${name}`));
const subject = [
  "age",
  "date_of_birth",
  "description",
  "genotype",
  "sex",
  "species",
  "strain",
  "subject_id",
  "weight",
].map((name) => `general/subject/${name}`);

/** What a recording in NWB says of its session and subject; nothing of other files. */
export async function nwbSession(recording: string): Promise<NwbSession> {
  if (!isHdf5(recording)) return {};
  const h5 = await openHdf5(recording);
  try {
    if (h5.attribute("/", "nwb_version") === undefined) return {};
    const there = [...own, ...general, ...subject].filter((path) => h5.has(path) && h5.dtype(path) === "string");
    return Object.fromEntries(
      there.map((path) => [path, lists.has(path) ? h5.readStrings(path) : (h5.readStrings(path)[0] ?? "")]),
    );
  } finally {
    h5.close();
  }
}
