-- Emission factors. Ids count up in the order of loading, which is the order of every answer; a library is loaded whole. Decimals
-- are text, so that their digits stay. A `…_key` is the text as queries compare it, without case and outer or repeated blanks.
CREATE TABLE factor_libraries (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  authority TEXT NOT NULL,
  version TEXT NOT NULL,
  release_year INTEGER NOT NULL,
  is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
  values_exclude_oxidation INTEGER NOT NULL CHECK (values_exclude_oxidation IN (0, 1)),
  gwp_version TEXT,
  calorific_basis TEXT,
  publication TEXT,
  licence TEXT,
  created_at TEXT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
CREATE INDEX factor_libraries_by_authority ON factor_libraries (authority);

CREATE TABLE factor_biogenic_categories (
  id INTEGER PRIMARY KEY,
  library_id INTEGER NOT NULL REFERENCES factor_libraries,
  category TEXT NOT NULL,
  biogenic_category TEXT NOT NULL
) STRICT;
CREATE INDEX factor_biogenic_categories_by_library ON factor_biogenic_categories (library_id);

CREATE TABLE factors (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  library_id INTEGER NOT NULL REFERENCES factor_libraries,
  external_id TEXT,
  category TEXT NOT NULL,
  fuel_type TEXT NOT NULL,
  gas TEXT NOT NULL,
  is_biogenic INTEGER NOT NULL CHECK (is_biogenic IN (0, 1)),
  value TEXT NOT NULL,
  oxidation_factor TEXT NOT NULL,
  unit TEXT NOT NULL,
  region TEXT,
  technology TEXT,
  scope TEXT,
  lower TEXT,
  upper TEXT,
  source_table TEXT,
  source_row TEXT,
  created_at TEXT NOT NULL,
  category_key TEXT NOT NULL,
  fuel_key TEXT NOT NULL,
  gas_key TEXT NOT NULL,
  unit_key TEXT NOT NULL,
  region_key TEXT,
  technology_key TEXT,
  CHECK ((source_table IS NULL) = (source_row IS NULL))
) STRICT;
-- A query reads one place of it; all of a fuel stands together.
CREATE INDEX factors_by_activity ON factors (library_id, fuel_key, gas_key, category_key);
CREATE INDEX factors_by_library ON factors (library_id);

CREATE TABLE fuel_properties (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  library_id INTEGER NOT NULL REFERENCES factor_libraries,
  fuel_type TEXT NOT NULL,
  property_type TEXT NOT NULL,
  value TEXT NOT NULL,
  unit TEXT NOT NULL,
  region TEXT,
  source_table TEXT,
  source_row TEXT,
  created_at TEXT NOT NULL,
  fuel_key TEXT NOT NULL,
  CHECK ((source_table IS NULL) = (source_row IS NULL))
) STRICT;
CREATE INDEX fuel_properties_by_fuel ON fuel_properties (library_id, fuel_key);

CREATE TABLE region_parents (
  id INTEGER PRIMARY KEY,
  library_id INTEGER NOT NULL REFERENCES factor_libraries,
  region TEXT NOT NULL,
  parent TEXT NOT NULL
) STRICT;
CREATE INDEX region_parents_by_library ON region_parents (library_id);

CREATE TABLE gwp_values (
  id INTEGER PRIMARY KEY,
  public_id TEXT NOT NULL UNIQUE,
  version TEXT NOT NULL,
  gas TEXT NOT NULL,
  value TEXT NOT NULL,
  source_table TEXT,
  source_row TEXT,
  created_at TEXT NOT NULL,
  gas_key TEXT NOT NULL,
  UNIQUE (gas_key, version),
  CHECK ((source_table IS NULL) = (source_row IS NULL))
) STRICT;
