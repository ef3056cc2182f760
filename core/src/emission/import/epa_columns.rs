//! What the headings of the tables of EPA's Emission Factors Hub say of their columns.

/// The gases of the tables' columns.
pub(super) const GASES: [&str; 3] = ["CO2", "CH4", "N2O"];

/// What the headings say of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// A name of the row, or a part of it.
    Name(Name),
    /// Text beside the names that no factor needs.
    Remark,
    /// Mass of a gas per unit; the unit may stand in a column of its own. In waste, the treatment.
    Factor {
        mass: String,
        gas: String,
        per: Option<String>,
        technology: Option<String>,
    },
    /// mmBtu per unit.
    HeatContent {
        per: String,
    },
    GridLoss,
    Gwp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Fuel, material or subregion.
    Subject,
    Vehicle,
    ModelYear,
    /// The unit of the row's factors.
    Unit,
}

impl Column {
    pub(super) fn is_figure(&self) -> bool {
        !matches!(self, Self::Name(_) | Self::Remark)
    }

    /// What a heading says; `None` for a text that is no heading. The gas is the one that stands above it.
    pub(super) fn of(heading: &str, gas: Option<&str>) -> Option<Self> {
        let name = match heading {
            "Fuel Type" | "Material" | "eGRID Subregion Acronym" | "eGRID Subregion" => Some(Self::Name(Name::Subject)),
            "Vehicle Type" => Some(Self::Name(Name::Vehicle)),
            "Model Year" | "Vehicle Year" | "Year" => Some(Self::Name(Name::ModelYear)),
            "Unit" | "Units" => Some(Self::Name(Name::Unit)),
            "eGRID Subregion Name" | "Gas" | "Chemical Formula" | "Blend Composition" | "ASHRAE #" => {
                Some(Self::Remark)
            }
            "Grid Gross Loss (%)" => Some(Self::GridLoss),
            _ if heading.eq_ignore_ascii_case("100-Year GWP") => Some(Self::Gwp),
            _ => None,
        };
        name.or_else(|| Self::of_measure(heading, gas))
    }

    /// `kg CO2 per mmBtu`, `CH4 Factor (g CH4 / vehicle-mile)`, `CH4 Factor (g / mile)`, `mmBtu per scf` or `Metric Tons CO2e /
    /// Short Ton Material`; `(lb / MWh)` below the gas.
    fn of_measure(heading: &str, above: Option<&str>) -> Option<Self> {
        // A note may hold a measure in brackets too.
        let in_brackets = |(before, rest): (&str, &'_ str)| {
            (before.is_empty() || before.ends_with("Factor "))
                .then(|| rest.strip_suffix(')'))
                .flatten()
                .map(str::to_owned)
        };
        let before = heading.split_once('(').and_then(|(before, _)| before.trim_end().strip_suffix(" Factor"));
        let named = before.filter(|gas| GASES.contains(gas)).or(above);
        let in_brackets = heading.split_once('(').and_then(in_brackets);
        let measure = in_brackets.as_deref().unwrap_or(heading);
        let (amount, per) = measure.split_once(" per ").or_else(|| measure.split_once(" / "))?;
        let per = per.trim();
        let words: Vec<_> = amount.split(' ').collect();
        let factor = |mass: &str, gas: &str, per: &str| Self::Factor {
            mass: mass.to_owned(),
            gas: gas.to_owned(),
            // `per unit`: the unit stands in a column of its own.
            per: (per != "unit").then(|| per.to_owned()),
            technology: None,
        };
        match words.as_slice() {
            ["mmBtu"] => Some(Self::HeatContent { per: per.to_owned() }),
            [mass @ ("kg" | "g" | "lb"), gas] if GASES.contains(gas) => Some(factor(mass, gas, per)),
            [mass @ ("kg" | "g" | "lb")] if in_brackets.is_some() => Some(factor(mass, named?, per)),
            ["Metric", "Tons", gas @ "CO2e"] if per == "Short Ton Material" => Some(factor("tonne", gas, "short ton")),
            _ => None,
        }
    }

    /// The same measure for a way of treating waste.
    pub(super) fn treating(self, treatment: &str) -> Self {
        match self {
            Self::Factor { mass, gas, per, .. } => {
                Self::Factor { mass, gas, per, technology: Some(without_footnote(treatment)) }
            }
            other => other,
        }
    }
}

/// A name without the letter of its footnote: `Agricultural EquipmentA`, `Passenger Car A`.
pub(super) fn without_footnote(name: &str) -> String {
    let stripped = name.strip_suffix(|letter: char| ('A'..='E').contains(&letter));
    let ends_a_name = |rest: &&str| rest.ends_with(|last: char| last.is_lowercase() || last == ')' || last == ' ');
    stripped.filter(ends_a_name).unwrap_or(name).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footnotes_are_no_part_of_a_name() {
        for (name, expected) in [
            ("Agricultural EquipmentA", "Agricultural Equipment"),
            ("Passenger Car A", "Passenger Car"),
            ("Transit Rail (i.e. Subway, Tram) E", "Transit Rail (i.e. Subway, Tram)"),
            (
                "Anaerobically Digested (Dry Digestate with Curing)E",
                "Anaerobically Digested (Dry Digestate with Curing)",
            ),
            ("Bus", "Bus"),
            ("PLA", "PLA"),
        ] {
            assert_eq!(without_footnote(name), expected);
        }
    }

    #[test]
    fn headings_state_mass_gas_and_unit() {
        let factor = |mass: &str, gas: &str, per: Option<&str>| Column::Factor {
            mass: mass.to_owned(),
            gas: gas.to_owned(),
            per: per.map(str::to_owned),
            technology: None,
        };
        for (heading, expected) in [
            ("kg CO2 per short ton", Some(factor("kg", "CO2", Some("short ton")))),
            ("CH4 Factor (g CH4 / vehicle-mile)", Some(factor("g", "CH4", Some("vehicle-mile")))),
            ("CO2 Factor (kg CO2 / unit)", Some(factor("kg", "CO2", None))),
            ("kg CO2 per unit", Some(factor("kg", "CO2", None))),
            ("Metric Tons CO2e / Short Ton Material", Some(factor("tonne", "CO2e", Some("short ton")))),
            ("mmBtu per scf", Some(Column::HeatContent { per: "scf".to_owned() })),
            ("100-year GWP", Some(Column::Gwp)),
            ("CO2 Factor", None),
            ("LNG: the CO2 factor (kg CO2 per mmBtu)", None),
            ("Natural Gas", None),
            ("CH4 Factor (g / mile)", Some(factor("g", "CH4", Some("mile")))),
            ("CO2 Factor (kg / unit)", Some(factor("kg", "CO2", None))),
            ("(lb / MWh)", None),
            ("Year", Some(Column::Name(Name::ModelYear))),
        ] {
            assert_eq!(Column::of(heading, None), expected, "{heading}");
        }
        assert_eq!(Column::of("(lb / MWh)", Some("N2O")), Some(factor("lb", "N2O", Some("MWh"))));
    }
}
