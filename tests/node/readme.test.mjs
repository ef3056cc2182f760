// Every JavaScript snippet of the README and of docs/ runs: Node's with the package `tierra`, the page's in headless Chromium.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const names = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md")).sort();
const pages = await Promise.all(
  ["README.md", ...names.map((name) => `docs/${name}`)].map(async (name) => ({ name, text: await readFile(join(root, name), "utf8") })),
);
const snippets = ({ text }, language) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(([, code]) => code);
const withSnippets = (language) => pages.filter((page) => snippets(page, language).length > 0);

test("no page is left out", () => {
  const found = withSnippets("js").map(({ name }) => name);
  assert.deepEqual(found, ["README.md", "docs/CLAIMS.md", "docs/EMISSIONS.md", "docs/LEDGER.md", "docs/WEBHOOKS.md"]);
});

for (const page of withSnippets("js")) {
  test(`the JavaScript snippets of ${page.name} run in order`, async () => {
    // In the package's folder, where its own name leads to itself.
    const file = join(root, "bindings-node", `${page.name.replace("/", "-")}-${process.pid}.test-tmp.mjs`);
    await writeFile(file, snippets(page, "js").join("\n"));
    process.chdir(root);
    const failed = [];
    const assertion = console.assert;
    console.assert = (holds) => holds || failed.push(new Error().stack);
    try {
      await import(file);
      assert.deepEqual(failed, []);
    } finally {
      console.assert = assertion;
      await rm(file);
    }
  });
}

/** Serves files by their paths in a page's address, and gives the page's DOM once it is quiet; or a picture of it. */
async function opened(fileOf, path, ...more) {
  const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".csv": "text/csv" };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      const body = await fileOf(pathname);
      response.writeHead(200, { "content-type": types[pathname === "/" ? ".html" : extname(pathname)] });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const profile = await mkdtemp(join(tmpdir(), "tierra-chromium-"));
  try {
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-quic", "--virtual-time-budget=20000", "--dump-dom",
      `--user-data-dir=${profile}`, ...more];
    const address = `http://127.0.0.1:${server.address().port}${path}`;
    const { stdout } = await promisify(execFile)(process.env.TIERRA_BROWSER ?? "chromium", [...flags, address], { timeout: 120_000 });
    return stdout;
  } finally {
    server.close();
    await rm(profile, { recursive: true, force: true });
  }
}

test("the page runs in a browser", async () => {
  const [page, ...more] = withSnippets("html").flatMap((each) => snippets(each, "html"));
  assert.ok(page !== undefined && more.length === 0, "docs/BROWSER.md has the one page");
  const fileOf = (path) => (path === "/" ? page : readFile(join(root, "bindings-wasm/pkg", path.replace("/tierra-wasm/", ""))));
  assert.match(await opened(fileOf, "/"), /<output>WALLBOX, serial …2913, 42 kg CO2e, 9\.37 % a year<\/output>/);
});

test("the inventory of the browser's page is that of Node and Python", async () => {
  const page = await opened((path) => readFile(join(root, path)), "/examples/browser/index.html");
  const [, shown] = page.match(/<pre id="report">([^]*?)<\/pre>/);
  const expected = await readFile(join(root, "examples/inventory/report.txt"), "utf8");
  assert.equal(`${shown.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")}\n`, expected);
  assert.match(page, /<svg[^]*Scope 2, location-based/);
  assert.match(page, /<p id="refused" role="alert"><\/p>/);
});
