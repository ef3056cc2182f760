//! The report as people read it.

use tierra::Decimal;
use tierra::charger;
use tierra::emission::{Co2eWarning, LibraryMatch, ResolutionTier};
use tierra::overlap::ClaimConflict;
use tierra::returns::{Breakdown, PortfolioSummary};

use crate::Report;
use crate::csv_file::Tally;
use crate::energy::{Emitted, Energy, FactorUse};
use crate::fleet::{Fleet, Registration};
use crate::page::Column::{Number, Text, Whole};
use crate::page::{Layout, Page, count, counted, figure, float, money};
use crate::returns::{Allocation, Cash, Part, Portfolio};

/// More refused rows than these would hide the rest of the report.
const REFUSED_SHOWN: usize = 50;
/// Decimal places of emissions.
const PLACES: u32 = 2;

pub(crate) fn text(report: &Report, layout: &Layout) -> String {
    let mut page = Page::new(layout);
    if let Some(fleet) = &report.fleet {
        devices(&mut page, fleet, report.limit);
        claims(&mut page, fleet, report.limit);
    }
    if let Some(energy) = &report.energy {
        emissions(&mut page, energy);
    }
    returns(&mut page, report.cash.as_ref(), report.portfolio.as_ref());
    page.finish()
}

fn fact(figure: String, meaning: impl Into<String>) -> (String, String) {
    (figure, meaning.into())
}

/// A count, and what it counts with its plural.
fn fact_of(number: usize, noun: &str, rest: &str) -> (String, String) {
    fact(count(number), format!("{noun}{}{rest}", if number == 1 { "" } else { "s" }))
}

fn rows_read(tally: &Tally) -> (String, String) {
    let (used, refused) = (count(tally.used), count(tally.refused.len()));
    fact(count(tally.read), format!("rows read = {used} used + {refused} refused"))
}

fn refused(page: &mut Page, tally: &Tally) {
    if tally.refused.is_empty() {
        return;
    }
    page.title(&format!("Refused rows of {}, which count nowhere:", tally.file));
    let rows = tally.refused.iter().take(REFUSED_SHOWN).map(|refusal| {
        let id = refusal.id.clone().unwrap_or_default();
        vec![refusal.line.to_string(), id, refusal.error.code().to_string(), refusal.error.to_string()]
    });
    page.table(&[Number("Line"), Text("Row"), Text("Code"), Text("Reason")], rows);
    more(page, tally.refused.len(), REFUSED_SHOWN, "--json lists all");
}

/// Says how many were left out.
fn more(page: &mut Page, all: usize, shown: usize, how: &str) {
    if all > shown {
        page.paragraph(&format!("  … and {} more; {how}.", count(all - shown)));
    }
}

fn devices(page: &mut Page, fleet: &Fleet, limit: usize) {
    page.heading("1. Which device is this?", &fleet.tally.file);
    let by_status: Vec<String> =
        fleet.by_status.iter().map(|(status, number)| format!("{} {status}", count(*number))).collect();
    page.facts(&[
        rows_read(&fleet.tally),
        fact_of(fleet.chargers, "distinct charger", ""),
        fact_of(
            fleet.makers,
            "maker",
            &format!(", unified from {}", counted(fleet.vendor_spellings, "vendor spelling")),
        ),
        fact_of(fleet.organizations, "organisation", ""),
        fact_of(fleet.tally.used, "registration", &format!(": {}", by_status.join(", "))),
        fact_of(fleet.lookalikes.len(), "look-alike", ": serials that a person may misread for one another"),
    ]);
    refused(page, &fleet.tally);
    lookalikes(page, fleet, limit);
}

fn lookalikes(page: &mut Page, fleet: &Fleet, limit: usize) {
    if fleet.lookalikes.is_empty() || limit == 0 {
        return;
    }
    let groups = fleet.lookalikes.iter();
    page.title(if groups.len() > limit { "The first look-alikes" } else { "The look-alikes" });
    let rows = groups.take(limit).flat_map(|group| {
        let mut members = group.iter().filter_map(|at| fleet.registrations.get(*at)).map(looks);
        let first = members.next().unwrap_or_default();
        // Beside the first of a group its others, each in a row.
        members.enumerate().map(move |(place, [_, other @ ..])| {
            let first = if place == 0 { first.clone() } else { Default::default() };
            first.into_iter().chain(other).collect()
        })
    });
    let first = [Text("Vendor"), Text("Serial"), Text("Organisation"), Number("Line")];
    let other = [Text("looks like"), Text("Organisation"), Number("Line")];
    page.table(&[first.as_slice(), &other].concat(), rows);
    more(page, fleet.lookalikes.len(), limit, "--limit N shows N");
}

