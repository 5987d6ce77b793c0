/** The page's script: draws the data that the page brings. */
import { render } from "preact";
import type { ReportData } from "#lib/report/report-data.js";
import { ReportPage } from "./report-page.js";

const data = JSON.parse(document.getElementById("lfads-report")!.textContent!) as ReportData;
render(<ReportPage data={data} />, document.getElementById("page")!);
