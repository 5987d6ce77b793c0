/** The moments at which builds are killed: the same ones for the same seed and the same census. */
import { RandomStream } from "#lib/random/random-stream.js";
import type { Fault, Victim } from "./faulty-build.js";

const SEED = 4;
const victims: readonly Victim[] = ["build", "child", "group"];
const ways = ["before", "after", "torn"] as const;

export interface Kill {
  readonly number: number;
  readonly title: string;
  readonly jobs: number;
  readonly victim: Victim;
  /** At a step of a process, or after some of the time that a build takes (0…1). */
  readonly at: Pick<Required<Fault>, "moment" | "nth" | "when"> | { readonly timeShare: number };
  /** The line of the census at which that is, or would be if all took the same time. */
  readonly line: number;
}

/** Projects begin with a lfadsfile that was loaded before. */
function isPrepared(moment: string): boolean {
  return moment.endsWith(" config");
}

/** `census`: a line for each step of an undisturbed build. Rare steps are as likely as often repeated ones, nearly. */
export function chooseKills(count: number, census: readonly string[]): Kill[] {
  const steps = new Map<string, number>();
  for (const moment of census) if (!isPrepared(moment)) steps.set(moment, (steps.get(moment) ?? 0) + 1);
  const classes = [...steps].sort(([a], [b]) => (a < b ? -1 : 1));
  const weights = classes.map(([, times]) => Math.ceil(2 * Math.log2(1 + times)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: count }, (_, number) => {
    const random = new RandomStream(SEED, number);
    const victim = victims[random.integer(0, 2)]!;
    const jobs = random.integer(1, 2);
    if (number % 5 === 4) {
      const timeShare = random.integer(0, 999) / 1000;
      return {
        number,
        victim,
        jobs,
        at: { timeShare },
        line: Math.floor(timeShare * census.length),
        title: `${number}: the ${victim} after ${timeShare} of the time`,
      };
    }
    let left = random.integer(0, total - 1);
    let chosen = 0;
    while (left >= weights[chosen]!) left -= weights[chosen++]!;
    const [moment, times] = classes[chosen]!;
    const nth = random.integer(1, times);
    const lines = census.flatMap((each, line) => (each === moment ? [line] : []));
    const canTear = moment.includes(" write ") && (victim === "group" || moment.startsWith(victim));
    const when = ways[random.integer(0, canTear ? 2 : 1)]!;
    return {
      number,
      victim,
      jobs,
      at: { moment, nth, when },
      line: lines[nth - 1]!,
      title: `${number}: the ${victim} ${when} ${moment} ${nth}`,
    };
  });
}

/**
 * Kills for builds of one folder, one after the other: each goes on where the one before was killed, so what comes before
 * its moment is counted from there. Those by time come last, as where they strike is a matter of chance.
 */
export function inTurn(kills: readonly Kill[], census: readonly string[]): Kill[] {
  const byTime = kills.filter(({ at }) => "timeShare" in at);
  let from = 0;
  const byMoment = kills
    .filter((kill) => !byTime.includes(kill))
    .sort((a, b) => a.line - b.line)
    .map((kill) => {
      const at = kill.at as Extract<Kill["at"], { moment: string }>;
      const times = census.slice(from, kill.line + 1).filter((moment) => moment === at.moment).length;
      // What the build before has stored, logged or saved is not done again (one whose child is killed goes on with other
      // targets), so there are fewer of them, and of folders few.
      const fewer = at.moment.includes(" mkdir ") ? 1 : Math.ceil(times / 4);
      // Steps are counted by process, and two jobs are two children.
      const own = at.moment.startsWith("child ") ? kill.jobs : 1;
      const nth = from === 0 ? Math.ceil(times / own) : fewer;
      from = kill.line;
      return { ...kill, at: { ...at, nth } };
    });
  const left = 1 - from / census.length;
  return [...byMoment, ...byTime.map((kill) => ({ ...kill, at: { timeShare: (left * kill.line) / census.length } }))];
}
