// Reads a JSON list of diagrams from stdin; writes those that Mermaid refuses, each with its reason, as JSON.
// The one argument is the folder into which npm installed Mermaid, and a document object model for it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";

const folder = process.argv[2];
const { JSDOM } = createRequire(`${folder}/`)("jsdom");
globalThis.window = new JSDOM("").window;
globalThis.document = window.document;
runInThisContext(readFileSync(`${folder}/node_modules/mermaid/dist/mermaid.min.js`, "utf8"));

const refused = [];
for (const diagram of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    await globalThis.mermaid.parse(diagram);
  } catch (error) {
    refused.push([diagram, String(error.message ?? error)]);
  }
}
process.stdout.write(JSON.stringify(Object.fromEntries(refused)));
