//! Emission factors: resolving, inventories, and loading them.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use tierra::emission::import::import_defra_flat_file;
use tierra::emission::{
    ActivityRow, Authority, EmissionFactor, EmissionFactors, EmissionScope, GwpVersion, InventoryBuilder, ResolveQuery,
};
use tierra::{Decimal, ffi};

use crate::files::Input;
use crate::{Answer, measured, timed};

/// A line of `queries`: authority, year, fuel, gas, category, region, technology; the last two may be empty.
struct Query<'a> {
    authority: Authority,
    year: i32,
    texts: [&'a str; 3],
    region: Option<&'a str>,
    technology: Option<&'a str>,
}

fn queries(text: &str) -> Result<Vec<Query<'_>>, Box<dyn std::error::Error>> {
    text.lines()
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [authority, year, fuel, gas, category, region, technology] = fields[..] else {
                return Err(format!("`{line}` has {} fields; expected 7", fields.len()).into());
            };
            let optional = |text: &'_ str| !text.is_empty();
            Ok(Query {
                authority: authority.parse()?,
                year: year.parse()?,
                texts: [fuel, gas, category],
                region: Some(region).filter(|text| optional(text)),
                technology: Some(technology).filter(|text| optional(text)),
            })
        })
        .collect()
}

fn factors(input: &Input) -> Result<EmissionFactors, Box<dyn std::error::Error>> {
    Ok(ffi::emission_factors_from_json(&input.text("factors.json")?)?)
}

/// One query after the other, against the same query prepared in SQLite; `seconds` is for all of them.
pub fn resolve(input: &Input, runs: usize) -> Answer {
    let factors = factors(input)?;
    let text = input.text("queries")?;
    let queries = queries(&text)?;
    let (seconds, answer) = timed(runs, || -> tierra::Result<_> {
        let (mut found, mut sum) = (0_u64, Decimal::ZERO);
        for query in &queries {
            let [fuel_type, gas, category] = query.texts;
            let asked = ResolveQuery {
                region: query.region,
                technology: query.technology,
                ..ResolveQuery::new(query.authority, query.year, fuel_type, gas, category)
            };
            if let Some(resolved) = factors.resolve(&asked)? {
                found += 1;
                sum += resolved.factor.value;
            }
        }
        Ok((found, sum))
    });
    let (found, sum) = answer.ok_or("no run")??;
    let peer = SqlitePeer::new(&factors)?;
    let (peer_seconds, peer_answer) = timed(runs.min(3), || peer.resolve(&queries));
    let (peer_found, peer_sum) = peer_answer.ok_or("no run")??;
    let mut answer = measured(&seconds, &json!([found, sum.normalize().to_string()]));
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("peer_seconds".into(), json!(peer_seconds));
        fields.insert("peer_answer".into(), json!([peer_found, peer_sum.normalize().to_string()]));
        fields.insert("queries".into(), json!(queries.len()));
        fields.insert("factors".into(), json!(factors.factors().len()));
    }
    Ok(answer)
}

/// The factors in SQLite in memory, with the index that answers the query from one place.
struct SqlitePeer(Connection);

impl SqlitePeer {
    fn new(factors: &EmissionFactors) -> Result<Self, Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE TABLE libraries (id INTEGER PRIMARY KEY, authority TEXT, year INT);
             CREATE INDEX by_year ON libraries (authority, year);
             CREATE TABLE factors (library INT, fuel TEXT, gas TEXT, category TEXT, region TEXT, technology TEXT, value TEXT);",
        )?;
        {
            let mut library = connection.prepare("INSERT INTO libraries VALUES (?1, ?2, ?3)")?;
            for (at, one) in factors.libraries().iter().enumerate() {
                library.execute(params![at as i64, one.authority.as_str(), one.release_year])?;
            }
            let mut factor = connection.prepare("INSERT INTO factors VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
            for one in factors.factors() {
                let library = factors.libraries().iter().position(|library| library.id == one.library_id);
                let value = one.value.to_string();
                let (fuel, gas, category) = (folded(&one.fuel_type), folded(&one.gas), folded(&one.category));
                let (region, technology) = (one.region.as_deref().map(folded), one.technology.as_deref().map(folded));
                factor.execute(params![library.map(|at| at as i64), fuel, gas, category, region, technology, value])?;
            }
        }
        connection.execute_batch(
            "CREATE INDEX by_activity ON factors (library, fuel, gas, category, region, technology, value); ANALYZE;",
        )?;
        Ok(Self(connection))
    }

    fn resolve(&self, queries: &[Query<'_>]) -> Result<(u64, Decimal), Box<dyn std::error::Error>> {
        let mut statement = self.0.prepare(
            "SELECT value FROM factors
             WHERE library = (SELECT id FROM libraries WHERE authority = ?1 AND year <= ?2 ORDER BY year DESC LIMIT 1)
               AND fuel = ?3 AND gas = ?4 AND category = ?5 AND (region = ?6 OR region IS NULL)
             ORDER BY CASE WHEN region = ?6 THEN 0 ELSE 1 END,
                      CASE WHEN technology IS ?7 THEN 0 WHEN technology IS NULL THEN 1 ELSE 2 END
             LIMIT 1",
        )?;
        let (mut found, mut sum) = (0, Decimal::ZERO);
        for query in queries {
            let [fuel, gas, category] = query.texts.map(folded);
            let (region, technology) = (query.region.map(folded), query.technology.map(folded));
            let asked = params![query.authority.as_str(), query.year, fuel, gas, category, region, technology];
            let value =
                statement.query_row(asked, |row| row.get_ref(0)?.as_str().map(str::to_owned).map_err(Into::into));
            if let Some(value) = value.optional()? {
                found += 1;
                sum += value.parse::<Decimal>()?;
            }
        }
        Ok((found, sum))
    }
}

