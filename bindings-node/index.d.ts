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

/** The stable code of a {@link TierraError}, the same in every language. */
export type ErrorCode =
  | "ambiguous_factor"
  | "busy"
  | "closed"
  | "conflict"
  | "corrupt_file"
  | "digest_not_found"
  | "disk_full"
  | "dispute_exists"
  | "duplicate"
  | "empty"
  | "factor_not_found"
  | "file_error"
  | "forbidden_address"
  | "gwp_not_found"
  | "insufficient_scope"
  | "invalid_character"
  | "invalid_client"
  | "invalid_date"
  | "invalid_json"
  | "invalid_number"
  | "invalid_period"
  | "invalid_signature"
  | "invalid_token"
  | "invalid_transition"
  | "invalid_unicode"
  | "invalid_url"
  | "invalid_uuid"
  | "invalid_workbook"
  | "label_changed"
  | "length_mismatch"
  | "missing_field"
  | "newer_version"
  | "no_root"
  | "not_a_database"
  | "not_finite"
  | "not_found"
  /** The browser module is not loaded yet: `await init()` first. */
  | "not_loaded"
  | "one_day"
  | "one_sign"
  | "out_of_range"
  | "rate_missing"
  | "read_only"
  | "short_period"
  | "timestamp_out_of_tolerance"
  | "too_long"
  | "unit_mismatch"
  | "unknown_field"
  | "unknown_op"
  | "unknown_reference"
  | "unknown_unit"
  | "unknown_value"
  | "unsupported_grant_type"
  | "wrong_type";

/** One thing that is wrong with the parameters of a query, as the emission-factor contract lists it. */
export interface Issue {
  code: "invalid_type" | "invalid_string" | "invalid_enum_value" | "too_small" | "too_big" | "unrecognized_keys";
  /** What is wrong, in a sentence. */
  message: string;
  /** The parameter. */
  path: string[];
}

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

// --- Which device is this?

/** A letter of a normalised serial that is easily misread as a digit. */
export interface Lookalike {
  /** Where it stands in the normalised serial, counted from 1. */
  position: number;
  character: "O" | "I" | "S" | "B";
  resembles: "0" | "1" | "5" | "8";
}

/** One charger: its canonical maker, its normalised serial number and the hash of both. */
export interface ChargerIdentity {
  /** The maker in canonical form, such as `EVDUTY`. */
  vendor_canonical: string;
  /** The serial in canonical form: 1 to 64 of `A–Z 0–9`. */
  serial_normalized: string;
  /** SHA-256 of `VENDOR:SERIAL` as 64 lower-case hexadecimal digits. */
  serial_hash: string;
  /** The last four characters of the normalised serial. */
  serial_last4: string;
  /** Letters that are easily misread as digits: an advisory, no error. */
  lookalikes: Lookalike[];
}

/** Different chargers of one maker whose serials differ only in `O/0`, `I/1`, `S/5` or `B/8`. */
export interface LookalikeGroup {
  vendor_canonical: string;
  /** `index` is where the charger first stands in the list given. */
  chargers: { index: number; serial_normalized: string }[];
}

/**
 * The identity of the charger with this maker and serial number, however they are spelled.
 *
 * @param vendor the maker's name, 1 to 120 characters. Legal forms, case and punctuation do not matter.
 * @param serial the serial number, 1 to 255 characters. A label such as `S/N:` and separators are dropped.
 * @throws {TierraError} at `vendor` or `serial`: `empty`, `too_long`, `invalid_character`, `invalid_unicode`,
 *   `missing_field`, `wrong_type`.
 */
export function identify(vendor: string, serial: string): ChargerIdentity;

/**
 * The identities of many chargers, each with its own answer, in the order given. A refused charger is a
 * {@link TierraError} in `results`, not thrown.
 *
 * @throws {TierraError} `wrong_type` or `missing_field` at `chargers` when it is no list.
 */
export function identifyBatch(chargers: readonly { vendor: string; serial: string }[]): {
  results: (ChargerIdentity | TierraError)[];
  lookalikes: LookalikeGroup[];
};

/**
 * The charger's hash under a secret: HMAC-SHA-256 of `VENDOR:SERIAL` as 64 lower-case hexadecimal digits. `serial_hash` can
 * be turned back by trying every serial; this one only by who has the secret.
 *
 * @param secret a text of at least 16 bytes in UTF-8.
 * @throws {TierraError} as {@link identify}; `out_of_range` at `secret` for a short one.
 */
export function keyedHash(vendor: string, serial: string, secret: string): string;

// --- Has someone already claimed it?