fn looks(registration: &Registration) -> [String; 4] {
    let Registration { vendor, serial, organization, line, .. } = registration;
    [vendor.to_string(), serial.to_string(), organization.to_string(), line.to_string()]
}

fn claims(page: &mut Page, fleet: &Fleet, limit: usize) {
    page.heading("2. Has someone already claimed it?", &fleet.tally.file);
    let pairs = fleet.conflicts.len();
    page.facts(&[
        fact_of(pairs, "conflicting pair", ": one charger, and at least one day that both claim"),
        fact(count(pairs - fleet.conflicts_same_organization), "between two organisations"),
        fact(count(fleet.conflicts_same_organization), "within one organisation"),
        fact(count(fleet.conflicts_in_raw_text), "visible in the texts as written"),
        fact(count(pairs - fleet.conflicts_in_raw_text), "visible only once vendor and serial are canonical"),
        fact_of(fleet.chargers_in_conflict, "charger", " concerned"),
        fact_of(fleet.tally.refused.len(), "row", " refused and therefore not checked"),
    ]);
    if pairs == 0 || limit == 0 {
        return;
    }
    page.title(if pairs > limit { "The first conflicts, side by side" } else { "The conflicts, side by side" });
    let conflicts = fleet.conflicts.iter().take(limit).enumerate();
    let sections = conflicts.filter_map(|(place, conflict)| conflict_rows(fleet, place + 1, conflict));
    let columns = [Number("#"), Text(""), Text("First claim"), Text("Second claim"), Text("Both")];
    page.sections(&columns, sections.map(|rows| (String::new(), rows)));
    more(page, pairs, limit, "--limit N shows N");
}

/// The two claims of a conflict side by side, and what they have in common.
fn conflict_rows(fleet: &Fleet, number: usize, conflict: &ClaimConflict) -> Option<Vec<Vec<String>>> {
    let (first, second) = fleet.parties(conflict)?;
    let charger = charger::identify(&first.vendor, &first.serial).ok()?;
    let same_organization = if conflict.same_organization { "the same" } else { "" };
    let days = counted(usize::try_from(conflict.shared_days.days()).unwrap_or_default(), "day");
    let row = |number: &str, label: &str, of: &dyn Fn(&Registration) -> String, both: &str| {
        vec![number.to_owned(), label.to_owned(), of(first), of(second), both.to_owned()]
    };
    let program = |claim: &Registration| claim.program.as_deref().unwrap_or("-").to_owned();
    Some(vec![
        row(&count(number), "organisation", &|claim| claim.organization.to_string(), same_organization),
        row("", "programme", &program, ""),
        row("", "vendor", &|claim| claim.vendor.to_string(), charger.vendor_canonical()),
        row("", "serial", &|claim| claim.serial.to_string(), charger.serial_normalized()),
        row("", "period", &|claim| claim.period.to_string(), &conflict.shared_days.to_string()),
        row("", "row", &|claim| format!("line {}, {}", claim.line, claim.status), &days),
    ])
}

fn emissions(page: &mut Page, energy: &Energy) {
    page.heading("3. What did it emit?", &format!("{}, {}", energy.tally.file, energy.factors_file));
    let tiers = ResolutionTier::ALL.map(|tier| format!("{} {tier}", count(energy.lookups_in_tier(tier))));
    let matches = LibraryMatch::ALL.map(|found| format!("{} {found}", count(energy.lookups_with_match(found))));
    let mut facts = vec![
        rows_read(&energy.tally),
        fact(figure(tonnes(&energy.total), PLACES), "t CO2e in all, of the rows used"),
        fact_of(energy.lookups(), "factor", &format!(" looked up; by tier: {}", tiers.join(", "))),
        fact(String::new(), format!("by edition of the library: {}", matches.join(", "))),
    ];
    let warnings = energy.warnings.iter().filter(|(_, number)| *number > 0);
    facts.extend(warnings.map(|(warning, number)| fact(count(*number), warning_text(*warning))));
    page.facts(&facts);
    refused(page, &energy.tally);
    sites(page, energy);
    factors(page, energy);
}

