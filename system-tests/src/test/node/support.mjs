// What the client scripts share: the server's address, files to send, and the printing of what a client made of the answers.
import { readFileSync } from "node:fs";

export const [baseURL, golden] = process.argv.slice(2);
export const model = "autoglm-phone-9b";

export const base64 = (name) => readFileSync(`${golden}/${name}`).toString("base64");

export const tapSchema = {
  type: "object",
  properties: {
    action: { type: "string", enum: ["tap", "swipe"] },
    x: { type: "integer", minimum: 0, maximum: 999 },
    y: { type: "integer", minimum: 0, maximum: 999 },
  },
  required: ["action", "x", "y"],
  additionalProperties: false,
};

// Runs each case by itself: one that throws says so and leaves the others alone.
export async function report(cases) {
  const results = {};
  for (const [name, run] of Object.entries(cases)) {
    try {
      results[name] = await run();
    } catch (failure) {
      results[name] = { failure: `${failure.name}: ${failure.message}` };
    }
  }
  console.log(JSON.stringify(results));
}