/** Whole days from `start` to `end`, both included. */
export interface Period {
  start: DateString;
  end: DateString;
}

/** One organisation's claim on one charger for a period. */
export interface Registration {
  /** The registration's id, its own within a list. */
  public_id: string;
  organization: string;
  /** The charger, from {@link identify}. */
  serial_hash: string;
  period: Period;
  /** A cancelled registration conflicts with nothing; an expired one still claims its days. */
  status: "pending" | "active" | "expired" | "cancelled";
}

/** One side of a conflict; `index` is its place in the list given. */
export interface ConflictingRegistration {
  index: number;
  public_id: string;
  organization: string;
  period: Period;
}

/** Two registrations of one charger that share at least a day. */
export interface Conflict {
  type: "overlap";
  serial_hash: string;
  /** The days that both claim. */
  shared_days: Period;
  same_organization: boolean;
  first: ConflictingRegistration;
  second: ConflictingRegistration;
}

/** What a new registration conflicts with. */
export interface NewConflict {
  type: "overlap";
  shared_days: Period;
  conflicting_registration: ConflictingRegistration;
}

/**
 * All conflicting pairs of a list, each once, ordered by their places in the list.
 *
 * @throws {TierraError} with the path of the field, such as `registrations[3].period.start`: `invalid_period`,
 *   `invalid_date`, `out_of_range`, `duplicate`, `unknown_value`, `unknown_field`, `missing_field`, `wrong_type`,
 *   `empty`, `too_long`.
 */
export function findConflicts(registrations: readonly Registration[]): Conflict[];

/**
 * What a new registration conflicts with in a list, ordered by place. One of the list with the same `public_id` is the
 * new one itself and no conflict.
 *
 * @throws {TierraError} as {@link findConflicts}.
 */
export function conflictsWith(registration: Registration, registrations: readonly Registration[]): NewConflict[];

// --- What did it emit?

export type EmissionFactorAuthority = "ipcc" | "defra" | "epa" | "iea" | "egrid";
export type GwpVersion = "ar4" | "ar5" | "ar6";
/** A scope of the GHG Protocol; biogenic CO2 is reported outside of them. */
export type EmissionScope = "scope_1" | "scope_2" | "scope_3" | "outside_of_scopes";

/** Where in its publication a figure stands. */
export interface SourceRow {
  table: string;
  row: string;
}

/** One edition of an authority's factors. */
export interface EmissionFactorLibrary {
  /** UUID. */
  id: string;
  name: string;
  authority: EmissionFactorAuthority;
  version: string;
  /** 1990 to 2100. */
  releaseYear: number;
  /** Whether it stands in for years that no edition covers. */
  isDefault: boolean;
  /** ISO 8601 instant. Of two revisions of one year the newest counts. */
  createdAt: string;
  /** Whether CO2e must multiply by `oxidationFactor`; false where absent. */
  valuesExcludeOxidation?: boolean;
  /** The report whose GWPs the library's CO2e figures are made with. */
  gwpVersion?: GwpVersion | null;
  /** What the library means by energy that says neither gross nor net. */
  calorificBasis?: "gross" | "net" | null;
  /** Under which category the biogenic CO2 of the fuels of another one stands. */
  biogenicCategories?: readonly { category: string; biogenicCategory: string }[] | null;
  /** The publication's full title, edition and revision. */
  publication?: string | null;
  /** Under what terms its figures may be used. */
  licence?: string | null;
}

/** One emission factor; `Number` is {@link DecimalInput} on the way in and {@link DecimalString} on the way out. */
export interface EmissionFactor<Number = DecimalString> {
  /** UUID. */
  id: string;
  /** UUID of the library. */
  libraryId: string;
  externalId?: string | null;
  category: string;
  fuelType: string;
  gas: string;
  isBiogenic: boolean;
  /** The figure, in `unit`. */
  value: Number;
  /** Above 0 and at most 1. */
  oxidationFactor: Number;
  /** Mass of gas per unit of activity, such as `kg/kWh` or `kg CO2e of CH4/litres`. */
  unit: string;
  region?: string | null;
  technology?: string | null;
  /** ISO 8601 instant. */
  createdAt: string;
  /** The scope under which the publication states the figure. */
  scope?: EmissionScope | null;
  /** The lower end of the 95 % confidence interval, in `unit`. */
  lower?: Number | null;
  /** The upper end of the 95 % confidence interval, in `unit`. */
  upper?: Number | null;
  source?: SourceRow | null;
}

