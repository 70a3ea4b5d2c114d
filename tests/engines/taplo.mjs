// The language server of Even Better TOML (Taplo), asked about one file as an editor asks.
//
// In, as JSON on standard input: { path, asked: [{ text, what: "completion" | "hover", line, character }] }.
// Out, as JSON: [{ answer, diagnostics }], each as the Language Server Protocol gives it. It needs no network.

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

globalThis.fetch = async () => {
  throw new TypeError("there is no network here"); // where it would look for schemas of others
};
const { default: taplo } = await import("@taplo/lsp");

const { path: file, asked } = JSON.parse(readFileSync(0, "utf8"));
const folder = { uri: pathToFileURL(path.dirname(file)).href, name: "agreement" };
const uri = pathToFileURL(file).href;
const waiting = new Map();
let diagnostics = [];

const environment = {
  now: () => new Date(),
  envVar: () => undefined,
  envVars: () => [],
  stdErrAtty: () => false,
  stdin: async () => new Uint8Array(),
  stdout: async (bytes) => bytes.length,
  stderr: async (bytes) => bytes.length,
  glob: () => [],
  readFile: async (name) => readFileSync(name),
  writeFile: async () => {},
  urlToFilePath: fileURLToPath,
  isAbsolute: path.isAbsolute,
  cwd: () => path.dirname(file),
  findConfigFile: () => undefined,
};

const server = await taplo.TaploLsp.initialize(environment, {
  onMessage(message) {
    if (message.method === "textDocument/publishDiagnostics") {
      diagnostics = message.params.diagnostics; // the last word counts; the first ones come before the schema is read
    } else if (message.method && message.id !== undefined) {
      const result = message.method === "workspace/configuration" ? message.params.items.map(() => null) : null;
      server.send({ jsonrpc: "2.0", id: message.id, result });
    } else if (waiting.has(message.id)) {
      waiting.get(message.id)(message);
    }
  },
});

const tell = (method, params) => server.send({ jsonrpc: "2.0", method, params });
const ask = (method, params) =>
  new Promise((resolve, reject) => {
    const id = waiting.size + 1;
    waiting.set(id, (message) => (message.error ? reject(new Error(message.error.message)) : resolve(message.result)));
    server.send({ jsonrpc: "2.0", id, method, params });
  });

await ask("initialize", {
  processId: null,
  rootUri: folder.uri,
  workspaceFolders: [folder],
  capabilities: {
    textDocument: { completion: { completionItem: { snippetSupport: true } }, hover: { contentFormat: ["markdown"] } },
  },
});
tell("initialized", {});
const answers = [];
for (const [version, { text, what, line, character }] of asked.entries()) {
  if (version === 0) tell("textDocument/didOpen", { textDocument: { uri, languageId: "toml", version, text } });
  else tell("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
  const answer = await ask(`textDocument/${what}`, { textDocument: { uri }, position: { line, character } });
  answers.push({ answer, diagnostics });
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
