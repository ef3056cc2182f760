/// <reference lib="esnext.disposable" />

/**
 * One core for clean-energy and carbon programs. The same declarations hold for the Node and the browser package, but for
 * those at the end.
 *
 * Every refusal is a {@link TierraError}. Exact numbers (money, factors, quantities) come back as strings of digits and
 * are taken as strings or as numbers, which are read by the digits that JavaScript prints. Rates of return are numbers.
 * Days are strings `YYYY-MM-DD`; a `Date` is refused, because its day depends on the time zone. Answers have the field
 * names of the contracts.
 */

/** An exact number on the way in: a string of digits, or a number or bigint by its digits. */
export type DecimalInput = string | number | bigint;
/** An exact number on the way out: a string of digits without trailing zeros. */
export type DecimalString = string;
/** A day, `YYYY-MM-DD`. */
export type DateString = string;

import type { FactorCalls } from "./calls.js";
import type {
  EmissionFactorData,
  EmissionFactorLibrary,
  Emissions,
  ErrorCode,
  FactorImportReport,
  Inventory,
  InventoryQuery,
  Issue,
  RateDecision,
  RateLimit,
} from "./records.js";

// What calls take and give, and the calls themselves.
export * from "./records.js";
export * from "./calls.js";

/** Why a call was refused. */
export class TierraError extends Error {
  constructor(error: { code: ErrorCode; path: string; message: string; issues?: Issue[] });
  /** The stable code. */
  readonly code: ErrorCode;
  /** The path of the field, such as `registrations[3].period.start`; empty for the input as a whole. */
  readonly path: string;
  /** The sentence without the path: it names the value and says what was expected. */
  readonly reason: string;
  /**
   * All that is wrong with the parameters of a query on emission factors; `code`, `path` and `reason` tell the first of it.
   * Empty for other errors.
   */
  readonly issues: Issue[];
}

/** What a service over this library answers, by the emission-factor contract. */
export interface ErrorBody {
  /** The HTTP status: 400 for what is wrong with the parameters of a query. */
  status: number;
  body: { error: string; code: string; details: { issues: { code: string; message: string; path: string[] }[] } };
}

/**
 * An error as the emission-factor contract answers it: what is wrong with the parameters of a query is 400
 * `VALIDATION_FAILED` with the list of issues; any other error has its own code in capitals and is its own only issue.
 *
 * @throws {TierraError} `unknown_value` at `code` for a code that does not exist, `wrong_type`.
 */
export function errorBody(error: TierraError): ErrorBody;

/**
 * The HTTP status with which a service over this library answers an error: 404, 409, 422 and so on; 400 for one with `issues`.
 *
 * @throws {TierraError} `unknown_value` at `code`, `wrong_type`.
 */
export function httpStatus(error: TierraError | ErrorCode): number;

// --- What did it emit?

/** The figures of an activity. */
export type EmissionFigures = Omit<Emissions, "method">;

export interface EmissionFactors extends FactorCalls {}

/** Libraries, factors, fuel properties and GWP values, checked and loaded once. */
export class EmissionFactors {
  /**
   * @param data a plain object, or JSON text, whose numbers are read by their digits; or another set, whose data is shared.
   *   An object of any other class is refused: it would count as empty.
   * @throws {TierraError} with the path of the field, such as `factors[3].unit`.
   */
  constructor(data: EmissionFactorData | EmissionFactors | string);

  /**
   * The package's own reference data: official factors and GWP values with their sources. It is read once and shared by all
   * that ask for it.
   *
   * @throws {TierraError} `unknown_value` at `reference` where the package was built without it.
   */
  static reference(): EmissionFactors;

  /**
   * Lets go of the memory at once, in place of whenever the garbage collector finds the time: in a page it knows nothing of the
   * module's memory. What others share stays theirs. Every later call is refused as `closed`; closing again does nothing.
   */
  close(): void;

  /** {@link EmissionFactors.close}, for `using factors = EmissionFactors.reference()`. */
  [Symbol.dispose](): void;

  /**
   * All of these and more, as a new object.
   *
   * @param data as for the constructor, whose factors may belong to libraries that are loaded here; or another set.
   *   A library that stands in both is taken from `data`, whole: so a publisher's file takes the place of the excerpt in the
   *   reference data. A GWP value that both state alike is held once.
   * @throws {TierraError} as the constructor, with the added data behind the data here.
   */
  extended(data: EmissionFactorData | EmissionFactors | string): EmissionFactors;

