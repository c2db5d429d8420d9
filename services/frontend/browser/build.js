// Makes ../static/telemetry.js, and built.json, which says of what: `make browser-telemetry`.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const BUNDLE = "../static/telemetry.js";
const LICENCE = "../static/telemetry.LICENSE";
const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;

const { metafile } = await build({
  entryPoints: ["telemetry.js"],
  outfile: BUNDLE,
  bundle: true,
  minify: true,
  metafile: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  banner: { js: "/* OpenTelemetry for browsers, and web-vitals. Apache-2.0: /static/telemetry.LICENSE */" },
});

const names = Object.keys(metafile.inputs).map((path) => path.match(PACKAGE)?.[1]);
const packages = {};
for (const name of [...new Set(names)].filter(Boolean).sort()) {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  packages[name] = { version, licence: license };
}
copyFileSync("node_modules/@opentelemetry/api/LICENSE", LICENCE);
const sha256 = createHash("sha256").update(readFileSync(BUNDLE)).digest("hex");
writeFileSync("built.json", `${JSON.stringify({ sha256, packages }, null, 2)}\n`);