/** A fuel's density or calorific value. */
export interface FuelProperty<Number = DecimalInput> {
  id: string;
  libraryId: string;
  fuelType: string;
  /** `ncv` and `gcv`: net and gross calorific value. */
  propertyType: "density" | "ncv" | "gcv";
  value: Number;
  unit: string;
  region?: string | null;
  createdAt: string;
  source?: SourceRow | null;
}

/** The global warming potential of a gas over 100 years. */
export interface GwpValue<Number = DecimalInput> {
  id: string;
  version: GwpVersion;
  gas: string;
  /** kg CO2e per kg of the gas. */
  value: Number;
  createdAt: string;
  source?: SourceRow | null;
}

/** A step of a library's tree of regions: where to look when a region has no factor of its own. */
export interface RegionParent {
  libraryId: string;
  region: string;
  parent: string;
}

/** What {@link EmissionFactors} is made from; each list may be absent. */
export interface EmissionFactorData<Number = DecimalInput> {
  /** Whether the package's own reference data stands before the lists. */
  reference?: boolean;
  libraries?: readonly EmissionFactorLibrary[];
  factors?: readonly EmissionFactor<Number>[];
  fuelProperties?: readonly FuelProperty<Number>[];
  gwpValues?: readonly GwpValue<Number>[];
  regionParents?: readonly RegionParent[];
}

/** What to find a factor for. Texts match whole values, ignoring case and outer or repeated blanks. */
export interface ResolveQuery {
  authority: EmissionFactorAuthority;
  /** 1990 to 2100. */
  reportingYear: number;
  fuelType: string;
  gas: string;
  category: string;
  region?: string | null;
  technology?: string | null;
  /** The factor's unit, or what stands behind its slash, where a library states one fuel by several units. */
  factorUnit?: string | null;
  /** The content to which the query is pinned: {@link EmissionFactors.digest}. */
  libraryDigest?: string | null;
}

export type ResolutionTier = "specific" | "regional" | "global";
export type LibraryMatch = "exact" | "earlier" | "default" | "pinned";

/** The factor that applies and how it was found; all null where there is none. */
export interface ResolvedFactor {
  factor: EmissionFactor | null;
  /** `specific`: region and technology match; `regional`: the region matches; `global`: a worldwide average. */
  tier: ResolutionTier | null;
  library: EmissionFactorLibrary | null;
  /** Whether the library's year is not the reporting year. */
  usedFallback: boolean;
  /**
   * `exact`, `earlier` (newest earlier edition), `default` (a later edition, the authority's default) or `pinned` (a later
   * edition, to which the query is pinned).
   */
  libraryMatch: LibraryMatch | null;
}

/** A page of factors. */
export interface FactorPage {
  items: EmissionFactor[];
  /** How many factors match in all. */
  total: number;
  /** From 1. */
  page: number;
  pageSize: number;
  /** 0 where nothing matches. */
  totalPages: number;
}

/** How a query was resolved. */
export interface Explanation {
  /** The authority's libraries, the newest first. */
  libraries: {
    id: string;
    name: string;
    version: string;
    releaseYear: number;
    digest: string;
    outcome: "chosen" | "later" | "older_edition" | "older_revision" | "not_pinned";
  }[];
  libraryMatch: LibraryMatch | null;
  /** The tiers tried in order, up to the one that matched; `regions` are none for the tier `global`. */
  tiers: { tier: ResolutionTier; regions: string[]; matched: number }[];
  /** The chosen library's factors for the fuel, gas and category, in the order of the data. */
  candidates: {
    factorId: string;
    region: string | null;
    technology: string | null;
    value: DecimalString;
    unit: string;
    source: SourceRow | null;
    outcome: "chosen" | "agrees" | "tied" | "other_region" | "other_unit" | "other_technology" | "lower_tier";
  }[];
  /** The answer; all null where there is none. */
  resolved: ResolvedFactor;
  /** Why there is none, where the query is refused: factors that tie, or a digest that no library has. */
  refused: { code: ErrorCode; path: string; message: string } | null;
}

/** One step from a unit to the factor's: the amount × `multiplier` ÷ `divisor`, rounded once. */
export interface Conversion {
  from: string;
  to: string;
  multiplier: DecimalString;
  divisor: DecimalString;
  basis: "unit" | "calorific_basis" | "density" | "ncv" | "gcv";
  /** The library's figure, where it is one of the fuel's. */
  property: FuelProperty<DecimalString> | null;
  /** The amount after the step; absent in a {@link Method}, which holds for any amount. */
  amount?: DecimalString;
}

