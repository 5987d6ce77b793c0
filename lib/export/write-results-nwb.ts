import { toFloat64 } from "#lib/hdf5/hdf5-array.js";
import { writeHdf5 } from "#lib/hdf5/write-hdf5.js";
import type { ExportedResults } from "./exported-results.js";
import type { NwbSession } from "./nwb-session.js";
import { NWB_VERSION, type NwbColumn, NwbWriter } from "./nwb-writer.js";
import { arrayOf, type ResultArray } from "./result-array.js";

/** Where it is not known when the recording began. */
const UNKNOWN_START = "1970-01-01T00:00:00+00:00";

/**
 * NWB 2. Trials lie end to end from time 0: what a run has of every bin is a TimeSeries in `processing/lfads`, what it
 * has of every trial a column of `intervals/trials`, averages are a table. The model's variables are ScratchData.
 */
export async function writeResultsNwb(file: string, results: ExportedResults, session: NwbSession): Promise<void> {
  const { facts, arrays } = results;
  await writeHdf5(file, (w) => {
    const nwb = new NwbWriter(w, JSON.stringify(facts));
    nwb.group("/", "NWBFile", { nwb_version: NWB_VERSION });
    for (const [name, value] of Object.entries(facts)) w.attribute("/", name, value);
    for (const path of ["acquisition", "analysis", "stimulus/presentation", "stimulus/templates", "general"])
      w.group(path);
    w.strings("file_create_date", [facts.made_at]);
    const texts: NwbSession = {
      identifier: nwb.uuid("/identifier"),
      session_description: `LFADS results for ${facts.dataset}.`,
      session_start_time: UNKNOWN_START,
      timestamps_reference_time: UNKNOWN_START,
      ...session,
      "general/notes": `${facts.made_by}, run ${facts.run}, ${facts.kind}, parameters ${facts.params}`,
    };
    if (Object.keys(texts).some((path) => path.startsWith("general/subject/"))) nwb.group("general/subject", "Subject");
    for (const [path, value] of Object.entries(texts)) {
      if (typeof value === "string") nwb.text(path, value);
      else w.strings(path, value);
    }
    nwb.group("processing/lfads", "ProcessingModule", { description: "What LFADS inferred from the recording." });
    for (const array of arrays.filter(isOfEveryBin))
      nwb.timeSeries(`processing/lfads/${array.name}`, array, facts.bin_ms);
    for (const [name, about, axis] of [
      ["bins", "The bins of a trial.", "time"],
      ["channels", "The channels of the model.", "channel"],
      ["heldout_channels", "The channels that the model was not given.", "held-out channel"],
    ] as const) {
      const columns = arrays.filter(({ axes }) => axes[0] === axis);
      if (columns.length > 0) nwb.table(`processing/lfads/${name}`, about, columns[0]!.shape[0]!, columns);
    }
    const averages = arrays.filter(({ axes }) => axes[0] === "condition");
    if (averages.length > 0) {
      const names = results.conditionNames ?? [];
      const condition = { name: "condition", about: "name of the condition", texts: names };
      const columns = [condition, ...averages];
      nwb.table("processing/lfads/conditions", "Averages over the trials of each condition.", names.length, columns);
    }
    const trials = trialColumns(results);
    nwb.table("intervals/trials", "Trials, end to end.", arrays[0]!.shape[0]!, trials, "TimeIntervals");
    const names = scratchNames(results.variables);
    for (const [i, variable] of results.variables.entries()) {
      nwb.scratch(`scratch/${names[i]}`, variable, `Variable ${variable.name} of the model.`);
    }
  });
}

const isOfEveryBin = ({ axes }: ResultArray) => axes[0] === "trial" && axes[1] === "time";

function trialColumns({ arrays, conditionNames, facts }: ExportedResults): NwbColumn[] {
  const [trials] = arrays[0]!.shape as [number];
  const time = toFloat64(arrays.find(({ name }) => name === "time_ms")!.rows(0, Number.MAX_SAFE_INTEGER));
  const binSeconds = facts.bin_ms / 1000;
  const seconds = (name: string, about: string, after: number) => {
    const values = Float64Array.from({ length: trials }, (_, trial) => trial * time.length * binSeconds + after);
    return arrayOf(name, about, ["trial"], values, { unit: "seconds" });
  };
  return [
    seconds("start_time", "Start time of epoch, in seconds", 0),
    seconds("stop_time", "Stop time of epoch, in seconds", time.length * binSeconds),
    seconds(
      "zero_time",
      "when the recording's own time within the trial, time_ms, is 0",
      binSeconds / 2 - time[0]! / 1000,
    ),
    ...arrays
      .filter((array) => array.axes[0] === "trial" && !isOfEveryBin(array))
      .map((array): NwbColumn => {
        if (array.name !== "condition" || !conditionNames) return array;
        const codes = toFloat64(array.rows(0, trials));
        return {
          name: "condition",
          about: "name of the condition, empty for none",
          texts: Array.from(codes, (code) => conditionNames[code - 1] ?? ""),
        };
      }),
  ];
}

/** Names of objects may have neither slash nor colon; what becomes equal is numbered. */
function scratchNames(variables: readonly ResultArray[]): string[] {
  const used = new Map<string, number>();
  return variables.map(({ name }) => {
    const plain = name.replace(/:0$/, "").replace(/\W/g, "_");
    const times = used.get(plain) ?? 0;
    used.set(plain, times + 1);
    return times === 0 ? plain : `${plain}_${times + 1}`;
  });
}
