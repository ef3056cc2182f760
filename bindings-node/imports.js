// Emission factors from official files. Only Node has it: the readers of workbooks would double what a page loads.
import { readFileSync } from "node:fs";
import { TierraError, answerOf, toJson, withOptions } from "./values.js";

/** The call `importFactors` over the native module. */
export function makeImports(native, EmissionFactors) {
  const refuse = (path, message) => {
    throw new TierraError({ code: "wrong_type", path, message });
  };

  /** The bytes of a file. */
  function read(path) {
    try {
      return readFileSync(path);
    } catch (cause) {
      const message = `\`${path}\` cannot be read (${cause.message}); expected the path of a file`;
      throw Object.assign(new TierraError({ code: "file_error", path: "source", message }), { cause });
    }
  }

  /** The bytes as given, or those of a file. */
  function bytesOf(source) {
    if (source instanceof Uint8Array) return source;
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    if (typeof source === "string" || source instanceof URL) return read(source);
    return refuse("source", `is of type \`${typeof source}\`; expected a path or bytes`);
  }

  return {
    importFactors(source, kind, options) {
      if (typeof kind !== "string") refuse("kind", `is of type \`${typeof kind}\`; expected a string`);
      const made = new native.ImportedFactors(kind, bytesOf(source), toJson(withOptions({}, options)));
      const report = answerOf(made.reportJson());
      return { factors: new EmissionFactors(made.factors()), report };
    },
  };
}