/** What a reader of a figure should know. */
export type EmissionWarning =
  | "global_average"
  | "earlier_library"
  | "default_library"
  | "pinned_library"
  /** The factor is that of a region above the one asked for. */
  | "parent_region"
  | "other_technology"
  /** The factor is CO2e already, made with another report's GWPs than those asked for. */
  | "other_gwp_version"
  /** The unit does not say gross or net; the library's basis was taken. */
  | "library_calorific_basis"
  /** The library states biogenic CO2 by a unit that the activity's cannot be converted into. */
  | "biogenic_not_stated"
  /** The library has a gas for the fuel that it does not state for this region, technology or unit. */
  | "gas_not_stated"
  /** Market-based: what no contract covers was counted by the location-based factor. */
  | "no_residual_mix";

/** The CO2e of one activity, with every number that led to it. */
export interface Co2e {
  /** kg CO2e that count towards the total. */
  co2eKg: DecimalString;
  /** kg of biogenic CO2, totalled apart and not in `co2eKg`. */
  biogenicCo2Kg: DecimalString;
  /** What the factor gives by itself, in kg of the gas (of CO2e where the factor is CO2e already). */
  emittedKg: DecimalString;
  /** The amount that was multiplied, in the factor's unit of activity. */
  activityAmount: DecimalString;
  /** The steps from the activity's unit to the factor's; none where they are one. */
  conversions: Conversion[];
  /** kg in one of the factor's mass units: 1 for `kg`, 0.001 for `g`. */
  kgPerMassUnit: DecimalString;
  /** The report whose GWP values were asked. */
  gwpVersion: GwpVersion;
  /** The GWP that was multiplied; null where the factor is CO2e already. */
  gwp: DecimalString | null;
  /** The oxidation factor that was multiplied; null where the library's values include it. */
  oxidationFactor: DecimalString | null;
  warnings: EmissionWarning[];
  resolved: ResolvedFactor;
}

/** A contract of the market-based method: a supplier's rate, a certificate, a power purchase agreement. */
export interface Instrument {
  /** Such as `REGO 2024`. */
  name: string;
  /** Its emission factor, in `unit`. */
  value: DecimalInput;
  /** A mass of CO2e per unit, such as `kg CO2e/kWh`. */
  unit: string;
  /** How much of the activity it covers, in the activity's unit; without, all that is left of it. */
  amount?: DecimalInput | null;
}

/** An activity: what was burned, bought or driven, and whose factors count it. */
export interface Activity {
  authority: EmissionFactorAuthority;
  /** 1990 to 2100. */
  reportingYear: number;
  category: string;
  fuelType: string;
  /** How much. Negative amounts are corrections. */
  amount: DecimalInput;
  unit: string;
  /** One gas alone; without, all gases that the library has for the fuel and category. */
  gas?: string | null;
  region?: string | null;
  technology?: string | null;
  factorUnit?: string | null;
  libraryDigest?: string | null;
  /** Without, the scope under which the library states the factor. */
  scope?: EmissionScope | null;
  /** The contracts that cover bought energy, each a part of the amount. */
  instruments?: readonly Instrument[] | null;
}

/** What one gas contributes. */
export interface GasEmission {
  /** As the library writes it; `CO2e` for a figure of all gases. */
  gas: string;
  /** `part_of_total` is published beside the CO2e that counts; `biogenic` is totalled apart. */
  role: "counted" | "part_of_total" | "biogenic";
  /** kg of the gas, or of CO2e where the factor is CO2e already. */
  emittedKg: DecimalString;
  /** The GWP that was multiplied; null where the factor is CO2e already. */
  gwp: DecimalString | null;
  co2eKg: DecimalString;
  /** At the ends of the factor's 95 % confidence interval, where the library states it. */
  lowerCo2eKg?: DecimalString;
  upperCo2eKg?: DecimalString;
}

/** A factor of a {@link Method}, with every number that an amount is multiplied by. */
export interface MethodFactor {
  role: "counted" | "part_of_total" | "biogenic";
  tier: ResolutionTier;
  /** How many steps up the library's tree of regions it was found. */
  regionSteps: number;
  conversions: Conversion[];
  kgPerMassUnit: DecimalString;
  /** Null where the library's values include it. */
  oxidationFactor: DecimalString | null;
  /** Null where the factor is CO2e already; its gas and source are null for CO2, whose GWP is 1 and may be absent. */
  gwp: { value: DecimalString; gas: string | null; source: SourceRow | null } | null;
  factor: EmissionFactor;
}

