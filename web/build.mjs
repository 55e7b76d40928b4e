// Builds src/vouchbank/site/bundle/ from src/: classic scripts, so that pages work from a folder.
//   node build.mjs            writes the bundle
//   node build.mjs --check    builds without writing and lists the stale files of the bundle
//   node build.mjs --tests    builds the unit tests into .tests/
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const bundle = join(here, "..", "src", "vouchbank", "site", "bundle");
// each entry becomes a file of its own, if its source exists
const entries = ["vouchbank.ts", "editor.ts", "vouchbank.css", "editor.css"]
  .map((name) => join(here, "src", name))
  .filter((path) => existsSync(path));

const shared = { bundle: true, write: false, logLevel: "warning", charset: "utf8", absWorkingDir: here };

async function made() {
  const result = await build({
    ...shared,
    entryPoints: entries,
    outdir: bundle,
    format: "iife",
    target: ["es2022", "chrome110", "firefox115", "safari16"],
    minify: true,
    legalComments: "eof",
  });
  return new Map(result.outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]));
}

async function tests() {
  const folder = join(here, ".tests");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const names = readdirSync(join(here, "tests")).filter((name) => name.endsWith(".test.ts"));
  const result = await build({
    ...shared,
    entryPoints: names.map((name) => join(here, "tests", name)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    packages: "external",
    target: "node20",
  });
  for (const file of result.outputFiles) writeFileSync(file.path, file.contents);
}

if (process.argv.includes("--tests")) await tests();
else {
  const files = await made();
  if (process.argv.includes("--check")) {
    const there = existsSync(bundle) ? readdirSync(bundle) : [];
    const stale = [...files].filter(([name, data]) => !there.includes(name) || !readFileSync(join(bundle, name)).equals(data));
    const names = [...stale.map(([name]) => name), ...there.filter((name) => !files.has(name))];
    for (const name of names) console.error(`${relative(join(here, ".."), join(bundle, name))}: stale`);
    if (names.length) console.error("run: npm --prefix web run build");
    process.exitCode = names.length ? 1 : 0;
  } else {
    mkdirSync(bundle, { recursive: true });
    for (const [name, data] of files) writeFileSync(join(bundle, name), data);
    for (const [name, data] of files) console.log(`${name} ${data.length.toLocaleString("en")} bytes`);
  }
}
