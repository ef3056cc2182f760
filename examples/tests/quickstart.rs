//! The quickstart over its own data, whose answers are known, and over files that nobody should hand it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use clap::Parser;
use quickstart::{Layout, Options, Report};
use tierra::Decimal;
use tierra::ffi::{Value, parse_json};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

fn report(arguments: &[&str]) -> Report {
    try_report(arguments).unwrap()
}

fn try_report(arguments: &[&str]) -> Result<Report, String> {
    let options = Options::try_parse_from(["quickstart"].iter().chain(arguments)).unwrap();
    quickstart::run(&options).map_err(|unreadable| unreadable.to_string())
}

fn json(report: &Report) -> Value {
    parse_json(&report.json()).unwrap()
}

fn data_json(name: &str) -> Value {
    parse_json(&fs::read_to_string(Path::new(DATA).join(name)).unwrap()).unwrap()
}

/// A file of its own for a test.
fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}-{name}", std::process::id()));
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The value at a path such as `fleet.refused.0.line`.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, name| match value {
        Value::Object(fields) => {
            &fields.iter().find(|(field, _)| field == name).unwrap_or_else(|| panic!("no {name} of {path}")).1
        }
        Value::Array(items) => &items[name.parse::<usize>().unwrap()],
        other => panic!("{other:?} has no {name}"),
    })
}

fn items<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    let Value::Array(items) = at(value, path) else { panic!("{path} is no list") };
    items
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    let Value::String(text) = at(value, path) else { panic!("{path} is no text") };
    text
}

fn optional<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    if *at(value, path) == Value::Null { None } else { Some(text(value, path)) }
}

fn digits<'a>(value: &'a Value, path: &str) -> &'a str {
    let Value::Number(digits) = at(value, path) else { panic!("{path} is no number") };
    digits
}

fn count(value: &Value, path: &str) -> usize {
    digits(value, path).parse().unwrap()
}

fn decimal(value: &Value, path: &str) -> Decimal {
    digits(value, path).parse().unwrap()
}

fn float(value: &Value, path: &str) -> f64 {
    digits(value, path).parse().unwrap()
}

/// The ids of two rows, the smaller first.
fn pair(first: &str, second: &str) -> (String, String) {
    (first.min(second).to_owned(), first.max(second).to_owned())
}

#[test]
fn the_fleet_has_what_was_planted() {
    let planted = data_json("fleet-planted.json");
    let found = json(&report(&["--limit", "10000"]));
    for (ours, theirs) in [
        ("fleet.rows_read", "rows"),
        ("fleet.rows_used", "rows"),
        ("fleet.chargers", "chargers"),
        ("fleet.makers", "makers"),
        ("fleet.vendor_spellings", "vendor_spellings"),
        ("fleet.organizations", "organizations"),
        ("fleet.lookalike_groups", "look_alike_pairs"),
        ("fleet.rows_by_status.pending", "rows_by_status.pending"),
        ("fleet.rows_by_status.cancelled", "rows_by_status.cancelled"),
        ("conflicts.pairs", "conflicting_pairs"),
        ("conflicts.within_one_organization", "conflicting_pairs_by_kind.same_organization"),
        ("conflicts.visible_in_the_raw_text", "conflicting_pairs_visible_in_the_raw_text"),
        ("conflicts.found_only_by_canonicalisation", "conflicting_pairs_found_only_by_canonicalisation"),
        ("conflicts.chargers", "chargers_in_conflict"),
    ] {
        assert_eq!(count(&found, ours), count(&planted, theirs), "{ours}");
    }
    assert_eq!(count(&found, "conflicts.between_organizations"), 148);

    let no_conflict = ["adjacent_periods", "other_cancelled", "same_serial_other_maker", "look_alike_serials"];
    let planted_pairs = |wanted: &dyn Fn(&str) -> bool| -> BTreeSet<_> {
        let pairs = items(&planted, "pairs").iter().filter(|planted| wanted(text(planted, "kind")));
        pairs.map(|planted| pair(text(planted, "first"), text(planted, "second"))).collect()
    };
    let id = "registration_id";
    let conflicts = items(&found, "conflicts.first_conflicts");
    let pairs: BTreeSet<_> =
        conflicts.iter().map(|c| pair(text(at(c, "first"), id), text(at(c, "second"), id))).collect();
    assert_eq!(pairs.len(), conflicts.len());
    assert_eq!(pairs, planted_pairs(&|kind| !no_conflict.contains(&kind)));

    let groups = items(&found, "fleet.first_lookalikes");
    let lookalikes: BTreeSet<_> =
        groups.iter().map(|group| pair(text(group, &format!("0.{id}")), text(group, &format!("1.{id}")))).collect();
    assert_eq!(lookalikes, planted_pairs(&|kind| kind == "look_alike_serials"));

    let visible = |c: &&Value| {
        ["vendor", "serial"].iter().all(|field| text(at(c, "first"), field) == text(at(c, "second"), field))
    };
    assert_eq!(conflicts.iter().filter(visible).count(), 46);
    assert!(conflicts.iter().all(|c| *at(c, "visible_in_the_raw_text") == Value::Bool(visible(&c))));
}