/** How activities are counted: the library, factors, conversions and GWPs. */
export interface Method {
  gwpVersion: GwpVersion;
  library: EmissionFactorLibrary | null;
  libraryDigest: string | null;
  libraryMatch: LibraryMatch | null;
  factors: MethodFactor[];
  /** What counts bought energy that no contract covers, market-based; none where that is the grid's factor. */
  residualMix: MethodFactor[];
  /** The gases of the fuel that the library does not state for this region, technology or unit. */
  gasesNotStated: string[];
  /** What a reader should know, but for what concerns contracts. */
  warnings: EmissionWarning[];
}

/** The figures of an activity. */
export interface EmissionFigures {
  /** kg CO2e that count; of bought electricity, heat and steam by the location-based method. */
  co2eKg: DecimalString;
  /** kg of biogenic CO2, totalled apart; null where the library states some that the unit does not reach. */
  biogenicCo2Kg: DecimalString | null;
  /** kg CO2e by the market-based method; null outside scope 2. */
  marketBasedCo2eKg: DecimalString | null;
  /** The activity's own scope, or the one the library states. */
  scope: EmissionScope | null;
  gases: GasEmission[];
  warnings: EmissionWarning[];
}

/** What an activity emitted. */
export interface Emissions extends EmissionFigures {
  method: Method;
}

/** The totals of some of the rows. */
export interface GroupTotal {
  /** Null for rows that state none and whose library states none. */
  scope: EmissionScope | null;
  /** Absent in the totals by scope. */
  category?: string;
  rows: number;
  co2eKg: DecimalString;
  /** Null outside scope 2. */
  marketBasedCo2eKg: DecimalString | null;
  biogenicCo2Kg: DecimalString;
}

/** What many activities emitted. */
export interface Inventory {
  gwpVersion: GwpVersion;
  /** Sums of the rows that were counted, rounded once at the end. */
  totals: {
    rows: number;
    failedRows: number;
    co2eKg: DecimalString;
    marketBasedCo2eKg: DecimalString;
    biogenicCo2Kg: DecimalString;
    /** Rows whose biogenic CO2 the library states by a unit that the row's does not reach: it is missing above. */
    rowsWithoutBiogenic: number;
    byScope: GroupTotal[];
    byCategory: GroupTotal[];
    /** What a library publishes by gas is rounded, and need not add up to the total that it publishes. */
    byGas: { gas: string; co2eKg: DecimalString }[];
  };
  /** The rows that were counted, in the order given; `row` is the place among the rows given, `method` one in `methods`. */
  rows: (EmissionFigures & { row: number; id: string | number | null; category: string; method: number })[];
  /** The rows that could not be read or counted: they are in no total. The path is such as `rows[3].unit`. */
  failed: { row: number; id: string | number | null; error: { code: ErrorCode; path: string; message: string } }[];
  /** How rows were counted. Rows that ask for the same share one. */
  methods: Method[];
}

/** The rows of an inventory. */
export interface InventoryQuery {
  rows: readonly (Partial<Activity> & { id?: string | number | null })[];
  gwpVersion: GwpVersion;
  /** Fields for the rows that lack them. */
  defaults?: Partial<Omit<Activity, "amount" | "instruments">> | null;
}

/** Libraries, factors, fuel properties and GWP values, checked and loaded once. */
export class EmissionFactors {
  /**
   * @param data an object, or JSON text, whose numbers are read by their digits.
   * @throws {TierraError} with the path of the field, such as `factors[3].unit`.
   */
  constructor(data: EmissionFactorData | string);

  /**
   * The package's own reference data: official factors and GWP values with their sources.
   *
   * @throws {TierraError} `unknown_value` at `reference` where the package was built without it.
   */
  static reference(): EmissionFactors;

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
  data(): Required<Omit<EmissionFactorData<DecimalString>, "reference">>;

  /**
   * The libraries that match, in the order of the data.
   *
   * @throws {TierraError} with `issues`: `unknown_value` at `authority`, `out_of_range` at `releaseYear`.
   */
  libraries(query?: { authority?: EmissionFactorAuthority | null; releaseYear?: number | null }): EmissionFactorLibrary[];

  /**
   * A page of a library's factors that match, in the order of the data. A library that is not there has none. Texts match
   * whole values, ignoring case and outer or repeated blanks.
   *
   * @param query `page` is counted from 1; `pageSize` is 1 to 100, 20 where not said.
   * @throws {TierraError} with `issues`: `invalid_uuid` at `libraryId`, `out_of_range` at `page` or `pageSize`, `empty` or
   *   `too_long` at a text.
   */
  search(query: {
    libraryId: string;
    fuelType?: string | null;
    gas?: string | null;
    category?: string | null;
    region?: string | null;
    technology?: string | null;
    unit?: string | null;
    page?: number | null;
    pageSize?: number | null;
  }): FactorPage;

