import { expect, test } from "vitest";
import { makeReport } from "#lib/report/make-report.js";
import { reportHtml } from "#lib/report/report-html.js";
import { bareRun, collectionOf } from "./report-sources.js";

const assets = { script: 'draw("</script>");', style: 'a::after { content: "</style>" }' };

test("names that look like HTML stay text, and come back from the page's data as they are", async () => {
  const nasty = "</script><script>alert(1)</script><!-- & \u2028";
  const data = await makeReport({ ...collectionOf([{ ...bareRun(1, 0.5), name: nasty }]), collection: nasty });
  const html = reportHtml(data, assets);
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html.match(/<\/style>/g)).toHaveLength(1);
  expect(html).not.toContain("<!--");
  expect(html).toContain(
    "<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- &amp; \u2028 – LFADS report</title>",
  );
  const json = /id="lfads-report">(.*?)<\/script>/s.exec(html)![1]!;
  expect(JSON.parse(json)).toEqual(data);
});

test("the page is one file: it names no other, and may load none", async () => {
  const html = reportHtml(await makeReport(collectionOf([bareRun(1, 0.5)])), assets);
  expect(html).toContain(
    `content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"`,
  );
  expect(html).not.toMatch(/\b(src|href)=|https?:/);
});