#[test]
fn the_report_says_what_the_json_says() {
    let report = report(&[]);
    let (page, found) = (report.text(&Layout::PLAIN), json(&report));
    for line in [
        "4,012  rows read = 4,012 used + 0 refused",
        "3,198  distinct chargers",
        "23  makers, unified from 83 vendor spellings",
        "160  conflicting pairs",
        "148  between two organisations",
        "114  visible only once vendor and serial are canonical",
        "157  rows read = 155 used + 2 refused",
        "9.3726 %  a year",
        "5,425.00  current value, distributions included",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    assert_eq!(items(&found, "conflicts.first_conflicts").len(), 8);
    assert_eq!(page.matches("organisation   ").count(), 8);
    assert_eq!(count(&found, "emissions.rows_read"), 157);
    let lookups = count(&found, "emissions.factors_looked_up");
    assert!(page.contains(&format!("{lookups}  factors looked up")));
    for (path, names) in [
        ("emissions.tiers", ["specific", "regional", "global"]),
        ("emissions.library_matches", ["exact", "earlier", "default"]),
    ] {
        let counts = names.map(|name| count(&found, &format!("{path}.{name}")));
        assert_eq!(counts.iter().sum::<usize>(), lookups);
        let listed: Vec<_> = names.iter().zip(counts).map(|(name, count)| format!("{count} {name}")).collect();
        assert!(page.contains(&listed.join(", ")), "{listed:?}");
    }
}

#[test]
fn pages_keep_within_their_width() {
    let fleet =
        file("wide.csv", format!("organization,vendor,serial,start,end,status\n{},ABB,1+,x,y,z\n", "o".repeat(200)));
    for arguments in [vec![], vec!["--fleet", &fleet, "--limit", "500"]] {
        let report = report(&arguments);
        for (width, box_drawing) in [(80, true), (80, false), (100, true), (140, false)] {
            let page = report.text(&Layout { width, box_drawing });
            let wide: Vec<_> = page.lines().filter(|line| line.chars().count() > usize::from(width)).collect();
            assert!(wide.is_empty(), "{wide:#?}");
            assert!(page.lines().all(|line| line == line.trim_end()));
        }
    }
}

/// The emissions over again, without the core: kg CO2e of a row, or `None` where a factor or its unit is missing.
fn emitted_kg(row: &csv::StringRecord, factors: &Value, gwp: &str) -> Option<Decimal> {
    let [_, _, start, _, authority, fuel, gases, category, region, technology, quantity, unit] =
        row.iter().collect::<Vec<_>>()[..]
    else {
        panic!("{row:?}")
    };
    let year: i32 = start.split('-').next().unwrap().parse().unwrap();
    let libraries = || items(factors, "libraries").iter().filter(|library| text(library, "authority") == authority);
    let released = |library: &&Value| digits(library, "releaseYear").parse::<i32>().unwrap();
    let library = libraries()
        .filter(|library| released(library) <= year)
        .max_by_key(released)
        .or_else(|| libraries().find(|library| *at(library, "isDefault") == Value::Bool(true)))?;
    gases.split(';').try_fold(Decimal::ZERO, |sum, gas| {
        let is_asked = |factor: &&Value| {
            text(factor, "libraryId") == text(library, "id")
                && text(factor, "fuelType") == fuel
                && text(factor, "category") == category
                && text(factor, "gas") == gas
        };
        let candidates: Vec<_> = items(factors, "factors").iter().filter(is_asked).collect();
        let find = |region: Option<&str>, technology: Option<&str>| {
            let fits =
                |factor: &&&Value| optional(factor, "region") == region && optional(factor, "technology") == technology;
            candidates.iter().find(fits).copied()
        };
        let factor =
            find(Some(region), Some(technology)).or_else(|| find(Some(region), None)).or_else(|| find(None, None))?;
        let (mass, per) = text(factor, "unit").split_once('/').unwrap();
        if per != unit {
            return None;
        }
        let kg = match mass.split(' ').next().unwrap() {
            "kg" => "1",
            "g" => "0.001",
            "lb" => "0.45359237",
            other => panic!("{other}"),
        };
        let potential = if mass.contains("CO2e") || gas == "CO2" {
            Decimal::ONE
        } else {
            let of_gas = |value: &&Value| text(value, "version") == gwp && text(value, "gas") == gas;
            decimal(items(factors, "gwpValues").iter().find(of_gas).unwrap(), "value")
        };
        let quantity: Decimal = quantity.parse().unwrap();
        Some(sum + quantity * decimal(factor, "value") * kg.parse::<Decimal>().unwrap() * potential)
    })
}

#[test]
fn emissions_add_up_to_those_counted_here() {
    let factors = data_json("factors.json");
    for gwp in ["ar4", "ar5", "ar6"] {
        let found = json(&report(&["--gwp", gwp]));
        let mut total = Decimal::ZERO;
        let mut by_site: Vec<(String, Decimal)> = Vec::new();
        let mut refused = Vec::new();
        for row in csv::Reader::from_path(Path::new(DATA).join("energy.csv")).unwrap().records() {
            let row = row.unwrap();
            let Some(kg) = emitted_kg(&row, &factors, gwp) else {
                refused.push(row[0].to_owned());
                continue;
            };
            total += kg;
            match by_site.iter_mut().find(|(site, _)| *site == row[1]) {
                Some((_, sum)) => *sum += kg,
                None => by_site.push((row[1].to_owned(), kg)),
            }
        }
        assert_eq!(decimal(&found, "emissions.co2e_kg"), total, "{gwp}");
        assert_eq!(decimal(&found, "emissions.biogenic_co2_kg"), Decimal::ZERO);
        let sites = items(&found, "emissions.sites").iter();
        let sites: Vec<_> = sites.map(|site| (text(site, "site").to_owned(), decimal(site, "co2e_kg"))).collect();
        assert_eq!(sites, by_site);
        let rows = items(&found, "emissions.refused").iter();
        let rows: Vec<_> = rows.map(|row| (count(row, "line"), text(row, "id"), text(row, "code"))).collect();
        assert_eq!(rows, [(124, "EWR-GAS-2024-11", "unit_mismatch"), (142, "RTM-HEAT-1", "factor_not_found")]);
        assert_eq!(refused, ["EWR-GAS-2024-11", "RTM-HEAT-1"]);
    }
}

#[test]
fn biogenic_carbon_dioxide_is_apart() {
    let factors = fs::read_to_string(Path::new(DATA).join("factors.json")).unwrap();
    let factors = file("factors.json", factors.replace("\"isBiogenic\": false", "\"isBiogenic\": true"));
    let energy = "site,start,end,authority,fuel_type,gas,category,region,quantity,unit\n\
        Mill,2024-01-01,2024-12-31,epa,Natural Gas,CO2;CH4;N2O,Scope 1 / Stationary combustion / per mmBtu,US,100,mmBtu\n";
    let found = json(&report(&["--factors", &factors, "--energy", &file("energy.csv", energy)]));
    assert_eq!(digits(&found, "emissions.biogenic_co2_kg"), "5306");
    // 100 × (1.0 g × 28 + 0.10 g × 265)
    assert_eq!(digits(&found, "emissions.co2e_kg"), "5.45");
}

#[test]
fn returns_and_shares_are_those_known() {
    let found = json(&report(&[]));
    assert!((float(&found, "returns.xirr.rate") - 0.093_726_081_070_431_77).abs() < 1e-12);
    assert!(items(&found, "returns.xirr.other_rates").is_empty());
    assert_eq!((digits(&found, "returns.paid"), digits(&found, "returns.received")), ("-25000", "31270.55"));

    let days = |date: &str| {
        let parts: Vec<i64> = date.split('-').map(|part| part.parse().unwrap()).collect();
        // Days from civil, Howard Hinnant: years begin in March.
        let (year, month) = if parts[1] <= 2 { (parts[0] - 1, parts[1] + 9) } else { (parts[0], parts[1] - 3) };
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + parts[2] - 1
    };
    let flows = csv::Reader::from_path(Path::new(DATA).join("cashflows.csv")).unwrap().into_records();
    let flows: Vec<(i64, f64)> =
        flows.map(|row| row.unwrap()).map(|row| (days(&row[0]), row[1].parse().unwrap())).collect();
    for (place, rate) in [(0, 0.05), (1, 0.08), (2, 0.10)] {
        #[expect(clippy::cast_precision_loss, reason = "a few thousand days")]
        let discounted = |(day, amount): &(i64, f64)| amount / (1.0_f64 + rate).powf((day - flows[0].0) as f64 / 365.0);
        let expected: f64 = flows.iter().map(discounted).sum();
        assert_eq!(float(&found, &format!("returns.xnpv.{place}.rate")), rate);
        assert!((float(&found, &format!("returns.xnpv.{place}.value")) - expected).abs() < 1e-6);
    }

    for (path, expected) in [
        ("total_invested", "5000"),
        ("current_value", "5425"),
        ("total_return", "425"),
        ("return_percentage", "8.5"),
        ("distributions_received", "425"),
        ("investment_count", "8"),
        ("project_count", "6"),
        ("breakdown_by_technology.solar.percentage", "50"),
        ("breakdown_by_technology.wind.amount", "1500"),
        ("breakdown_by_country.US.amount", "3000"),
        ("breakdown_by_stage.planning.percentage", "10"),
        ("top_investments.0.return_percentage", "8.5"),
    ] {
        assert_eq!(digits(&found, &format!("portfolio.summary.{path}")), expected, "{path}");
    }

    assert_eq!(text(&found, "portfolio.allocation.date"), "2026-10-01");
    let shares = items(&found, "portfolio.allocation.shares").iter().map(|share| digits(share, "amount"));
    let shares: Vec<_> = shares.collect();
    assert_eq!(shares, ["137.75", "82.65", "55.1", "68.88", "137.75", "68.88", "96.42", "41.32"]);
    let sum: Decimal = shares.iter().map(|share| share.parse::<Decimal>().unwrap()).sum();
    assert_eq!(sum, decimal(&found, "portfolio.allocation.total"));
    assert_eq!(sum, decimal(&found, "portfolio.allocation.sum_of_shares"));
}

/// What a file's refused rows should be: line, code, path, and a part of the message.
type Refused<'a> = (usize, &'a str, &'a str, &'a str);

