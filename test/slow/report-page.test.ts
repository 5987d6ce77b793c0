// Pages of reports in Chromium: a real one, whose marks are held against the HDF5 files, and made-up ones of every kind.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Hdf5File, openHdf5 } from "#lib/hdf5/open-hdf5.js";
import type { ReportData } from "#lib/report/report-data.js";
import { reportHtml } from "#lib/report/report-html.js";
import { countRamp, rateRamp, signedRamp } from "../../lib/report/page/colours.js";
import { shown } from "../../lib/report/page/format.js";
import { matrixOf } from "../../lib/report/page/matrix.js";
import { parseTurn, rotate } from "../../lib/report/page/rotate-points.js";
import { lfads } from "../cli/run-lfads.js";
import { type MadeKind, madeReport } from "../report/made-report.js";
import { dotsOf, linesOf, pixelsOf, titlesOf, turnedPaths } from "./page-reader.js";

// Debian's chromium, or where LFADS_TEST_CHROMIUM says; .ci/run installs it.
const executablePath =
  process.env.LFADS_TEST_CHROMIUM ?? (spawnSync("which", ["chromium"]).stdout.toString().trim() || undefined);

/** Of the range of an axis: coordinates in an SVG have three digits after the point. */
const TOLERANCE = 1e-4;

const lfadsfile = `
import { datasetCollection, defineLfads, lorenz, runCollection, runParams, runSpec, sweep } from "lfads";
const datasets = datasetCollection("tiny", {
  path: "datasets",
  datasets: lorenz({ count: 2, conditions: 4, trialsPerCondition: 6, channels: [8, 9], durationMs: 200 }),
});
const base = runParams({
  name: "tiny", spikeBinMs: 10, maxEpochs: 3, c_co_dim: 2, c_batch_size: 8, c_factors_dim: 4, c_gen_dim: 8, c_con_dim: 8,
  c_ci_enc_dim: 8, c_ic_dim: 4, c_ic_enc_dim: 8, num_samples_posterior: 4, useAlignmentMatrix: true,
});
export default defineLfads({
  root: "runs",
  collections: [
    runCollection("stitched", { datasets, runSpecs: [runSpec.all()], params: sweep(base, { c_keep_prob: [0.9, 1] }) }),
  ],
});
`;

let browser: Browser;
let dir: string;
const closing: Hdf5File[] = [];

it("finds Chromium in CI", () => {
  if (process.env.CI) expect(executablePath, "LFADS_TEST_CHROMIUM").toBeDefined();
});