fn tonnes(emitted: &Emitted) -> Decimal {
    // A thousandth of what fits fits.
    emitted.co2e_kg.checked_mul(Decimal::new(1, 3)).unwrap_or_default()
}

fn warning_text(warning: Co2eWarning) -> String {
    let meaning = match warning {
        Co2eWarning::Co2NotStated => "the CO2 of what was burned is not in the figure",
        Co2eWarning::GasNotStated => "a gas of the fuel is not stated for this region, technology or unit",
        Co2eWarning::DefaultLibrary => "the factor's edition is a later one, the authority's default",
        Co2eWarning::TechnologyIgnored => "the technology is not there; the factor holds for any",
        Co2eWarning::OtherTechnology => "the factor is for one technology, the only one, though none was asked for",
        Co2eWarning::OtherGwpVersion => "the factor is CO2e already, by another report's GWPs",
        Co2eWarning::LibraryCalorificBasis => "the unit says neither gross nor net; the library's basis was taken",
        Co2eWarning::MethaneOriginUnknown => "methane of unknown origin, by the report's general GWP",
        Co2eWarning::BiogenicNotStated => "biogenic CO2 is stated otherwise than for this region, technology or unit",
        Co2eWarning::NoResidualMix => "market-based, the grid's factor stands in for a residual mix",
        Co2eWarning::EarlierLibrary => "the factor's edition is of an earlier year than the energy use",
        Co2eWarning::PinnedLibrary => "the factor's edition is a later one, to which the query is pinned",
        Co2eWarning::ParentRegion => "the factor is that of a region above the one asked for",
        Co2eWarning::GlobalAverage => "the factor has no region: a worldwide average, or its publisher's country's",
    };
    format!("warnings {warning}: {meaning}")
}

fn sites(page: &mut Page, energy: &Energy) {
    let gwp = energy.gwp.as_str().to_uppercase();
    page.title(&format!(
        "Emissions by site, by the {gwp} global warming potentials over 100 years; biogenic CO2 is apart"
    ));
    let row = |name: &str, rows: usize, emitted: &Emitted| {
        let (kg, biogenic) = (figure(emitted.co2e_kg, PLACES), figure(emitted.biogenic_co2_kg, PLACES));
        vec![name.to_owned(), count(rows), kg, figure(tonnes(emitted), PLACES), biogenic]
    };
    let sites = energy.sites.iter().map(|(name, site)| row(name, site.rows, &site.emitted));
    let total = row("Total", energy.tally.used, &energy.total);
    let columns = [Text("Site"), Number("Rows"), Number("kg CO2e"), Number("t CO2e"), Number("biogenic kg CO2")];
    page.table(&columns, sites.chain([total]));
}

fn factors(page: &mut Page, energy: &Energy) {
    if energy.factors.is_empty() {
        return;
    }
    page.title("Factors used, by library, with their rows or tables in the publication");
    let libraries = grouped_by(&energy.factors, |left, right| {
        left.library == right.library
            && left.library_version == right.library_version
            && left.library_match == right.library_match
    });
    let sections = libraries.iter().filter_map(|library| library_section(library));
    page.sections(&[Text("Fuel, source"), Text("Tier"), Whole("Factor"), Number("Uses")], sections);
}

/// A library and the factors used of it, those of one fuel together.
fn library_section(factors: &[&FactorUse]) -> Option<(String, Vec<Vec<String>>)> {
    let first = factors.first()?;
    let title = format!("{} ({}): {}", first.library, first.library_version, edition_text(first.library_match));
    let fuels = grouped_by(factors.iter().copied(), |left, right| {
        left.tier == right.tier
            && left.factor.fuel_type == right.factor.fuel_type
            && left.factor.category == right.factor.category
            && left.factor.region == right.factor.region
    });
    Some((title, fuels.iter().flat_map(|fuel| factor_rows(fuel)).collect()))
}