fn assert_refused(option: &str, section: &str, content: &[u8], used: usize, expected: &[Refused<'_>]) -> Report {
    let report = report(&[option, &file("bad.csv", content)]);
    let (found, page) = (json(&report), report.text(&Layout { width: 140, box_drawing: false }));
    let rows = items(at(&found, section), "refused");
    let refused: Vec<_> = rows.iter().map(|row| (count(row, "line"), text(row, "code"), text(row, "path"))).collect();
    assert_eq!(refused, expected.iter().map(|(line, code, path, _)| (*line, *code, *path)).collect::<Vec<_>>());
    for (row, (line, code, _, part)) in rows.iter().zip(expected) {
        assert!(text(row, "message").contains(part), "line {line}: {}", text(row, "message"));
        let listed = |shown: &str| shown.trim_start().starts_with(&format!("{line}  ")) && shown.contains(code);
        assert!(page.lines().any(listed), "line {line}\n{page}");
    }
    let counts = ["rows_read", "rows_used", "rows_refused"].map(|name| count(at(&found, section), name));
    assert_eq!(counts, [used + expected.len(), used, expected.len()]);
    assert!(page.contains(&format!("{}  rows read = {used} used + {} refused", counts[0], counts[2])), "{page}");
    report
}

#[test]
fn bad_rows_of_the_fleet_are_named_and_the_rest_goes_on() {
    let mut fleet = b"registration_id,organization,program_name,vendor,serial,start,end,status\n".to_vec();
    for row in [
        b"r2,Org,P,ABB,123,2026-01-01,2026-12-31,active".as_slice(),
        b"r3,Org,P,ABB,123,2026-01-01,2026-12-31",
        b"r4,Org,P,ABB,123,2026-02-30,2026-12-31,active",
        b"r5,Org,P,ABB,12+3,2026-01-01,2026-12-31,active",
        "r6,Org,P,ABB,А123,2026-01-01,2026-12-31,active".as_bytes(),
        b"r7,Org,P,AB\xFFB,123,2026-01-01,2026-12-31,active",
        b"r8,Org,P,ABB,12\x003,2026-01-01,2026-12-31,active",
        b"r9,Org,P,ABB,123,2026-12-31,2026-01-01,active",
        b"r10,Org,P,ABB,123,2026-01-01,2026-12-31,live",
        b"r2,Org,P,ABB,123,2026-01-01,2026-12-31,active",
        b"r12,Org,P,,123,2026-01-01,2026-12-31,active",
        b"r13,Org,P,ABB,,2026-01-01,2026-12-31,active",
        "r14,Org,P,Zaptec Prо,123,2026-01-01,2026-12-31,active".as_bytes(),
        b"r15,,P,ABB,123,2026-01-01,2026-12-31,active",
        b"r16,O\x00rg,P,ABB,123,2026-01-01,2026-12-31,active",
        b"r17,Org,P,ABB,123,1800-01-01,2026-12-31,active",
        b"r18,Org,P,ABB,123,2026-01-01,2026-12-31,active,more",
        b",Org,P,ABB,999,2026-01-01,2026-12-31,active",
        b"r20,\"Org,P,ABB,123,2026-01-01,2026-12-31,active",
        b"r21,Other,,abb,1-2-3,2026-12-31,2027-01-31,pending",
    ] {
        fleet.extend(row);
        fleet.push(b'\n');
    }
    fleet.extend(format!("r22,Org,P,{},123,2026-01-01,2026-12-31,active\n", "A".repeat(121)).bytes());
    fleet.extend(format!("r23,Org,P,ABB,{},2026-01-01,2026-12-31,active\n", "1".repeat(256)).bytes());
    let expected = [
        (3, "length_mismatch", "", "has 7 fields; expected 8"),
        (4, "invalid_date", "start", "`2026-02-30`"),
        (5, "invalid_character", "serial", "`+` (U+002B) at position 3"),
        (6, "invalid_character", "serial", "`А` (U+0410) at position 1"),
        (7, "invalid_unicode", "vendor", "from byte 3 on"),
        (8, "invalid_character", "serial", "U+0000"),
        (9, "invalid_period", "start", "is after the end"),
        (10, "unknown_value", "status", "`live`"),
        (11, "duplicate", "registration_id", "`r2` is the id of line 2 too"),
        (12, "empty", "vendor", "maker's name"),
        (13, "empty", "serial", "a serial number"),
        (14, "invalid_character", "vendor", "passes for a Latin letter"),
        (15, "empty", "organization", "is empty"),
        (16, "invalid_character", "organization", "U+0000"),
        (17, "out_of_range", "start", "`1800-01-01`"),
        (18, "length_mismatch", "", "has 9 fields; expected 8"),
        (20, "invalid_character", "", "not closed"),
        (22, "too_long", "vendor", "121 characters"),
        (23, "too_long", "serial", "256 characters"),
    ];
    let report = assert_refused("--fleet", "fleet", &fleet, 3, &expected);
    let found = json(&report);
    assert_eq!(count(&found, "conflicts.pairs"), 1);
    assert_eq!(text(&found, "conflicts.first_conflicts.0.second.registration_id"), "r21");
    assert_eq!(digits(&found, "conflicts.first_conflicts.0.shared_days.days"), "1");
    assert_eq!(*at(&found, "conflicts.first_conflicts.0.second.program_name"), Value::Null);
}

#[test]
fn bad_rows_of_energy_count_nowhere() {
    let gas = "Scope 1 / Stationary combustion / per mmBtu";
    let good = format!("epa,Natural Gas,CO2;CH4;N2O,{gas},US");
    let mut energy = "row_id,site,start,end,authority,fuel_type,gas,category,region,quantity,unit\n".to_owned();
    for row in [
        format!("e2,Mill,2024-01-01,2024-01-31,{good},10,mmBtu"),
        format!("e3,Mill,2024-01-01,2024-01-31,{good},NaN,mmBtu"),
        format!("e4,Mill,2024-01-01,2024-01-31,{good},1e400,mmBtu"),
        format!("e5,Mill,2024-01-01,2024-01-31,{good},ten,mmBtu"),
        format!("e6,Mill,2024-01-01,2024-01-31,{good},10,litres"),
        format!("e7,Mill,2024-02-01,2024-01-31,{good},10,mmBtu"),
        format!("e8,Mill,2024-01-01,2024-01-31,nasa,Natural Gas,CO2,{gas},US,10,mmBtu"),
        format!("e9,Mill,2024-01-01,2024-01-31,epa,Natural Gas,CO2;SF6,{gas},US,10,mmBtu"),
        format!("e10,Mill,2024-01-01,2024-01-31,epa,Natural Gas,CO2;co2,{gas},US,10,mmBtu"),
        format!("e11,Mill,2024-01-01,2024-01-31,epa,Natural Gas,CO2e;CH4,{gas},US,10,mmBtu"),
        format!("e12,Mill,2024-01-01,2024-01-31,epa,Natural Gas,,{gas},US,10,mmBtu"),
        format!("e13,,2024-01-01,2024-01-31,{good},10,mmBtu"),
        format!("e14,Mill,1950-01-01,1950-01-31,{good},10,mmBtu"),
        format!("e2,Mill,2024-01-01,2024-01-31,{good},10,mmBtu"),
        format!("e16,Mill,2024-01-01,2024-01-31,{good},79000000000000000000000000000,mmBtu"),
        format!("e17,Mill,2024-01-01,2024-01-31,{good},-4,mmBtu"),
    ] {
        energy.push_str(&row);
        energy.push('\n');
    }
    let expected = [
        (3, "not_finite", "quantity", "`NaN`"),
        (4, "out_of_range", "quantity", "`1e400`"),
        (5, "invalid_number", "quantity", "`ten`"),
        (6, "unit_mismatch", "activity.unit", "`litres`"),
        (7, "invalid_period", "start", "is after the end"),
        (8, "unknown_value", "authority", "`nasa`"),
        (9, "factor_not_found", "", "SF6"),
        (10, "duplicate", "gas", "stands twice"),
        (11, "duplicate", "gas", "counts gases twice"),
        (12, "empty", "gas", "is empty"),
        (13, "empty", "site", "is empty"),
        (14, "out_of_range", "reportingYear", "`1950`"),
        (15, "duplicate", "row_id", "line 2"),
        (16, "out_of_range", "", "does not fit"),
    ];
    let found = json(&assert_refused("--energy", "emissions", energy.as_bytes(), 2, &expected));
    // 6 × (53.06 + 0.001 × 28 + 0.0001 × 265)
    assert_eq!(digits(&found, "emissions.co2e_kg"), "318.687");
    assert_eq!(count(&found, "emissions.factors_looked_up"), 6);
}

#[test]
fn bad_cash_flows_and_holdings_are_named() {
    let flows = "date,amount,kind\n2024-01-01,-100,purchase\n2024-06-31,5,distribution\n2024-07-01,NaN,distribution\n\
        2024-08-01,inf,distribution\n2024-09-01,\"1,000\",distribution\n2025-01-01,110,valuation\n2025-02-01,,valuation\n";
    let expected = [
        (3, "invalid_date", "date", "`2024-06-31`"),
        (4, "not_finite", "amount", "`NaN`"),
        (5, "not_finite", "amount", "`inf`"),
        (6, "invalid_number", "amount", "`1,000`"),
        (8, "invalid_number", "amount", ""),
    ];
    let found = json(&assert_refused("--cashflows", "returns", flows.as_bytes(), 2, &expected));
    // 2024 is a leap year: 366 days.
    assert!((float(&found, "returns.xirr.rate") - (1.1_f64.powf(365.0 / 366.0) - 1.0)).abs() < 1e-14);

    let holdings = "investment_id,project_id,project_name,technology,country,stage,currency,amount,distributions_received,status,valuation\n\
        i2,p,Park,solar,US,operating,USD,100,0,completed,120\ni3,p,Park,solar,US,operating,USD,NaN,0,completed,\n\
        i4,p,Park,solar,US,operating,USD,0,0,completed,\ni5,p,Park,solar,US,operating,dollar,1,0,completed,\n\
        i6,p,Park,solar,US,operating,USD,1,0,paid,\ni2,p,Park,solar,US,operating,USD,1,0,completed,\n\
        i8,p,Park,solar,US,operating,USD,1,-1,completed,\ni9,p,Park,solar,US,operating,USD,50,0,pending,\n";
    let expected = [
        (3, "not_finite", "amount", "`NaN`"),
        (4, "out_of_range", "amount", "more than zero"),
        (5, "unknown_value", "currency", "`dollar`"),
        (6, "unknown_value", "status", "`paid`"),
        (7, "duplicate", "investment_id", "line 2"),
        (8, "out_of_range", "distributions_received", "zero or more"),
    ];
    let found = json(&assert_refused("--holdings", "portfolio", holdings.as_bytes(), 2, &expected));
    assert_eq!(digits(&found, "portfolio.summary.current_value"), "120");
    assert_eq!(*at(&found, "portfolio.allocation"), Value::Null);
}

/// The example's figures beside one's own would be taken for them.
#[test]
fn only_the_files_given_are_reported() {
    let sections = |arguments: &[&str]| match json(&report(arguments)) {
        Value::Object(fields) => fields.into_iter().map(|(name, _)| name.into_owned()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let cash = data("cashflows.csv");
    let holdings = data("holdings.csv");
    assert_eq!(sections(&[]), ["fleet", "conflicts", "emissions", "returns", "portfolio"]);
    assert_eq!(sections(&["--cashflows", &cash]), ["returns"]);
    assert_eq!(sections(&["--fleet", &data("fleet.csv")]), ["fleet", "conflicts"]);
    assert_eq!(sections(&["--energy", &data("energy.csv"), "--holdings", &holdings]), ["emissions", "portfolio"]);
    let text = report(&["--cashflows", &cash]).text(&Layout::PLAIN);
    assert!(text.contains("4. What did it return?") && !text.contains("Portfolio") && !text.contains("1. Which"));

    // A distribution is shared out among the holdings given beside it.
    let both = json(&report(&["--cashflows", &cash, "--holdings", &holdings]));
    assert_eq!(digits(&both, "portfolio.allocation.sum_of_shares"), "688.75");
}

fn data(name: &str) -> String {
    Path::new(DATA).join(name).to_string_lossy().into_owned()
}

#[test]
fn what_has_no_answer_says_why() {
    let one_sign = file("cash.csv", "date,amount\n2024-01-01,100\n2025-01-01,5\n");
    let report_of_one_sign = report(&["--cashflows", &one_sign]);
    assert_eq!(text(&json(&report_of_one_sign), "returns.xirr.error.code"), "one_sign");
    assert!(report_of_one_sign.text(&Layout::PLAIN).contains("one_sign: flows: have no negative amount"));

    let many = file("cash.csv", "date,amount\n2020-01-01,-100\n2021-01-01,230\n2022-01-01,-132\n");
    let many = json(&report(&["--cashflows", &many]));
    assert!(!items(&many, "returns.xirr.other_rates").is_empty());

    let header = fs::read_to_string(Path::new(DATA).join("holdings.csv")).unwrap();
    let header = header.lines().next().unwrap();
    let mixed =
        format!("{header}\na,p,P,solar,US,operating,USD,1,0,completed\nb,p,P,solar,US,operating,EUR,1,0,completed\n");
    let mixed = json(&report(&["--holdings", &file("mixed.csv", mixed)]));
    assert_eq!(text(&mixed, "portfolio.summary.error.code"), "rate_missing");
    assert_eq!(*at(&mixed, "portfolio.allocation"), Value::Null);
    assert_eq!(count(&mixed, "portfolio.rows_used"), 2);

    // Headers alone.
    let empty = [
        ("--fleet", "organization,vendor,serial,start,end,status"),
        ("--energy", "site,start,end,authority,fuel_type,gas,category,quantity,unit"),
        ("--cashflows", "date,amount"),
        ("--holdings", header),
    ];
    let files: Vec<String> = empty.iter().map(|(_, header)| file("header.csv", header)).collect();
    let arguments: Vec<&str> =
        empty.iter().zip(&files).flat_map(|((option, _), file)| [*option, file.as_str()]).collect();
    let report = report(&arguments);
    assert_eq!(report.text(&Layout::PLAIN).matches("0  rows read = 0 used + 0 refused").count(), 4);
    assert_eq!(text(&json(&report), "returns.xirr.error.code"), "empty");
}

#[test]
fn a_bom_crlf_blank_lines_quotes_and_further_columns_are_no_errors() {
    let fleet = "\u{FEFF} Status ,Comment,end,start,serial,VENDOR,Organization\r\n\
        active,none,2026-12-31,2026-01-01,1,\"ABB, Inc.\",\"The \"\"First\"\" Org\"\r\n\
        \r\n   \r\n\
        active,\"two\r\nlines\",2026-12-31,2026-01-01,2,ABB,Org\r\n\
        active,,2026-12-31,2026-13-01,3,ABB,Org\r\n\
        active,,2026-12-31, 2026-01-01 ,S/N: 1,abb,Org";
    let found = json(&report(&["--fleet", &file("odd.csv", fleet)]));
    assert_eq!(count(&found, "fleet.rows_used"), 3);
    assert_eq!((count(&found, "fleet.refused.0.line"), text(&found, "fleet.refused.0.code")), (7, "invalid_date"));
    let conflict = at(&found, "conflicts.first_conflicts.0");
    assert_eq!((count(conflict, "first.line"), count(conflict, "second.line")), (2, 8));
    assert_eq!(text(conflict, "first.organization"), "The \"First\" Org");
    assert_eq!(*at(conflict, "first.registration_id"), Value::Null);
}

#[test]
fn a_stray_quotation_mark_spoils_one_row_and_a_long_line_one() {
    let row = |number: usize| format!("\"Org\",ABB,{number},2026-01-01,2026-12-31,active\n");
    let mut fleet = "organization,vendor,serial,start,end,status\n".to_owned();
    fleet.push_str("\"Org,ABB,2,2026-01-01,2026-12-31,active\n");
    (3..500).for_each(|number| fleet.push_str(&row(number)));
    fleet.push_str(&format!("{},ABB,500,2026-01-01,2026-12-31,active\n", "x".repeat(3_000_000)));
    fleet.push_str("Org,ABB,501,2026-01-01,2026-12-31,\"active\n");
    (502..700).for_each(|number| fleet.push_str(&row(number).replace('"', "")));
    let found = json(&report(&["--fleet", &file("stray.csv", fleet)]));
    let refused = items(&found, "fleet.refused").iter();
    let refused: Vec<_> = refused.map(|row| (count(row, "line"), text(row, "code"))).collect();
    assert_eq!(refused, [(2, "invalid_character"), (500, "too_long"), (501, "invalid_character")]);
    assert_eq!(count(&found, "fleet.rows_read"), 698);
}

#[test]
fn control_characters_of_the_file_do_not_reach_the_page() {
    let fleet = "organization,vendor,serial,start,end,status\n\
        Org,A\u{202E}BB,1,2026-01-01,2026-12-31,active\nOrg,AB\tB,1,2026-01-01,2026-12-31,\u{1B}[31mactive\n\
        Org,ABB,1,2026-01-01,2026-12-31,active\n";
    let page = report(&["--fleet", &file("controls.csv", fleet)]).text(&Layout::PLAIN);
    assert!(page.contains("1  conflicting pair:"));
    assert!(!page.contains(['\u{1B}', '\t', '\u{202E}']), "{page}");
}

/// Each unusable file, and what the line about it says.
fn unusable() -> Vec<(&'static str, String, &'static str)> {
    let missing = format!("{DATA}/nowhere.csv");
    vec![
        ("--fleet", missing, "there is no such file; expected a CSV file with the columns organization, vendor"),
        ("--fleet", DATA.to_owned(), "is a directory; expected"),
        ("--fleet", file("empty.csv", ""), "is empty; expected"),
        (
            "--fleet",
            file("semicolons.csv", "organization;vendor;serial;start;end;status\n"),
            "is separated by semicolons",
        ),
        ("--fleet", file("tabs.csv", "organization\tvendor\n"), "is separated by tabs"),
        ("--fleet", file("columns.csv", "organization,vendor,start,end\n"), "has no column serial, status"),
        (
            "--fleet",
            file("twice.csv", "organization,vendor,serial,start,end,status,vendor\n"),
            "has the column vendor twice",
        ),
        ("--fleet", file("bytes.bin", [0xFF, 0xFE, b'o', 0, b'r', 0]), "is UTF-16"),
        ("--fleet", file("quote.csv", "\"organization,vendor\n"), "has a first line that has a quotation mark"),
        ("--fleet", file("long.csv", "x".repeat(2_000_000)), "has a first line that is longer"),
        ("--energy", file("energy.csv", "site,start,end\n"), "has no column authority, fuel_type"),
        ("--cashflows", file("cash.csv", "date,sum\n"), "has no column amount"),
        ("--holdings", file("holdings.csv", "a\n"), "has no column investment_id"),
        ("--factors", file("factors.json", "{\"libraries\": ["), "invalid_json: is not JSON at line 1"),
        ("--factors", file("factors.json", "{\"libs\": []}"), "unknown_field: libs"),
        ("--factors", file("factors.json", b"\xFF"), "is not UTF-8 text"),
        ("--factors", DATA.to_owned(), "is a directory; expected emission factors as JSON"),
    ]
}

#[test]
fn an_unusable_file_is_one_clear_line() {
    for (option, path, part) in unusable() {
        let Err(line) = try_report(&[option, &path]) else { panic!("{path} was read") };
        let name = Path::new(&path).file_name().unwrap().to_str().unwrap();
        assert!(line.contains(part) && line.contains(name) && line.contains("; expected "), "{line}");
        assert!(!line.contains('\n'), "{line}");
    }
}

/// The example as a user starts it.
fn quickstart(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--package", "tierra-examples", "--example", "quickstart"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command.arg("--").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = quickstart(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn the_program_ends_as_it_should() {
    let (status, page, errors) = run(&[]);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert!(page.starts_with("1. Which device is this?") && page.contains("4. What did it return?"));

    let (status, document, _) = run(&["--json"]);
    assert_eq!(status, Some(0));
    assert_eq!(count(&parse_json(&document).unwrap(), "conflicts.pairs"), 160);

    let (status, page, errors) = run(&["--fleet", "nowhere.csv"]);
    assert_eq!((status, page.as_str(), errors.lines().count()), (Some(2), "", 1), "{errors}");
    assert!(errors.starts_with("quickstart: nowhere.csv: there is no such file; expected"), "{errors}");

    for wrong in [["--gwp", "ar9"], ["--limit", "-1"], ["--fleeet", "x"]] {
        let (status, page, errors) = run(&wrong);
        assert_eq!((status, page.as_str()), (Some(2), ""), "{errors}");
    }
    let (status, help, _) = run(&["--help"]);
    assert_eq!(status, Some(0));
    assert!(["--fleet", "--energy", "--cashflows", "--json", "registration_id"].iter().all(|word| help.contains(word)));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = quickstart(&["--limit", "500"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!((status.code(), String::from_utf8(stderr).unwrap().as_str()), (Some(0), ""));
}
