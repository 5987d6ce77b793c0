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
const ofSubject = [
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

/** What metadata may tell of the subject beside its id; a description may be one of anything. */
const toldOfSubject = ofSubject.filter((path) => !/(subject_id|description)$/.test(path));

/**
 * What is known of the session and its subject: from the dataset's metadata, by NWB's own names beside `subject` and
 * `date`, and from a recording in NWB, whose time of the start is more than a date.
 */
export async function nwbSession(recording: string, metadata: Readonly<Record<string, unknown>>): Promise<NwbSession> {
  const { subject, date } = metadata;
  const midnight = `${date}T00:00:00+00:00`;
  return {
    ...(date === undefined ? {} : { session_start_time: midnight, timestamps_reference_time: midnight }),
    ...(await sessionOf(recording)),
    ...(typeof subject === "string" ? { "general/subject/subject_id": subject } : {}),
    ...Object.fromEntries([...general, ...toldOfSubject].flatMap((path) => told(path, metadata))),
  };
}

function told(path: string, metadata: Readonly<Record<string, unknown>>): [string, string | readonly string[]][] {
  const value = metadata[path.slice(path.lastIndexOf("/") + 1)];
  const texts = [value].flat();
  if (!texts.every((text): text is string => typeof text === "string")) return [];
  if (lists.has(path)) return [[path, texts]];
  return texts.length === 1 ? [[path, texts[0]!]] : [];
}

/** Nothing of a recording that is not NWB. */
async function sessionOf(recording: string): Promise<NwbSession> {
  if (!isHdf5(recording)) return {};
  const h5 = await openHdf5(recording);
  try {
    if (h5.attribute("/", "nwb_version") === undefined) return {};
    const there = [...own, ...general, ...ofSubject].filter((path) => h5.has(path) && h5.dtype(path) === "string");
    return Object.fromEntries(
      there.map((path) => [path, lists.has(path) ? h5.readStrings(path) : (h5.readStrings(path)[0] ?? "")]),
    );
  } finally {
    h5.close();
  }
}