/// The items in groups that belong together, in the order of their firsts.
fn grouped_by<'a, T>(items: impl IntoIterator<Item = &'a T>, belong: impl Fn(&T, &T) -> bool) -> Vec<Vec<&'a T>> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| belong(first, item))) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// The factors of one fuel, a gas a row, beside the fuel and where the publication has them.
fn factor_rows(group: &[&FactorUse]) -> Vec<Vec<String>> {
    let Some(first) = group.first() else { return Vec::new() };
    let factor = &first.factor;
    let mut sources: Vec<&str> = group.iter().filter_map(|used| used.factor.external_id.as_deref()).collect();
    sources.dedup();
    if sources.is_empty() {
        sources.push(&factor.category);
    }
    let region = factor.region.as_deref().map_or(String::new(), |region| format!(", {region}"));
    let mut rows = vec![vec![factor.fuel_type.clone(), format!("{}{region}", first.tier)]];
    rows.extend(sources.iter().map(|source| vec![format!("  {source}"), String::new()]));
    rows.resize(rows.len().max(group.len()), vec![String::new(); 2]);
    for (row, used) in rows.iter_mut().zip(group) {
        row.push(format!("{} {} {}", used.factor.gas, used.factor.value, used.factor.unit));
        row.push(count(used.uses));
    }
    rows
}

fn edition_text(library_match: LibraryMatch) -> &'static str {
    match library_match {
        LibraryMatch::Exact => "exact, the edition of the reporting year",
        LibraryMatch::Earlier => "earlier than the reporting year",
        LibraryMatch::Default => "default, later than the reporting year",
        LibraryMatch::Pinned => "pinned, later than the reporting year",
    }
}

fn returns(page: &mut Page, cash: Option<&Cash>, portfolio: Option<&Portfolio>) {
    let files = cash.map(|cash| &cash.tally).into_iter().chain(portfolio.map(|portfolio| &portfolio.tally));
    let files: Vec<&str> = files.map(|tally| tally.file.as_str()).collect();
    if files.is_empty() {
        return;
    }
    page.heading("4. What did it return?", &files.join(", "));
    if let Some(cash) = cash {
        cash_flows(page, cash);
    }
    let Some(portfolio) = portfolio else { return };
    holdings(page, portfolio);
    if let Some(allocation) = &portfolio.allocation {
        let currency = portfolio.summary.as_ref().ok().and_then(|summary| summary.currency.as_deref());
        share_out(page, allocation, currency.unwrap_or_default());
    }
}

fn cash_flows(page: &mut Page, cash: &Cash) {
    let span = match (cash.first_day, cash.last_day) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    page.paragraph(&format!("Cash flows{span}, in the currency of the file"));
    let kinds = cash.kinds.iter().filter(|(name, _)| !name.is_empty());
    let mut facts = vec![rows_read(&cash.tally)];
    facts
        .extend(kinds.map(|(name, kind)| fact(money(kind.amount), format!("{name}, {}", counted(kind.flows, "flow")))));
    facts.push(fact(money(cash.paid), "paid in all"));
    facts.push(fact(money(cash.received), "received in all"));
    facts.push(fact(money(cash.received.saturating_add(cash.paid)), "net"));
    page.facts(&facts);
    refused(page, &cash.tally);

    page.title("Return");
    let mut facts = vec![match &cash.rate {
        Ok(found) => fact(percent(found.rate()), "a year: the internal rate of return (XIRR, ACT/365F)"),
        Err(error) => fact("none".to_owned(), format!("internal rate of return (XIRR). {}: {error}", error.code())),
    }];
    let others = cash.rate.iter().flat_map(|found| found.other_rates());
    facts.extend(
        others.map(|rate| fact(percent(*rate), "a year is another root: the flows change sign more than once")),
    );
    let day = cash.first_day.map_or(String::new(), |day| format!(" on {day}"));
    facts.extend(cash.present_values.iter().map(|(rate, value)| {
        let meaning = format!("net present value{day} at {} a year", percent_short(*rate));
        match value {
            Ok(value) => fact(float(*value, 2), meaning),
            Err(error) => fact("none".to_owned(), format!("{meaning}. {}: {error}", error.code())),
        }
    }));
    page.facts(&facts);
}