  /** All data in the form that the constructor takes. */
  data(): { [List in Exclude<keyof EmissionFactorData, "reference">]-?: NonNullable<EmissionFactorData<DecimalString>[List]> };

  /**
   * {@link EmissionFactors.inventory}, counted on another thread in Node, so that the event loop goes on; the browser module counts on its own. The
   * rows are written to text and the answer is read from it on the calling thread in both.
   *
   * @throws {TierraError} as {@link EmissionFactors.inventory}, by rejecting.
   */
  inventoryAsync(query: InventoryQuery): Promise<Inventory>;
}

// --- Is this webhook genuine?

/** A webhook's body: the text, or its bytes in UTF-8. */
export type WebhookBody = string | Uint8Array | ArrayBuffer;

/** The headers of a signed delivery. */
export interface SignedHeaders {
  /** `t=<Unix seconds>,v1=<hex>`, one `v1` a secret. */
  "EVR-Signature": string;
  /** The delivery's id; with the next two the headers of the Standard Webhooks specification. */
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
}

/**
 * Checks that a webhook was signed with a secret, and when; the time of signing in Unix seconds.
 *
 * @param headers the request's headers, names in any case, or the value of `EVR-Signature` alone. Where `EVR-Signature` is
 *   absent the Standard Webhooks headers are checked.
 * @param body the body as received. Never a body that was parsed and written again: its bytes would differ.
 * @param secrets the endpoint's secret, or several while one is being replaced.
 * @param options `now`: the present time in whole Unix seconds, `Math.floor(Date.now() / 1000)`; `tolerance`: how many
 *   seconds the time of signing may lie before or after it, 300 where not said.
 * @throws {TierraError} `invalid_signature` for a webhook that is not genuine, `timestamp_out_of_tolerance` for one that was
 *   genuine once; those of {@link signWebhook}.
 */
export function verifyWebhook(
  headers: string | Headers | Readonly<Record<string, string | readonly string[] | undefined>> | SignedHeaders,
  body: WebhookBody,
  secrets: string | readonly string[],
  options: { now: number; tolerance?: number },
): number;

// --- JSON text

/**
 * Answers a call on JSON text with JSON text, decimals as JSON numbers, digit for digit: the form of the contracts.
 *
 * @throws {TierraError} as the call, and `invalid_json`, `invalid_unicode`, `duplicate` or `unknown_op`.
 */
export function callJson(op: string, text: string): string;

/** The names of all calls that {@link callJson} takes, sorted. */
export function opNames(): string[];

// --- Node only: what follows is not in the browser package

/**
 * The emission factors in an official file as its publisher ships it, or in a CSV file of one's own.
 *
 * @param source the path of the file, or its bytes.
 * @param kind `defra` (a flat file of the UK Government's conversion factors, from the edition of 2020 on), `epa_hub` (EPA's
 *   Emission Factors Hub), `egrid` (eGRID's summary tables) or `csv`.
 * @param options `isDefault`: whether the library stands in for years that no edition covers; `library`, for `csv` alone.
 * @throws {TierraError} `unknown_value` at `kind`; `invalid_workbook` for a file that is truncated or of another kind,
 *   `label_changed` for a label whose meaning changed between editions, `ambiguous_factor` for two rows that contradict each
 *   other, each with the sheet and cell; those of `library`.
 */
export function importFactors(
  source: string | URL | Uint8Array | ArrayBuffer,
  kind: "csv" | "defra" | "egrid" | "epa_hub",
  options?: { isDefault?: boolean | null; library?: Omit<EmissionFactorLibrary, "id" | "isDefault"> | null },
): { factors: EmissionFactors; report: FactorImportReport };

// What must be remembered: the ledger.
export * from "./ledger.js";

/**
 * Token buckets in bounded memory. Nothing is granted beyond `capacity + refill × elapsed / period` in any span of time.
 * Each kind keeps at most `max_buckets` buckets that are not full, 100,000 where not said; none is dropped to make room, and
 * names beyond share one bucket.
 */
export class RateLimiter {
  /** @throws {TierraError} at the field, such as `ip.capacity`: `out_of_range`, `missing_field`, `wrong_type`. */
  constructor(limits: { key: RateLimit; ip: RateLimit; serial_hash: RateLimit; max_buckets?: number });
  /**
   * Whether a request that counts against these buckets may go on at `now`, in Unix seconds (`Date.now() / 1000`); a
   * refused one costs nothing.
   *
   * @throws {TierraError} `empty` without a bucket or for an empty name, `too_long` for one beyond 256 bytes.
   */
  check(request: { now: number; key?: string; ip?: string; serial_hash?: string }): RateDecision;
}
