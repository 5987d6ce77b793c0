/** One dataset of a run as an evaluation reads it: exports and posterior side by side, some trials at a time. */
import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";
import { meansOf } from "#lib/metrics/gaussian-nll.js";
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

interface Posteriors {
  /** An imported run may lack it. */
  readonly train: Hdf5File | null;
  readonly valid: Hdf5File;
}

export class EvaluatedDataset {
  readonly bins: number;
  readonly channels: number;
  readonly factors: number;
  readonly gaussian: boolean;

  readonly #input: Hdf5File;
  readonly #extra: Hdf5File | null;
  readonly #posteriors: Posteriors;

  private constructor(input: Hdf5File, extra: Hdf5File | null, posteriors: Posteriors) {
    this.#input = input;
    this.#extra = extra;
    this.#posteriors = posteriors;
    const [, bins, outputs] = posteriors.valid.shape("output_dist_params") as [number, number, number];
    this.bins = bins;
    this.channels = input.shape("valid_data")[2]!;
    this.factors = posteriors.valid.has("factors") ? posteriors.valid.shape("factors")[2]! : 0;
    this.gaussian = outputs === 2 * this.channels;
  }

  static async open(files: {
    input: string;
    extra: string | undefined;
    train: string | undefined;
    valid: string;
  }): Promise<EvaluatedDataset> {
    const open = (file: string | undefined) => (file === undefined ? null : openHdf5(file));
    return new EvaluatedDataset(await openHdf5(files.input), await open(files.extra), {
      train: await open(files.train),
      valid: await openHdf5(files.valid),
    });
  }

  /** Exports of other programs do not tell it, and have no conditions and no behaviour either. */
  binMs(): number {
    const [first = 0, second = 1] = this.#input.readFloat64("timeVecMs");
    return second - first;
  }

  has(suffix: string): boolean {
    return this.#input.has(`valid_${suffix}`) || this.#extra?.has(`valid_${suffix}`) === true;
  }

  /** Length of the last axis of an array. */
  width(suffix: string): number {
    return this.#fileOf(suffix).shape(`valid_${suffix}`)[2]!;
  }

  *trials(side: Side): Generator<EvaluatedTrials> {
    const { bins, channels } = this;
    for (const [first, counts] of slices(this.#input, `${side}_data`, bins)) {
      const count = counts.length / (bins * channels);
      const ofModel = (name: string) => this.#posteriors[side]!.readFloat64Rows(name, first, count);
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
    return [...this.#input.readFloat64(`${side}_condition`)].map((number) => number || null);
  }

  /** Numbers in the recording, from 1, of the channels that are held out. */
  heldOutChannels(): number[] {
    return [...this.#extra!.readFloat64("heldout_channels")];
  }

  close(): void {
    for (const file of [this.#input, this.#extra, this.#posteriors.train, this.#posteriors.valid]) file?.close();
  }

  #fileOf(suffix: string): Hdf5File {
    return this.#input.has(`valid_${suffix}`) ? this.#input : this.#extra!;
  }
}