  /**
   * The fuel properties of a library that match, in the order of the data.
   *
   * @throws {TierraError} with `issues`: `invalid_uuid` at `libraryId`, `unknown_value` at `propertyType`, `empty` or
   *   `too_long` at `fuelType`.
   */
  fuelProperties(query: {
    libraryId: string;
    fuelType?: string | null;
    propertyType?: "density" | "ncv" | "gcv" | null;
  }): FuelProperty<DecimalString>[];

  /**
   * The GWP values of a report, or of all, in the order of the data.
   *
   * @throws {TierraError} with `issues`: `unknown_value` at `version`.
   */
  gwpValues(query?: { version?: GwpVersion | null }): GwpValue<DecimalString>[];

  /**
   * The factor that applies: the authority's newest library not after the reporting year, or else its default; in it the
   * first tier that matches, an equal technology before none.
   *
   * @throws {TierraError} `ambiguous_factor`, which lists the factors, when different values match equally well;
   *   `digest_not_found` at `libraryDigest`; with `issues`: `unknown_value` at `authority`, `out_of_range` at
   *   `reportingYear`, `empty` or `too_long` at a text.
   */
  resolve(query: ResolveQuery): ResolvedFactor;

  /**
   * {@link EmissionFactors.resolve} for many queries, each with its own answer, in the order given. A refused query is a
   * {@link TierraError} in the answers, not thrown; its path has the query's place: `queries[1].reportingYear`.
   *
   * @throws {TierraError} `wrong_type` or `missing_field` at `queries` when it is no list.
   */
  resolveBatch(queries: readonly ResolveQuery[]): (ResolvedFactor | TierraError)[];

  /**
   * How {@link EmissionFactors.resolve} answers a query, step by step. Factors that tie, and a digest that no library has,
   * are no errors here but told in `refused`.
   *
   * @throws {TierraError} as {@link EmissionFactors.resolve} for what is no query.
   */
  explain(query: ResolveQuery): Explanation;

  /**
   * The SHA-256 of a library's content as 64 hexadecimal digits, to which queries can be pinned.
   *
   * @throws {TierraError} at `libraryId`: `unknown_reference` for one that is not loaded, `invalid_uuid`.
   */
  digest(libraryId: string): string;

  /**
   * The CO2e of an activity by one factor: amount × conversion × factor × GWP, exact where a product fits into 96 bits and
   * 28 decimal places, else rounded there. The unit is that of the factor (what stands behind its slash), or one that
   * converts into it by the sizes of units or by the library's properties of the fuel. A factor that is CO2e already is
   * never multiplied by a GWP.
   *
   * @throws {TierraError} as {@link EmissionFactors.resolve}; `factor_not_found`; `unknown_unit` or `unit_mismatch` at
   *   `activity.unit`; `gwp_not_found` at `gwpVersion`; `not_finite`, `invalid_number` or `out_of_range` at
   *   `activity.amount`.
   */
  co2e(query: ResolveQuery & { activity: { amount: DecimalInput; unit: string }; gwpVersion: GwpVersion }): Co2e;

  /**
   * What an activity emitted: by gas and in total, biogenic CO2 apart, bought energy by location and by market.
   *
   * @throws {TierraError} as {@link EmissionFactors.co2e}, with the unit at `unit`; at `instruments` `unknown_value` outside
   *   scope 2, at `instruments[i]` `out_of_range` for more than the amount and `unit_mismatch`.
   */
  emissions(query: Activity & { gwpVersion: GwpVersion }): Emissions;

  /**
   * The inventory of many activities: {@link EmissionFactors.emissions} for each, and the totals. A row that cannot be read
   * or counted is in `failed` with its reason, and in no total.
   *
   * @throws {TierraError} `wrong_type` or `missing_field` at `rows`, `unknown_value` at `gwpVersion`, and those of a field
   *   at `defaults`. What is wrong with a row is in the answer.
   */
  inventory(query: InventoryQuery): Inventory;

  /**
   * The same, counted on another thread in Node, so that the event loop goes on; the browser module counts on its own. The
   * rows are written to text and the answer is read from it on the calling thread in both.
   *
   * @throws {TierraError} as {@link EmissionFactors.inventory}, by rejecting.
   */
  inventoryAsync(query: InventoryQuery): Promise<Inventory>;
}

/**
 * An amount in another unit of the same dimension, by the exact sizes of both, rounded once to 28 decimal places. Symbols
 * such as `kWh` are taken as they are written, words such as `short tons` in any case.
 *
 * @throws {TierraError} `unknown_unit` at `from` or `to`, `unit_mismatch` at `to` for one of another dimension, `not_finite`,
 *   `invalid_number` or `out_of_range` at `amount`.
 */
