/** One dataset of a run as an evaluation reads it: exports and posterior side by side, some trials at a time. */
import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { meansOf } from "#lib/metrics/gaussian-nll.js";
import { readTrialFacts, type TrialFacts } from "#lib/sources/read-trial-facts.js";
import { firstBinsOf, slices } from "./lfads-input.js";

export type Side = "train" | "valid";

/** Trials from number `first` on, of their side; all arrays trials × bins × their width. */
export interface EvaluatedTrials {
  readonly first: number;
  readonly count: number;
  readonly counts: Float64Array;
  /** Expected counts per bin, or means of a gaussian model. */
  readonly rates: () => Float64Array;
  /** As the model has them: rates, or means and variances. */
  readonly params: () => Float64Array;
  readonly factors: () => Float64Array;
  /** An array of the export, or of `evaluation_<dataset>.h5`. */
  readonly array: (suffix: string) => Float64Array;
}

interface Opened {
  readonly input: Hdf5File;
  readonly facts: TrialFacts;
  readonly binMs: number | undefined;
  readonly extra: Hdf5File | null;
  /** An imported run may lack it. */
  readonly train: Hdf5File | null;
  readonly valid: Hdf5File;
}

export class EvaluatedDataset {
  readonly bins: number;
  readonly channels: number;
  readonly factors: number;
  readonly gaussian: boolean;

  readonly #opened: Opened;

  private constructor(opened: Opened) {
    this.#opened = opened;
    const { input, valid } = opened;
    const [, bins, outputs] = valid.shape("output_dist_params") as [number, number, number];
    this.bins = bins;
    this.channels = input.shape("valid_data")[2]!;
    this.factors = valid.has("factors") ? valid.shape("factors")[2]! : 0;
    this.gaussian = outputs === 2 * this.channels;
  }

  /** Without a posterior of training trials, what takes a fit to them is left out. */
  static async open(files: {
    input: string;
    /** Of an imported run, with the width of its bins. */
    inputInfo: string | undefined;
    binMs: number | undefined;
    extra: string | undefined;
    train: string | undefined;
    valid: string;
  }): Promise<EvaluatedDataset> {
    const open = (file: string | undefined) => (file === undefined ? null : openHdf5(file));
    const { inputInfo, binMs } = files;
    const input = await openHdf5(files.input);
    return new EvaluatedDataset({
      input,
      facts: await readTrialFacts(input, inputInfo, binMs ?? Number.NaN),
      binMs,
      extra: await open(files.train === undefined ? undefined : files.extra),
      train: await open(files.train),
      valid: await openHdf5(files.valid),
    });
  }

  /** What could not be read, a sentence each. */
  get notes(): readonly string[] {
    return this.#opened.facts.notes;
  }

  binMs(): number {
    const [first = 0, second = 1] = this.#opened.facts.timeVecMs ?? [];
    return this.#opened.binMs ?? second - first;
  }

  has(suffix: string): boolean {
    if (suffix === "condition") return this.#opened.facts.conditions !== undefined;
    const { input, extra } = this.#opened;
    return input.has(`valid_${suffix}`) || extra?.has(`valid_${suffix}`) === true;
  }

  /** Length of the last axis of an array. */
  width(suffix: string): number {
    return this.#fileOf(suffix).shape(`valid_${suffix}`)[2]!;
  }

  *trials(side: Side): Generator<EvaluatedTrials> {
    const { bins, channels } = this;
    for (const [first, counts] of slices(this.#opened.input, `${side}_data`, bins)) {
      const count = counts.length / (bins * channels);
      const ofModel = (name: string) => this.#opened[side]!.readFloat64Rows(name, first, count);
      const params = () => ofModel("output_dist_params");
      yield {
        first,
        count,
        counts,
        params,
        rates: () => (this.gaussian ? meansOf(params(), channels) : params()),
        factors: () => ofModel("factors"),
        array: (suffix) => firstBinsOf(this.#fileOf(suffix), `${side}_${suffix}`, bins, first, count),
      };
    }
  }

  /** Of each trial; null for none. */
  conditions(side: Side): (number | null)[] {
    return Array.from(this.#opened.facts.conditions![side], (number) => number || null);
  }

  /** Numbers in the recording, from 1, of the channels that are held out. */
  heldOutChannels(): number[] {
    return [...this.#opened.extra!.readFloat64("heldout_channels")];
  }

  close(): void {
    const { input, extra, train, valid } = this.#opened;
    for (const file of [input, extra, train, valid]) file?.close();
  }

  #fileOf(suffix: string): Hdf5File {
    const { input, extra } = this.#opened;
    return input.has(`valid_${suffix}`) ? input : extra!;
  }
}