fn percent(rate: f64) -> String {
    format!("{} %", float(rate * 100.0, 4))
}

fn percent_short(rate: f64) -> String {
    format!("{} %", float(rate * 100.0, 0))
}

fn holdings(page: &mut Page, portfolio: &Portfolio) {
    match &portfolio.summary {
        Ok(summary) => {
            let currency = summary.currency.as_deref().unwrap_or("no currency");
            page.title(&format!("Portfolio, in {currency}"));
            page.facts(&portfolio_facts(portfolio, summary));
            refused(page, &portfolio.tally);
            breakdowns(page, summary);
            positions(page, summary);
        }
        Err(error) => {
            page.title("Portfolio");
            let reason = format!("summary. {}: {error}", error.code());
            page.facts(&[rows_read(&portfolio.tally), fact("no".to_owned(), reason)]);
            refused(page, &portfolio.tally);
        }
    }
}

fn portfolio_facts(portfolio: &Portfolio, summary: &PortfolioSummary) -> Vec<(String, String)> {
    let projects = counted(summary.project_count, "project");
    let mut facts = vec![
        rows_read(&portfolio.tally),
        fact_of(summary.investment_count, "completed investment", &format!(" in {projects}")),
    ];
    if portfolio.not_completed > 0 {
        facts.push(fact(count(portfolio.not_completed), "pending or failed, which is no part of it"));
    }
    let share = figure(summary.return_percentage, 2);
    facts.extend([
        fact(money(summary.total_invested), "invested"),
        fact(money(summary.distributions_received), "distributions received"),
        fact(money(summary.current_value), "current value, distributions included"),
        fact(money(summary.total_return), format!("return, {share} % of what is invested")),
    ]);
    facts
}

fn breakdowns(page: &mut Page, summary: &PortfolioSummary) {
    if summary.investment_count == 0 {
        return;
    }
    page.title("What is invested, by technology, country and stage");
    let by = [("technology", &summary.by_technology), ("country", &summary.by_country), ("stage", &summary.by_stage)];
    let rows = by.into_iter().flat_map(|(name, parts)| breakdown_rows(name, parts));
    page.table(&[Text("By"), Text(""), Number("Invested"), Number("Share")], rows);
}

fn positions(page: &mut Page, summary: &PortfolioSummary) {
    if summary.top_investments.is_empty() {
        return;
    }
    page.title("Largest positions");
    let rows = summary.top_investments.iter().map(|position| {
        vec![
            position.project_name.clone(),
            money(position.amount),
            money(position.current_value),
            money(position.total_return),
            format!("{} %", figure(position.return_percentage, 2)),
        ]
    });
    let columns = [Text("Project"), Number("Invested"), Number("Current value"), Number("Return"), Number("in %")];
    page.table(&columns, rows);
}

fn breakdown_rows(name: &str, parts: &[Breakdown]) -> impl Iterator<Item = Vec<String>> {
    parts.iter().enumerate().map(move |(place, part)| {
        let name = if place == 0 { name } else { "" };
        let share = format!("{} %", figure(part.percentage, 2));
        vec![name.to_owned(), part.key.clone(), money(part.amount), share]
    })
}

fn share_out(page: &mut Page, allocation: &Allocation, currency: &str) {
    let distribution = &allocation.distribution;
    let note = if distribution.note.is_empty() { String::new() } else { format!(", {}", distribution.note) };
    let amount = money(distribution.amount);
    let when = format!("{}{note}", distribution.date);
    page.title(&format!("The last distribution, {amount} {currency} ({when}), shared out by what is invested"));
    let parts = match &allocation.parts {
        Ok(parts) => parts,
        Err(error) => return page.paragraph(&format!("Not shared out. {}: {error}", error.code())),
    };
    let row = |part: &Part| {
        vec![part.investment_id.clone(), part.project_name.clone(), money(part.invested), money(part.amount)]
    };
    let invested = parts.iter().fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.invested));
    let total = vec!["Total".to_owned(), String::new(), money(invested), money(Allocation::sum(parts))];
    let columns = [Text("Investment"), Text("Project"), Number("Invested"), Number("Share")];
    page.table(&columns, parts.iter().map(row).chain([total]));
}