export function convertUnit(amount: DecimalInput, from: string, to: string): DecimalString;

// --- What did it return?

/** An amount on a day, negative when paid. All of one currency. */
export interface CashFlow {
  date: DateString;
  amount: DecimalInput;
}

/** How the years between two days are counted; `ACT/365F` where not said. */
export type DayCount = "ACT/365F" | "ACT/360" | "ACT/ACT ISDA" | "30/360 ISDA" | "30/360 SIA" | "30E/360";

/** An internal rate of return, as a fraction (0.08 is 8 %). */
export interface InternalRate {
  /** The rate nearest to zero. */
  rate: number;
  /** Every other rate that solves the flows, ascending. Where there are any, the rate alone says little. */
  other_rates: number[];
}

/**
 * The net present value on the day of the earliest flow, in the currency of the flows, not rounded.
 *
 * @param rate the yearly rate as a fraction, above -1.
 * @throws {TierraError} `not_finite` or `out_of_range` at `rate` or `flows[i].amount`, `invalid_date`, `empty`.
 */
export function xnpv(rate: number, flows: readonly CashFlow[], options?: { day_count?: DayCount }): number;

/** The net future value on the day of the latest flow. Otherwise as {@link xnpv}. */
export function xnfv(rate: number, flows: readonly CashFlow[], options?: { day_count?: DayCount }): number;

/**
 * The rate per period of periodic amounts, the first at time 0.
 *
 * @throws {TierraError} at `amounts`: `one_sign`, `no_root`, `empty`; `not_finite` at `amounts[i]`.
 */
export function irr(amounts: readonly DecimalInput[]): InternalRate;

/**
 * The yearly rate at which the net present value is zero. All rates above -1 that solve the flows are found.
 *
 * @param options `annualize_short_period` allows flows that span less than a year.
 * @throws {TierraError} at `flows`: `one_sign`, `one_day`, `short_period`, `no_root`, `empty`; `not_finite` or
 *   `invalid_date` at `flows[i]`.
 */
export function xirr(
  flows: readonly CashFlow[],
  options?: { day_count?: DayCount; annualize_short_period?: boolean },
): InternalRate;

/**
 * Divides money in proportion to weights so that the parts add up to it exactly (largest remainder, ties by id).
 *
 * @param options `minor_digits` is the number of decimal places of the currency, 2 where not said.
 * @throws {TierraError} `out_of_range` at `total` for a fraction of a minor unit, `duplicate` at `shares[i].id`,
 *   `out_of_range` at `shares[i].weight`, `empty` at `shares`.
 */
export function allocate(
  total: DecimalInput,
  shares: readonly { id: string; weight: DecimalInput }[],
  options?: { minor_digits?: number },
): { id: string; amount: DecimalString }[];

/** One investment in a project. */
export interface Investment {
  id: string;
  project_id: string;
  project_name: string;
  technology: string;
  country: string;
  stage: string;
  /** ISO 4217, such as `USD`. */
  currency: string;
  amount: DecimalInput;
  distributions_received?: DecimalInput;
  /** A recorded valuation of the whole position, distributions included. */
  valuation?: DecimalInput | null;
  /** Only completed investments count; `completed` where not said. */
  status?: "pending" | "completed" | "failed";
}

/** A part of what is invested; the percentage is rounded half up to 2 decimal places. */
export interface Breakdown {
  amount: DecimalString;
  percentage: DecimalString;
}

/** A portfolio's totals, its three breakdowns and its largest positions. */
export interface PortfolioSummary {
  currency: string | null;
  total_invested: DecimalString;
  current_value: DecimalString;
  total_return: DecimalString;
  return_percentage: DecimalString;
  distributions_received: DecimalString;
  investment_count: number;
  project_count: number;
  breakdown_by_technology: Record<string, Breakdown>;
  breakdown_by_country: Record<string, Breakdown>;
  breakdown_by_stage: Record<string, Breakdown>;
  top_investments: {
    project_id: string;
    project_name: string;
    amount: DecimalString;
    current_value: DecimalString;
    return: DecimalString;
    return_percentage: DecimalString;
  }[];
}

/**
 * Sums a portfolio up.
 *
 * @param options `currency` to sum in and `rates` (units of it for one unit of each other currency), needed where the
 *   investments have several currencies; `top` largest positions to list, 5 where not said.
 * @throws {TierraError} with the path of the field: `rate_missing`, `out_of_range`, `unknown_value`, `duplicate`, ….
 */
