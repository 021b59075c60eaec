import type { ChildProcess } from "node:child_process";

/** Waits until a process says a text, and returns all that it said. */
export function says(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (part: Buffer) => {
      said += part.toString();
      if (said.includes(text)) resolve(said);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("exit", (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
}
