// Reads a JSON list of queries from stdin; writes those that Grafana's grammar refuses, each with where, as JSON.
// The one argument is the folder into which npm installed the grammar.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { parser } = createRequire(`${process.argv[2]}/`)("@grafana/lezer-logql");

function refusedAt(query) {
  const at = [];
  parser.parse(query).iterate({ enter: (node) => { if (node.type.isError) at.push(node.from); } });
  return at;
}

const queries = JSON.parse(readFileSync(0, "utf8"));
const refused = queries.map((query) => [query, refusedAt(query)]).filter(([, at]) => at.length);
process.stdout.write(JSON.stringify(Object.fromEntries(refused)));
