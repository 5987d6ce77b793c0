import { spawn } from "node:child_process";

/** Some openers stay until the browser is closed; trouble shows sooner. */
const GRACE_MS = 3000;

/** Opens the file as a double click would. Undefined, or a sentence that says why it could not. */
export function openFile(file: string): Promise<string | undefined> {
  const { platform, env } = process;
  if (platform === "linux" && !env.DISPLAY && !env.WAYLAND_DISPLAY) {
    return Promise.resolve("there is no display here. Open it where there is one; it needs no other file.");
  }
  const [program, ...args] =
    platform === "darwin" ? ["open"] : platform === "win32" ? ["cmd", "/c", "start", ""] : ["xdg-open"];
  return new Promise((resolve) => {
    const child = spawn(program!, [...args, file], { stdio: "ignore", detached: true });
    const timer = setTimeout(() => {
      child.unref();
      resolve(undefined);
    }, GRACE_MS);
    const done = (why: string | undefined) => {
      clearTimeout(timer);
      resolve(why);
    };
    child.once("error", () => done(`${program} cannot be run here. Open it in a browser.`));
    child.once("exit", (code) => {
      done(code === 0 ? undefined : `${program} ended with ${code}. Open it in a browser.`);
    });
  });
}