describe.runIf(executablePath)("the page of a report", () => {
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "lfads-page-"));
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    for (const h5 of closing) h5.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** A page that has drawn its figures, and all that it said and asked for. */
  async function open(file: string, fragment = "", options: BrowserContextOptions = {}) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce", ...options });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href + fragment);
    await page.waitForSelector(".run .view");
    return { page, complaints };
  }

  async function openMade(kind: MadeKind, fragment = "", options: BrowserContextOptions = {}) {
    const file = join(dir, "made.html");
    const data = madeReport(kind);
    writeFileSync(file, reportHtml(data));
    return { data, ...(await open(file, fragment, options)) };
  }

  describe("of a real collection", () => {
    let data: ReportData;
    let page: Page;
    let complaints: string[];
    let report: string;
    const path = (...names: string[]) => join(dir, "runs/stitched", ...names);
    const h5 = async (...names: string[]) => {
      const file = await openHdf5(path(...names));
      closing.push(file);
      return file;
    };

    beforeAll(async () => {
      writeFileSync(join(dir, "lfadsfile.ts"), lfadsfile);
      const built = lfads(dir, "report");
      expect(built.code, built.err).toBe(0);
      report = join(dir, "runs/stitched/report.html");
      const html = readFileSync(report, "utf8");
      data = JSON.parse(/id="lfads-report">(.*?)<\/script>/s.exec(html)![1]!);
      ({ page, complaints } = await open(
        report,
        `#run=${data.runs[1]!.label}&compare=${data.runs[0]!.label}&dataset=dataset002&smooth=0&turn=30,20`,
      ));
    });
    afterAll(() => page?.close());

    const run = () => data.runs[1]!;
    const dataset = () => run().detail!.datasets[1]!;
    /** Values of a trial, by its number in the recording: T×width of an array in files of training and validation. */
    async function ofTrial(
      number: number,
      read: (side: "train" | "valid") => Promise<Hdf5File>,
      name: (side: string) => string,
    ) {
      const input = await h5(run().dataName, "all/lfads_dataset002.h5");
      for (const side of ["train", "valid"] as const) {
        const row = input.readFloat64(`${side}_inds`).indexOf(number);
        if (row < 0) continue;
        const file = await read(side);
        const width = file.shape(name(side))[2]!;
        const values = file.readFloat64Rows(name(side), row, 1);
        return { width, values, of: (column: number) => every(values, width, column) };
      }
      throw new Error(`no trial ${number}`);
    }
    const posterior = (side: string) =>
      h5(run().paramName, `all/lfadsOutput/model_runs_dataset002.h5_${side}_posterior_sample_and_average`);
    const exported = () => h5(run().dataName, "all/lfads_dataset002.h5");

    /** Of one column over time, of all trials of the condition. */
    async function average(
      condition: string,
      file: (side: string) => Promise<Hdf5File>,
      name: (side: string) => string,
      column: number,
    ) {
      const input = await exported();
      const bins = input.shape("train_data")[1]!;
      const names = input.readStrings("condition_names");
      const sums = new Array<number>(bins).fill(0);
      let trials = 0;
      for (const side of ["train", "valid"]) {
        const h5 = await file(side);
        const width = h5.shape(name(side))[2]!;
        for (const [row, code] of input.readFloat64(`${side}_condition`).entries()) {
          if (names[code - 1] !== condition) continue;
          trials++;
          for (const [t, value] of every(h5.readFloat64Rows(name(side), row, 1), width, column).entries())
            sums[t]! += value;
        }
      }
      return sums.map((sum) => sum / trials);
    }

    it("has all views, and complains of nothing", async () => {
      expect(await page.locator(".view").evaluateAll((views) => views.map(({ id }) => id))).toEqual([
        ...["runs", "training", "trials", "psths", "factors", "inputs", "readout", "sessions", "alignment", "files"],
      ]);
      expect(complaints).toEqual([]);
    });

    it("has the results of results.json in its table", async () => {
      const cells = await page
        .locator("table.runs tbody tr")
        .evaluateAll((rows) =>
          rows.map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.dataset.value))),
        );
      const expected = data.runs.map(({ paramName, params }) => {
        const { epochs, lveEpoch, trainCost, validCost, all } = JSON.parse(
          readFileSync(path(paramName, "all/results.json"), "utf8"),
        );
        const { nll, bitsPerSpike, psthR2, r2, states } = all;
        return [
          params.c_keep_prob,
          epochs,
          lveEpoch,
          trainCost,
          validCost,
          nll,
          bitsPerSpike,
          psthR2,
          r2.pooled,
          r2.medianOverChannels,
          ...states,
        ];
      });
      expect(cells.map((row) => [...row].sort())).toEqual(expected.map((row) => [...row].sort()));
    });

    it("draws the costs of fitlog.csv", async () => {
      const log = readFileSync(path(run().paramName, "all/lfadsOutput/fitlog.csv"), "utf8").trim().split("\n");
      const fields = log.map((line) => line.split(/,\s*/));
      const of = (label: string, place: number) =>
        fields.map((line): [number, number] => [Number(line[1]), Number(line[line.indexOf(label) + place])]);
      const drawn = async (title: string, name: string) => (await linesOf(page, { view: "training", title }, name))[0]!;
      for (const [title, label] of [
        ["Total cost", "total"],
        ["Reconstruction", "recon"],
        ["KL divergence", "kl"],
      ] as const) {
        near(await drawn(title, "training"), of(label, 1));
        near(await drawn(title, "validation"), of(label, 2));
      }
      near(await drawn("L2 cost", "L2"), of("l2", 1));
      near(await drawn("Weights of KL and L2", "KL"), of("klweight", 1));
      expect((await drawn("Learning rate", "learning rate")).length).toBe(fields.length);
    });

    it("draws rates, truth and counts of a trial as they are in the files", async () => {
      const { number } = dataset().trials[0]!;
      const rates = await ofTrial(number, posterior, () => "output_dist_params");
      const truth = await ofTrial(number, exported, (side) => `${side}_truth`);
      const counts = await ofTrial(number, exported, (side) => `${side}_data`);
      const title = await shownTitle("trials", /^Channel \d+ in trial/);
      expect(title).toMatch(new RegExp(`in trial ${number}$`));
      const channel = Number(/\d+/.exec(title)![0]) - 1;
      const perSecond = (values: number[]) => values.map((value) => value / 0.01);
      const rate = await linesOf(page, { view: "trials", title }, "inferred rate");
      near(values(rate[0]!), perSecond(rates.of(channel)));
      near(values((await linesOf(page, { view: "trials", title }, "true rate"))[0]!), perSecond(truth.of(channel)));
      const ticks = await page.locator("#trials line[aria-label$=' spikes']").count();
      expect(ticks).toBe(counts.of(channel).filter((count) => count > 0).length);

      const N = rates.width;
      const most = Math.fround(Math.max(...rates.values, ...truth.values) / 0.01);
      const colours = (of: typeof rates, ramp: (share: number) => string, top: number, scale: number) =>
        Array.from({ length: N }, (_, n) => of.of(n).map((value) => ramp(Math.fround(value / scale) / top)));
      sameColours(
        await pixelsOf(page, { view: "trials", title: "Inferred rates" }),
        colours(rates, rateRamp("light"), most, 0.01),
      );
      sameColours(
        await pixelsOf(page, { view: "trials", title: "True rates" }),
        colours(truth, rateRamp("light"), most, 0.01),
      );
      sameColours(
        await pixelsOf(page, { view: "trials", title: "Spike counts" }),
        colours(counts, countRamp("light"), Math.max(1, ...counts.values), 1),
      );
    });

    it("tells by keys the numbers of a heat map as they are in the files", async () => {
      const { number } = dataset().trials[0]!;
      const rates = await ofTrial(number, posterior, () => "output_dist_params");
      const chosen = Number(/\d+/.exec(await shownTitle("trials", /^Channel \d+ in trial/))![0]);
      const figure = page.locator("#trials figure").filter({ hasText: "Inferred rates" });
      await figure.getByRole("group").focus();
      for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", chosen > 1 ? "ArrowUp" : "ArrowDown"])
        await page.keyboard.press(key);
      const channel = chosen > 1 ? chosen - 1 : 2;
      expect(await figure.locator("[aria-live=polite]").textContent()).toBe(
        `Channel ${channel}, 25 ms: ${shown(Math.fround(rates.of(channel - 1)[2]! / 0.01))} spikes/s`,
      );
      const heat = page.locator("#readout figure");
      await heat.getByRole("group").focus();
      for (const key of ["ArrowDown", "ArrowDown", "End"]) await page.keyboard.press(key);
      const { weights, channels } = dataset().readout!;
      const [, N] = weights.shape as [number, number];
      expect(await heat.locator("[aria-live=polite]").textContent()).toBe(
        `Factor 2, channel ${matrixOf(channels).data.at(-1)}: ${shown(matrixOf(weights).data[2 * N - 1])} (log rate a unit of factor)`,
      );
    });

    it("draws the factors and inferred inputs of a trial as they are in the files", async () => {
      const { number } = dataset().trials[0]!;
      const factors = await ofTrial(number, posterior, () => "factors");
      expect(factors.width).toBe(4);
      for (let f = 0; f < 4; f++) {
        const drawn = await linesOf(
          page,
          { view: "factors", title: `All factors in trial ${number}` },
          `factor ${f + 1}`,
        );
        near(values(drawn[0]!), factors.of(f));
      }
      const inputs = await ofTrial(number, posterior, () => "controller_outputs");
      for (let u = 0; u < 2; u++) {
        const drawn = await linesOf(
          page,
          { view: "inputs", title: `Inferred inputs in trial ${number}` },
          `input ${u + 1}`,
        );
        near(values(drawn[0]!), inputs.of(u));
      }
    });

    it("draws averages of each condition over all trials of the files, not smoothed when not asked to", async () => {
      const channel = Number(/\d+/.exec(await shownTitle("trials", /^Channel \d+/))![0]) - 1;
      const { conditions } = run().detail!;
      expect(conditions).toHaveLength(4);
      for (const condition of conditions) {
        const psth = (await average(condition, exported, (side) => `${side}_data`, channel)).map(
          (value) => value / 0.01,
        );
        near(values((await linesOf(page, { view: "psths", title: "Data, all conditions" }, condition))[0]!), psth);
        const model = (await average(condition, posterior, () => "output_dist_params", channel)).map(
          (value) => value / 0.01,
        );
        near(values((await linesOf(page, { view: "psths", title: "Model, all conditions" }, condition))[0]!), model);
        const factor = await average(condition, posterior, () => "factors", 0);
        near(
          values(
            (await linesOf(page, { view: "factors", title: "Factor 1, averages of the conditions" }, condition))[0]!,
          ),
          factor,
        );
      }
    });

    it("draws over them what the run that it is compared with has in its files, dashed", async () => {
      const other = data.runs[0]!;
      const name = "c_keep_prob 0.9";
      const dashed = async (view: string, title: string, line: string) => {
        const label = `${line}, ${name}`;
        const figure = page.locator(`#${view} figure`).filter({ hasText: title });
        expect(await figure.locator(`[stroke-dasharray="5 2.5"] [aria-label="${label}"]`).count()).toBe(1);
        return (await linesOf(page, { view, title }, label))[0]!;
      };
      const log = readFileSync(path(other.paramName, "all/lfadsOutput/fitlog.csv"), "utf8").trim().split("\n");
      const costs = log.map((line) => line.split(/,\s*/)).map((line): [number, number] => [+line[1]!, +line[6]!]);
      near(await dashed("training", "Total cost", "validation"), costs);

      const file = (side: string) =>
        h5(other.paramName, `all/lfadsOutput/model_runs_dataset002.h5_${side}_posterior_sample_and_average`);
      const { number } = dataset().trials[0]!;
      const title = await shownTitle("trials", /^Channel \d+ in trial/);
      const channel = Number(/\d+/.exec(title)![0]) - 1;
      const perSecond = (values: number[]) => values.map((value) => value / 0.01);
      const rates = (await ofTrial(number, file, () => "output_dist_params")).of(channel);
      near(values(await dashed("trials", title, "inferred rate")), perSecond(rates));
      const condition = run().detail!.conditions[0]!;
      const averages = await average(condition, file, () => "output_dist_params", channel);
      near(values(await dashed("psths", await shownTitle("psths", /^Condition /), "model")), perSecond(averages));
      expect(
        await page
          .locator(".key-results .compared")
          .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.value)),
      ).toEqual(["validCost", "nll", "bitsPerSpike", "r2.pooled", "psthR2"].map((each) => String(other.results[each])));
    });

    it("draws trajectories that are the averages' PCs, turned as the address says", async () => {
      const { detail } = run();
      const paths = await turnedPaths(page, "factors");
      const { averages } = dataset();
      const turn = parseTurn("30,20");
      const fits = detail!.conditions.map((name, k) => {
        const { shape, data: pcs } = matrixOf(averages!.factorsPca);
        const [, T, P] = shape as [number, number, number];
        const points = Array.from({ length: T }, (_, t) =>
          rotate(turn, [...pcs.subarray((k * T + t) * P, (k * T + t + 1) * P)]),
        );
        return [
          fitted(
            points.map(([right]) => right),
            paths[name]!.map(([x]) => x),
          ),
          fitted(
            points.map(([, up]) => up),
            paths[name]!.map(([, y]) => y),
          ),
        ];
      });
      const [[scale], [minus]] = fits[0] as [[number], [number]];
      expect(minus).toBeCloseTo(-scale, 0);
      for (const [x, y] of fits) {
        expect(Math.abs(x![0]! / scale - 1)).toBeLessThan(1e-2);
        expect(Math.abs(y![0]! / scale + 1)).toBeLessThan(1e-2);
        expect(Math.max(x![1]!, y![1]!)).toBeLessThan(0.02);
      }
      const { mean, loadings } = detail!.pca;
      const trial = dataset().trials[0]!;
      const factors = await ofTrial(trial.number, posterior, () => "factors");
      const [F, P] = loadings.shape as [number, number];
      const own = Array.from({ length: factors.values.length / F }, (_, t) =>
        Array.from({ length: P }, (_, p) =>
          Array.from(
            { length: F },
            (_, f) => (factors.values[t * F + f]! - matrixOf(mean).data[f]!) * matrixOf(loadings).data[f * P + p]!,
          ).reduce((a, b) => a + b),
        ),
      );
      const [own0, residual] = fitted(
        own.map((point) => rotate(turn, point)[0]),
        paths[`trial ${trial.number}`]!.map(([x]) => x),
      );
      expect([Math.abs(own0! / scale - 1) < 1e-2, residual! < 0.02]).toEqual([true, true]);
    });

    it("draws the read-out and the prior of the model-params file", async () => {
      const params = await h5(run().paramName, "all/lfadsOutput/model_params");
      const named = (pattern: RegExp) => params.paths().find((each) => pattern.test(each))!;
      const weights = params.readFloat64(named(/fac_2_logrates_dataset002.*_W/));
      const [title] = await titlesOf(page, "readout");
      const most = Math.max(...weights.map(Math.abs));
      const N = weights.length / 4;
      sameColours(
        await pixelsOf(page, { view: "readout", title: title! }),
        Array.from({ length: 4 }, (_, f) =>
          Array.from(weights.subarray(f * N, (f + 1) * N), (w) => signedRamp("light")(0.5 + w / most / 2)),
        ),
      );
      const cells = await page
        .locator("#inputs table td")
        .evaluateAll((all) => all.map((cell) => Number((cell as HTMLElement).dataset.value)));
      const [logTau, logNu] = [params.readFloat64(named(/logatau/)), params.readFloat64(named(/logevars/))];
      const expected = [0, 1].flatMap((u) => {
        const tau = Math.exp(logTau[u]!);
        return [10 * tau, Math.exp(logNu[u]!) / (1 - Math.exp(-1 / tau) ** 2)];
      });
      for (const [i, value] of cells.entries()) expect(value / expected[i]!).toBeCloseTo(1, 5);
      expect(cells).toHaveLength(4);
    });

    it("draws what each session gives of the PCs that all share, as alignment.h5 has it", async () => {
      const [file] = readdirSync(path(), { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith("alignment.h5"),
      );
      const align = await h5(file!);
      const [, T, P] = align.shape("global_pcs") as [number, number, number];
      for (const name of ["dataset001", "dataset002"]) {
        const given = align.readFloat64(`datasets/${name}/reconstruction`).subarray(0, T * P);
        const pcs = align.readFloat64("global_pcs").subarray(0, T * P);
        for (let p = 0; p < 3; p++) {
          const place = { view: "alignment", title: `PC ${p + 1} from ${name}` };
          near(values((await linesOf(page, place, "reconstructed from one session"))[0]!), every(given, P, p));
          near(values((await linesOf(page, place, "PC of all sessions"))[0]!), every(pcs, P, p));
        }
      }
    });

    it("makes nothing again when nothing has changed", () => {
      expect(lfads(dir, "report")).toMatchObject({ code: 0, out: "runs/stitched/report.html\n" });
    });

    async function shownTitle(view: string, pattern: RegExp): Promise<string> {
      return (await titlesOf(page, view)).find((title) => pattern.test(title))!;
    }
  });

  describe("of every kind", () => {
    const all = ["training", "trials", "psths", "factors", "readout", "files"];
    const without = (...views: string[]) => all.filter((view) => !views.includes(view));
    const cases: [string, MadeKind, string[]][] = [
      ["one run", {}, all],
      ["a stitched run", { datasets: 3, runs: 2 }, [...without("files"), "sessions", "alignment", "files"]],
      [
        "a controller and external inputs",
        { inputs: 2, externalInputs: 1 },
        [...without("readout", "files"), "inputs", "readout", "files"],
      ],
      ["no truth", { truth: false }, all],
      ["no conditions", { conditions: 0 }, without("psths")],
      ["one condition", { conditions: 1 }, all],
      ["gaussian output and one factor", { gaussian: true, factors: 1 }, all],
      ["an imported collection", { imported: true, runs: 2 }, all],
      ["many conditions and factors", { conditions: 30, factors: 40, channels: 40 }, all],
    ];

    it.each(cases)(
      "%s: has its views, described figures, headings in order, and fits 400 pixels",
      async (_, kind, views) => {
        const { page, complaints } = await openMade(kind);
        expect(await page.locator(".run .view").evaluateAll((all) => all.map(({ id }) => id))).toEqual(views);
        for (const width of [1280, 400]) {
          await page.setViewportSize({ width, height: 900 });
          // Drawn to the new width: no picture is wider than its place.
          await page.waitForFunction(() =>
            [...document.querySelectorAll(".picture")].every(
              (each) => (each.firstElementChild?.scrollWidth ?? 0) <= each.clientWidth + 1,
            ),
          );
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        }
        const figures = await page.locator("figure").evaluateAll((figures) =>
          figures.map((figure) => ({
            title: figure.querySelector(".figure-title")!.textContent,
            label: figure.querySelector("svg[role=img]")?.getAttribute("aria-label") ?? "",
            marks: figure.querySelectorAll(
              "svg[role=img] :is(path, circle, image)[d], svg[role=img] :is(circle, image)",
            ).length,
          })),
        );
        expect(figures.filter(({ label, marks }) => !/\d/.test(label) || !label.endsWith(".") || marks === 0)).toEqual(
          [],
        );
        const levels = await page
          .locator("h1, h2, h3, h4")
          .evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
        expect(levels).toEqual([1, 2, 2, ...views.map(() => 3)]);
        expect(complaints).toEqual([]);
        await page.close();
      },
    );

    it("leaves out what there is nothing of, without an empty figure", async () => {
      const { page } = await openMade({ truth: false, conditions: 0, factors: 1 });
      expect(await titlesOf(page, "trials")).toEqual(["Spike counts", "Inferred rates", "Channel 3 in trial 1"]);
      expect(await titlesOf(page, "factors")).toEqual(["All factors in trial 1"]);
      await page.close();
    });

    it("draws the chosen result of each run over each parameter that differs, of the runs that the filter leaves", async () => {
      const { page, data } = await openMade({ runs: 8 }, "#result=nll&filter=c_factors_dim>2");
      const left = data.runs.filter(({ params }) => Number(params.c_factors_dim) > 2);
      expect(await titlesOf(page, "runs")).toEqual(["c_factors_dim", "c_keep_prob"]);
      for (const title of ["c_factors_dim", "c_keep_prob"]) {
        const dots = (await dotsOf(page, { view: "runs", title })).filter(([name]) => name !== "chosen run");
        expect(dots.map(([name]) => name).sort()).toEqual(left.map(({ spec, paramName }) => `${spec} · ${paramName}`));
        const of = new Map(dots);
        near(
          left.map(({ spec, paramName }) => of.get(`${spec} · ${paramName}`)),
          left.map(({ results }) => results.nll),
        );
      }
      await page.close();
    });

    it("says which runs have no details, shows their results, and lists those that it was not asked for", async () => {
      const { page, data } = await openMade(
        { runs: 7, detailed: 2, others: 2 },
        "#run=made_up/param_AAAAA4/single_dataset001",
      );
      expect(await page.locator(".run > .note").textContent()).toBe(
        `This page has no trials of this run: it has those of the 2 runs with the lowest validation NLL. The run's files are in ${data.runs[4]!.folder}.`,
      );
      expect(await page.locator(".key-results dd").first().getAttribute("data-value")).toBe(
        String(data.runs[4]!.results.validCost),
      );
      expect(await page.locator("header .note").textContent()).toMatch(/^5 of 7 runs of .* with status=fresh · lfads/);
      expect(await page.locator("table.runs tbody tr").count()).toBe(5);
      await page.getByText("2 other runs of the collection not in this page").press("Enter");
      expect(await page.locator(".others tbody tr").allInnerTexts()).toEqual([
        "single_dataset001 param_AAAAA5\t4\t0.9",
        "single_dataset001 param_AAAAA6\t8\t0.8",
      ]);
      await page.close();
    });

    it("shows a hundred of many runs at first, and all when asked", async () => {
      const { page } = await openMade({ runs: 300, detailed: 1 });
      const rows = page.locator("table.runs tbody tr");
      expect(await rows.count()).toBe(100);
      await page.getByRole("button", { name: "Show all 300 runs" }).click();
      expect(await rows.count()).toBe(300);
      await page.close();
    });
  });

  describe("in use", () => {
    it("is sorted and filtered by keys, and a row that is clicked is shown", async () => {
      const { page } = await openMade({ runs: 8 });
      const names = () => page.locator("table.runs tbody th code").allTextContents();
      const nll = page.getByRole("columnheader", { name: "Valid NLL" });
      await nll.getByRole("button").focus();
      await page.keyboard.press("Enter");
      expect(await nll.getAttribute("aria-sort")).toBe("ascending");
      expect((await names())[0]).toBe("param_AAAAA0");
      await page.keyboard.press("Enter");
      expect(await nll.getAttribute("aria-sort")).toBe("descending");
      expect((await names()).at(-1)).toBe("param_AAAAA0");
      await page.getByLabel("Filter").pressSequentially("c_factors_dim=8");
      expect(await names()).toEqual(["param_AAAAA6", "param_AAAAA2"]);
      expect(await page.getByRole("status").textContent()).toBe("2 of 8 runs");
      await page.locator("table.runs tbody tr td").first().click();
      expect(await page.locator("#run-heading").textContent()).toBe("single_dataset001 param_AAAAA6");
      expect(await page.locator("table.runs a[aria-current]").textContent()).toBe("single_dataset001 param_AAAAA6");
      await page.close();
    });

    it("shows another trial, channel and condition by keys, and the same again from the address", async () => {
      const { page } = await openMade({ runs: 2 });
      const trial = page.locator("#trials").getByLabel("Trial", { exact: true });
      await trial.focus();
      await page.keyboard.press("ArrowDown");
      await page.locator("#trials").getByRole("button", { name: "Next channel" }).press("Enter");
      await page.locator("#psths").getByRole("button", { name: "Next condition" }).press("Enter");
      const titles = async (of: Page) => [(await titlesOf(of, "trials")).at(-1), (await titlesOf(of, "psths")).at(-1)];
      await page.waitForURL(/#trial=6&channel=4&condition=reach\+2$/);
      const seen = await titles(page);
      expect(seen).toEqual(["Channel 4 in trial 6", "Condition reach 2, 11 trials"]);
      const again = await browser.newPage();
      await again.goto(page.url());
      await again.waitForSelector("#psths figure");
      expect(await titles(again)).toEqual(seen);
      await again.close();
      await page.close();
    });

    it("frames the number that keys have come to in a heat map; Enter chooses its channel, Escape leaves", async () => {
      const { page } = await openMade({});
      const figure = page.locator("#trials figure").filter({ hasText: "Spike counts" });
      const told = figure.locator("[aria-live=polite]");
      const group = figure.getByRole("group", {
        name: "Spike counts; arrow keys go from number to number, Enter chooses the channel",
      });
      await group.press("ArrowDown");
      expect(await told.textContent()).toMatch(/^Channel 3, 5 ms: \d a bin of 10 ms$/);
      await group.press("ArrowDown");
      await group.press("End");
      expect(await told.textContent()).toMatch(/^Channel 4, 395 ms: /);
      const frame = (await figure.locator(".cell").boundingBox())!;
      const image = (await figure.locator("image").boundingBox())!;
      expect(frame.x + frame.width).toBeCloseTo(image.x + image.width, -0.5);
      expect(frame.y).toBeCloseTo(image.y + (3 / 12) * image.height, -0.5);
      await group.press("Enter");
      await page.waitForURL(/channel=4$/);
      // Drawn again, and the number is framed still.
      await expect.poll(() => titlesOf(page, "trials")).toContain("Channel 4 in trial 1");
      expect([await figure.locator(".cell").count(), await told.textContent()]).toEqual([
        1,
        expect.stringMatching(/^Channel 4/),
      ]);
      await group.press("Escape");
      expect([await figure.locator(".cell").count(), await told.textContent()]).toEqual([0, ""]);
      await page.close();
    });

    it("is compared with another run by keys, with the words for it, and says what it does not have of that", async () => {
      const { page } = await openMade({ runs: 3, detailed: 2 });
      const chooser = page.getByLabel("Compare with", { exact: true });
      expect(await chooser.locator("option").allTextContents()).toEqual([
        "no other run",
        "param_AAAAA1 · c_factors_dim 4 · c_keep_prob 0.85",
        "param_AAAAA2 · c_factors_dim 8 · c_keep_prob 0.9",
      ]);
      const labels = () =>
        page.locator("svg[role=img]").evaluateAll((all) => all.map((each) => each.getAttribute("aria-label")));
      const told = async () => (await labels()).filter((label) => label!.includes("c_factors_dim 4, c_keep_prob 0.85"));
      expect(await told()).toEqual([]);
      await chooser.focus();
      await page.keyboard.press("ArrowDown");
      await page.waitForURL(/#compare=made_up\/param_AAAAA1\/single_dataset001$/);
      await expect.poll(async () => (await told()).length).toBe(9);
      expect(await page.locator("table.runs tr.compared a").textContent()).toBe("single_dataset001 param_AAAAA1");
      const dots = await dotsOf(page, { view: "runs", title: "c_factors_dim" });
      expect(new Map(dots).get("compared run")).toBe(new Map(dots).get("single_dataset001 · param_AAAAA1"));
      expect((await told())[0]).toMatch(
        /^Total cost over 60 epochs\. .* Last of c_factors_dim 4, .*, epoch 61: training [\d.]+, validation [\d.]+\.$/,
      );
      await page.keyboard.press("ArrowDown");
      await page.waitForURL(/param_AAAAA2/);
      await expect
        .poll(() => page.locator("#trials .note, #psths .note").allTextContents())
        .toEqual(
          expect.arrayContaining([
            "This page does not have this trial and channel of c_factors_dim 8, c_keep_prob 0.9.",
            "This page does not have this condition and channel of c_factors_dim 8, c_keep_prob 0.9.",
          ]),
        );
      const dashed = page.locator(".picture [stroke-dasharray='5 2.5']");
      expect(await dashed.count()).toBeGreaterThan(0);
      await chooser.selectOption("");
      await page.waitForURL(/#$/);
      await expect.poll(() => dashed.count()).toBe(0);
      await page.close();
    });

    it("turns trajectories by arrow keys and by dragging", async () => {
      const { page } = await openMade({});
      const before = await turnedPaths(page, "factors");
      await page.locator("#factors .turntable").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowUp");
      await page.waitForURL(/turn=40%2C45$/);
      const after = await turnedPaths(page, "factors");
      expect(after["reach 1"]).not.toEqual(before["reach 1"]);
      const box = (await page.locator("#factors .turntable").boundingBox())!;
      await page.mouse.move(box.x + 100, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + 160, box.y + 100, { steps: 3 });
      await page.mouse.up();
      await page.waitForURL(/turn=70%2C45$/);
      await page.close();
    });

    it("is as light or dark as the system, until the switch says otherwise", async () => {
      const { page } = await openMade({}, "", { colorScheme: "dark" });
      const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await paper();
      const heat = (await pixelsOf(page, { view: "trials", title: "Spike counts" }))[0]!;
      await page.getByRole("button", { name: "Light theme" }).click();
      expect(await paper()).not.toBe(dark);
      expect((await pixelsOf(page, { view: "trials", title: "Spike counts" }))[0]).not.toEqual(heat);
      const light = (await pixelsOf(page, { view: "trials", title: "Spike counts" }))[0];
      await page.getByRole("button", { name: "Dark theme" }).click();
      expect(await paper()).toBe(dark);
      // Paper is light.
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await expect
        .poll(async () => (await pixelsOf(page, { view: "trials", title: "Spike counts" }))[0])
        .toEqual(light);
      await page.close();
    });

    it("goes to a view by its link, and opens there", async () => {
      const { page } = await openMade({});
      await page.getByRole("navigation").getByRole("link", { name: "Read-out" }).click();
      await page.waitForURL(/#view=readout$/);
      const again = await browser.newPage({ viewport: { width: 1280, height: 600 } });
      await again.goto(page.url());
      await again.waitForSelector("#readout figure");
      await expect
        .poll(() => again.locator("#readout").evaluate((view) => view.getBoundingClientRect().top < 600))
        .toBe(true);
      await again.close();
      await page.close();
    });

    it("shows names as they are, whatever characters are in them", async () => {
      const { page } = await openMade({});
      expect(await page.locator("h1").textContent()).toBe("made </script> up");
      expect(await page.title()).toBe("made </script> up – LFADS report");
      await page.close();
    });
  });
});

/** Column `column` of rows of `width`. */
function every(values: Float64Array, width: number, column: number): number[] {
  return Array.from({ length: values.length / width }, (_, row) => values[row * width + column]!);
}

const values = (points: readonly (readonly [number, number])[]) => points.map(([, y]) => y);

/** Equal within what an SVG's coordinates can tell. */
function near(drawn: readonly unknown[], expected: readonly unknown[]): void {
  const [a, b] = [drawn.flat() as number[], expected.flat() as number[]];
  const range = Math.max(...b.map(Math.abs), 1e-9);
  const far = a.map((value, i) => Math.abs(value - b[i]!) / range);
  expect({ length: a.length, worst: Math.max(...far) < TOLERANCE ? "near" : Math.max(...far) }).toEqual({
    length: b.length,
    worst: "near",
  });
}

/** Equal but for rounding of a channel. */
function sameColours(drawn: readonly (readonly string[])[], expected: readonly (readonly string[])[]): void {
  expect(drawn.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  const channels = (colour: string) => colour.match(/\d+/g)!.map(Number);
  const worst = drawn.flatMap((row, r) =>
    row.flatMap((colour, c) =>
      channels(colour).map((channel, i) => Math.abs(channel - channels(expected[r]![c]!)[i]!)),
    ),
  );
  expect(Math.max(...worst)).toBeLessThanOrEqual(1);
}

/** Slope of the line through the points, and the greatest distance from it. */
function fitted(x: readonly number[], y: readonly number[]): [number, number] {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const slope =
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0) /
    x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  return [slope, Math.max(...x.map((value, i) => Math.abs(y[i]! - my - slope * (value - mx))))];
}