export function summarizePortfolio(
  investments: readonly Investment[],
  options?: { currency?: string; rates?: Record<string, DecimalInput>; top?: number },
): PortfolioSummary;

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
 * The headers for a delivery, signed with each secret given.
 *
 * @param secrets the endpoint's secret, `whsec_…`, or all that are live while one is being replaced.
 * @param id names the delivery; the same when it is tried again. Visible ASCII without a full stop.
 * @param timestamp the attempt's time in whole Unix seconds.
 * @param body what will be sent, byte for byte.
 * @throws {TierraError} at `secrets`, `id`, `timestamp` or `body`: `empty`, `out_of_range`, `too_long`,
 *   `invalid_character`, `invalid_number`, `invalid_unicode`, `unknown_value` (no secret), `missing_field`, `wrong_type`.
 */
export function signWebhook(
  secrets: string | readonly string[],
  id: string,
  timestamp: number,
  body: WebhookBody,
): SignedHeaders;

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

/**
 * Terra Lumina's signature: the hex HMAC-SHA-256 of the body, without a time. Prefer {@link signWebhook}.
 *
 * @throws {TierraError} at `secret` or `body`: `empty`, `invalid_unicode`, `missing_field`, `wrong_type`.
 */
export function signBody(secret: string, body: WebhookBody): string;

/**
 * Checks a signature of {@link signBody}, in constant time; returns where it fits.
 *
 * @throws {TierraError} `invalid_signature` at `signature`; those of {@link signBody}.
 */
export function verifyBody(signature: string, body: WebhookBody, secret: string): void;

/**
 * An address that a webhook may be sent to, in its usual form; a private, loopback or metadata one is refused. Connect to
 * the address that passed, not to the name again: between two look-ups a name may change its mind.
 *
 * @throws {TierraError} at `address`: `forbidden_address`, `unknown_value` for what is no address, `missing_field`,
 *   `wrong_type`.
 */
export function checkWebhookAddress(address: string): string;

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

/** A figure that became no factor, and where it stands. */
export interface SetAsideFigure {
  /** The sheet; empty for a CSV file. */
  sheet: string;
  /** The row of the sheet, or the line of the CSV file, from 1. */
  row: number;
  /** The letter of the column, or in a CSV file its name; empty where the row as a whole is to blame. */
  column: string;
  reason:
    | "blank"
    | "duplicate"
    | "energy_intensity"
    | "grid_loss"
    | "gwp_table"
    | "invalid"
    | "no_label"
    | "not_a_number"
    | "not_available"
    | "other_pollutant"
    | "unknown_label";
  /** The error's code, where the reason is `invalid`. */
  code: ErrorCode | null;
  /** What stands there, or a sentence that says what is wrong. */
  text: string;
}

/** What an import read, what it made of it and what it set aside. The counts add up. */
export interface FactorImportReport {
  sheets: string[];
  sheetsNotRead: string[];
  rowsRead: number;
  rowsUsed: number;
  rowsSetAside: number;
  figuresRead: number;
  factorsMade: number;
  propertiesMade: number;
  figuresSetAside: number;
  /** How many figures were set aside for each reason. */
  reasons: Partial<Record<SetAsideFigure["reason"], number>>;
  setAside: SetAsideFigure[];
}

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
 * The URL of a webhook endpoint in normal form: https, a public host, no user name, password or fragment. Store and call
 * what is returned; the addresses that a name resolves to go through {@link checkWebhookAddress}, at every delivery.
 *
 * @throws {TierraError} at `url`: `invalid_url`, `forbidden_address`, `too_long`, `empty`, `missing_field`, `wrong_type`.
 */
export function checkWebhookUrl(url: string): string;

/** A bucket's size and how it fills: `capacity` at once, then `refill` every `period_seconds`, evenly. */
export interface RateLimit {
  /** 1 to 1,000,000. */
  capacity: number;
  /** 1 to 1,000,000. */
  refill: number;
  /** 1 to 86,400. */
  period_seconds: number;
}

/** What a limiter says of one request. */
export interface RateDecision {
  /** Whether the request may go on. Its tokens are taken then, and only then. */
  allowed: boolean;
  /** The capacity of the bucket that `remaining` speaks of. */
  limit: number;
  /** Whole tokens left in the emptiest bucket asked; 0 when refused. */
  remaining: number;
  /** Seconds, rounded up, after which the request would be allowed; 0 when allowed. */
  retry_after: number;
  /** The bucket that refused, of several the one that takes longest. */
  refused_by: "key" | "ip" | "serial_hash" | null;
}

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
