// Reads custom resources as a JSON array from standard input and prints what their makers' types and validators say
// against them: a JSON array of strings, empty when they say nothing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const PACKAGES = {
  "cert-manager.io": "cert-manager",
  "gateway.networking.k8s.io": "gateway-api",
  "keda.sh": "keda",
  "monitoring.coreos.com": "prometheus-operator",
};

const manifests = JSON.parse(readFileSync(0, "utf8"));
const problems = [];
let source = "";
for (const [index, manifest] of manifests.entries()) {
  const [group, version] = manifest.apiVersion.split("/");
  const name = `${manifest.kind} ${manifest.metadata.name}`;
  if (!(group in PACKAGES)) {
    problems.push(`${name}: nobody knows the API group ${group}`);
    continue;
  }
  const module = `@kubernetes-models/${PACKAGES[group]}/${group}/${version}/${manifest.kind}`;
  try {
    const { [manifest.kind]: Model } = await import(module);
    new Model(manifest).validate();
  } catch (failure) {
    problems.push(`${name}: ${failure.message}`);
  }
  // An object literal may have no key that its type does not know, however deep: that is how unknown keys are found.
  source += `import type { I${manifest.kind} as T${index} } from "${module}";\n`;
  source += `export const m${index}: T${index} = ${JSON.stringify(manifest)};\n`;
}

// The compiler reads a file that is only here, beside the packages that it imports.
const file = join(import.meta.dirname, "manifests.ts");
const options = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};
const host = ts.createCompilerHost(options);
const readSource = host.getSourceFile;
host.getSourceFile = (path, ...rest) =>
  path === file ? ts.createSourceFile(path, source, ts.ScriptTarget.ES2022) : readSource(path, ...rest);
const exists = host.fileExists;
host.fileExists = (path) => path === file || exists(path);
const program = ts.createProgram([file], options, host);
for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
  problems.push(ts.flattenDiagnosticMessageText(diagnostic.messageText, " "));
}
console.log(JSON.stringify(problems));
