// What a JavaScript user sees, over a native addon (Node) or a WebAssembly module (browser). It turns arguments into JSON
// text and answers into objects; every rule stands behind the text. Both packages ship this file.
import { FactorCalls, answer, pureCalls } from "./calls.js";
import { FACTORS, TierraError, answerOf, bodyText, dataText, jsonText, toJson, withOptions } from "./values.js";

export { TierraError };

/**
 * The field in which a request's headers stand, or the one header alone. `Headers` of fetch has no fields of its own, and is
 * known by what it can do: a library or a test may have a class of its own.
 */
function signatureField(headers) {
  if (typeof headers === "string") return { signature: headers };
  const fetched = typeof headers?.get === "function" && typeof headers.entries === "function";
  return { headers: fetched ? Object.fromEntries(headers.entries()) : headers };
}

/**
 * The public calls over a native module with answerJson, answerJsonDigits, opNames and FactorData; with RateLimiterData,
 * too, where there is one.
 */
export function makeApi(native) {
  const call = (op, input) => answerOf(native.answerJson(op, toJson(input)));

  /** Native data, and how many objects have it. */
  class Held {
    users = 0;

    constructor(data) {
      this.data = data;
      const refused = data.loadError();
      if (refused) answerOf(refused);
    }
  }

  /** The reference data while anybody has it: all that ask for it share one. */
  let reference;

  class EmissionFactors extends FactorCalls {
    /** What is held; nothing once closed. */
    #held;

    constructor(data) {
      super();
      if (data instanceof Held) this.#held = data;
      else if (typeof data === "object" && data !== null && #held in data) this.#held = data.#open;
      else this.#held = new Held(data instanceof native.FactorData ? data : new native.FactorData(dataText(data)));
      this.#held.users += 1;
    }

    static reference() {
      const shared = reference?.deref();
      if (shared?.users > 0) return new EmissionFactors(shared);
      const made = new EmissionFactors({ reference: true });
      reference = new WeakRef(made.#held);
      return made;
    }

    extended(data) {
      return new EmissionFactors(this.#data.extended(dataText(data)));
    }

    /** Of another copy of the package: see values.js. */
    [FACTORS]() {
      return this.#data.answerJson("data", "{}");
    }

    close() {
      const held = this.#held;
      this.#held = undefined;
      if (held === undefined || --held.users > 0) return;
      // The browser's module has memory of its own, of which its host knows nothing.
      (held.data.close ?? held.data.free).call(held.data);
    }

    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
      this.close();
    }

    get #open() {
      if (this.#held !== undefined) return this.#held;
      throw new TierraError({ code: "closed", path: "", message: "the factors were closed; expected open ones" });
    }

    get #data() {
      return this.#open.data;
    }

    data() {
      return this[answer]("data", {});
    }

    async inventoryAsync(query) {
      const text = toJson(query) ?? "null";
      // The browser module has no other thread.
      const json = this.#data.answerJsonAsync?.("inventory", text) ?? this.#data.answerJson("inventory", text);
      return answerOf(await json);
    }

    [answer](name, query) {
      return answerOf(this.#data.answerJson(name, toJson(query) ?? "null"));
    }
  }

  class RateLimiter {
    #data;

    constructor(limits) {
      this.#data = new native.RateLimiterData(toJson(limits) ?? "null");
      const refused = this.#data.loadError();
      if (refused) answerOf(refused);
    }

    check(request) {
      return answerOf(this.#data.checkJson(toJson(request) ?? "null"));
    }
  }

  function errorBody(error) {
    if (!(error instanceof TierraError)) return call("error_body", error instanceof Error ? { ...error } : (error ?? null));
    const { code, path, reason: message, issues } = error;
    return call("error_body", { code, path, message, issues });
  }

  return {
    TierraError,
    EmissionFactors,
    RateLimiter,
    ...pureCalls(call),
    verifyWebhook(headers, body, secrets, options) {
      const input = { ...signatureField(headers), body: bodyText(body), secrets };
      return call("verify_webhook", withOptions(input, options)).timestamp;
    },
    errorBody,
    httpStatus(error) {
      const { code, issues } = error instanceof TierraError ? error : { code: error };
      return call("http_status", { code, issues }).status;
    },
    callJson(op, text) {
      const answer = native.answerJsonDigits(String(op), jsonText(text));
      if (answer.startsWith('{"error":')) answerOf(answer);
      return answer;
    },
    opNames: () => native.opNames().split(","),
  };
}
