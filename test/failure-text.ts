import { FailureError, formatFailure } from "#lib/failure.js";

/** The text of the failure that something ends with. Anything else that it ends with is an error of the test. */
export async function failureText(failing: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof failing === "function" ? failing() : failing);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return formatFailure(error.failure);
  }
  throw new Error("nothing failed");
}
