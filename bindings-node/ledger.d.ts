/// <reference lib="esnext.disposable" />

// The groups of calls, and what they take and give.
import type {} from "./ledger-calls.js";

/**
 * The charger registry in one SQLite file, for Node: organisations and keys, registrations and their conflicts,
 * disputes, webhooks, emission factors and the log of changes. A web framework is all that a host adds: it reads the request, asks
 * {@link Ledger.Access.verify} who calls, makes the call and writes the answer.
 *
 * One call is one transaction: all of it is on disk when the call returns, or none of it. Any number of threads
 * (`worker_threads`) and processes may use one file, each with a ledger of its own; changes come one after the other,
 * readers never wait.
 *
 * Calls are synchronous, as those of better-sqlite3 are: a look-up takes some tens of microseconds, a change about as
 * long as the disk takes to keep it. Where another process holds the file's lock, a change waits for it, at most
 * `busy_timeout_ms`, and the event loop with it. What takes long returns a promise and works on libuv's pool:
 * {@link Ledger.Audit.verify}, {@link Ledger.Registrations.importCsv}, {@link Ledger.backUp}, and
 * {@link Ledger.callJsonAsync} for every call by name.
 *
 * Requests and answers have the contract's field names. Instants come back as text, `2026-01-01T00:00:00.000Z`. A page
 * of a list is `{ data, meta }`; lists that have no pages are arrays.
 *
 * The options of every call have `now`, the present time where not said; a day is that instant's day in UTC. Besides
 * the errors named at it, every call throws a {@link TierraError} with `missing_field`, `wrong_type`, `unknown_field`,
 * `invalid_date`, `invalid_number`, `invalid_uuid`, `invalid_unicode` or `out_of_range` at a field, `closed`, `busy`,
 * `disk_full`, `read_only`, `corrupt_file` or `file_error` of the file, and one for a caller `insufficient_scope` at
 * `caller` or `not_found` at `caller.organization`.
 */
export class Ledger {
  private constructor();

  /**
   * Opens the ledger in this file, which is made where there is none.
   *
   * @param path the file's path, or its `file:` URL.
   * @throws {TierraError} at `path`: `not_a_database` for a file of another kind, `newer_version` for one of a newer
   *   version, `file_error` and `read_only` where it cannot be opened or written. At `identity_key`: `out_of_range` for
   *   a short one, `unknown_value` for another than the file was made with.
   */
  static open(path: string | URL, options?: Ledger.OpenOptions): Ledger;

  /** A ledger in memory, which is gone when it is closed or no longer used. */
  static inMemory(options?: Ledger.MemoryOptions): Ledger;

  /** The names of all calls that {@link Ledger.callJson} takes, sorted. */
  static callNames(): string[];

  /**
   * Copies the whole ledger to a new file while others read and write; the copy is one state of it. Works on libuv's
   * pool.
   *
   * @throws {TierraError} `file_error` at `path` where a file stands there already; those of the disk; `closed`.
   */
  backUp(path: string | URL, options?: Ledger.At): Promise<void>;

  /** Closes the file. Every later call throws `closed`; closing again does nothing. */
  close(): void;

  /** {@link Ledger.close}, for `using ledger = Ledger.open(…)`. */
  [Symbol.dispose](): void;

  /**
   * Answers a call by its name, such as `registrations.register`, on JSON text with JSON text: for a host that hands
   * bodies through. The input has `now` as text, mostly `caller` and, where the contract has a body, that under
   * `request`; ids and options stand beside it, named as in the typed calls. Numbers in metadata keep their digits.
   *
   * @throws {TierraError} as the call, and `invalid_json`, `invalid_unicode`, `duplicate` or `unknown_op`.
   */
  callJson(name: string, text: string): string;

  /** {@link Ledger.callJson} on libuv's pool, for a host whose event loop must not wait for the disk. */
  callJsonAsync(name: string, text: string): Promise<string>;
}

export namespace Ledger {
  /** A UUID, in lower case. */
  type Id = string;
  /** An instant on the way out: ISO 8601 in UTC with milliseconds, such as `2026-01-01T00:00:00.000Z`. */
  type InstantString = string;
  /** An instant on the way in: a `Date`, or ISO 8601 with an offset. */
  type InstantInput = Date | string;

  /** How a ledger in memory is opened. */
  interface MemoryOptions {
    /**
     * The secret of the keyed hashes, at least 16 bytes: chargers are then found by {@link Lookup.byKeyedHash} too. It
     * is given when the file is made and from then on; the file holds a check of it and never the secret.
     */
    identity_key?: string;
    /** All ids and secrets follow from it: for tests, and never in earnest. */
    seed?: string;
  }

  /** How a file is opened. */
  interface OpenOptions extends MemoryOptions {
    /** Opens for reading alone: a change throws `read_only`, and a missing file is an error. */
    read_only?: boolean;
    /**
     * Whether a change returns only when the disk has it; true where not said. Without, a loss of power may take the
     * last changes with it, never earlier ones without later ones; a killed process loses nothing either way.
     */
    full_sync?: boolean;
    /** How long a change waits for a lock that another process holds before it throws `busy`; 10,000 where not said. */
    busy_timeout_ms?: number;
  }

  /** What every call may be given. */
  interface At {
    /** The time that the call is made at; the present one where not said. */
    now?: InstantInput;
  }

  /** Which rows of a growing list are asked for. */
  type AfterOptions = NonNullable<Parameters<Webhooks["events"]>[0]>;

  /** An organisation's own notes on a registration: any JSON object of at most 16 KiB, kept as it is written. */
  type Metadata = { [name: string]: unknown };

  /** What became of an import: its progress at the end, with the problems of all steps. */
  interface ImportReport extends ImportProgress {
    /** Whether the signal stopped it before the end. What was read stays registered. */
    cancelled: boolean;
  }

  /** How a file is imported. */
  interface ImportOptions {
    /** The time that all rows are registered at; each step's own present time where not said. */
    now?: InstantInput;
    /** For rows without one of their own; `warn` where not said. */
    on_conflict?: OnConflict | null;
    /** Told after each step of 1,000 rows; a promise that it returns is awaited before the next. */
    onProgress?: (progress: ImportProgress) => void | Promise<void>;
    /** Stops the import between two steps. */
    signal?: AbortSignal;
  }

  interface Registrations {
    /**
     * Registers the rows of a CSV file, 1,000 in a transaction, on libuv's pool. Its first line names the columns:
     * `vendor`, `serial`, `program_name`, `start_date` and `end_date` must be there, `metadata` (a JSON object) and
     * `on_conflict` may be. A row that is no good is a problem in the report and touches no other. With `fail` the same
     * file can be imported again, and only what is missing is created. Needs `registrations:write`.
     *
     * @throws {TierraError} `file_error` at `path`; `missing_field`, `unknown_field` or `duplicate` at a column;
     *   `empty` for an empty file; `invalid_unicode`. What earlier steps registered stays.
     */
    importCsv(caller: Caller, path: string | URL, options?: ImportOptions): Promise<ImportReport>;
  }
}