/// The peer's way to ignore case: what is asked is folded before it is asked.
fn folded(text: &str) -> String {
    text.to_uppercase()
}

/// An inventory of many rows, against one call a row.
pub fn inventory(input: &Input, runs: usize) -> Answer {
    let factors = factors(input)?;
    let text = input.text("rows")?;
    let rows: Vec<ActivityRow<'_>> = text.lines().map(row).collect::<Result<_, _>>()?;
    let (seconds, inventory) = timed(runs, || {
        let mut builder = InventoryBuilder::new(&factors, GwpVersion::Ar5);
        rows.iter().for_each(|row| builder.push(row));
        builder.finish()
    });
    let inventory = inventory.ok_or("no run")??;
    let (peer_seconds, singly) = timed(runs.min(3), || {
        let (mut co2e, mut counted) = (Decimal::ZERO, 0_usize);
        for row in &rows {
            if let Ok(emissions) = factors.emissions(row, GwpVersion::Ar5) {
                co2e += emissions.co2e_kg;
                counted += 1;
            }
        }
        (counted, co2e)
    });
    let (counted, co2e) = singly.ok_or("no run")?;
    let totals = inventory.totals();
    let mut answer = measured(&seconds, &json!([totals.rows, totals.co2e_kg.round_dp(6).normalize().to_string()]));
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("peer_seconds".into(), json!(peer_seconds));
        fields.insert("peer_answer".into(), json!([counted, co2e.round_dp(6).normalize().to_string()]));
        fields.insert("rows".into(), json!(rows.len()));
        fields.insert("methods".into(), json!(inventory.methods().len()));
        fields.insert("failed".into(), json!(inventory.failed().len()));
    }
    Ok(answer)
}

/// A line of `rows`: authority, year, category, fuel, region, amount, unit, scope.
fn row(line: &str) -> Result<ActivityRow<'_>, Box<dyn std::error::Error>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [authority, year, category, fuel, region, amount, unit, scope] = fields[..] else {
        return Err(format!("`{line}` has {} fields; expected 8", fields.len()).into());
    };
    let scope: EmissionScope = scope.parse()?;
    Ok(ActivityRow {
        region: Some(region).filter(|region| !region.is_empty()),
        scope: Some(scope),
        ..ActivityRow::new(authority.parse()?, year.parse()?, category, fuel, amount.parse()?, unit)
    })
}

/// The crate's own reference data, decompressed and made ready for queries; its JSON form is left for the peer.
pub fn reference_load(input: &Input, runs: usize) -> Answer {
    let (seconds, factors) = timed(runs, EmissionFactors::reference);
    let factors = factors.ok_or("no run")??;
    let data = ffi::FactorHandle::load(r#"{"reference": true}"#).answer_json("data", "{}", ffi::NumberStyle::Digits);
    std::fs::write(input.path("reference.json"), data)?;
    Ok(measured(&seconds, &sums(factors.factors())))
}

/// The DEFRA flat file in `workbook`, from its bytes to factors and a report that adds up.
pub fn import_defra(input: &Input, runs: usize) -> Answer {
    let bytes = std::fs::read(input.path("workbook"))?;
    let (seconds, import) = timed(runs, || import_defra_flat_file(&bytes));
    let import = import.ok_or("no run")??;
    if !import.check() {
        return Err("the report does not add up".into());
    }
    let mut answer = measured(&seconds, &sums(&import.data.factors));
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("rows_read".into(), json!(import.report.rows_read));
    }
    Ok(answer)
}

/// How many factors, and the sum of their figures.
fn sums(factors: &[EmissionFactor]) -> serde_json::Value {
    let sum: Decimal = factors.iter().map(|factor| factor.value).sum();
    json!([factors.len(), sum.round_dp(6).normalize().to_string()])
}
