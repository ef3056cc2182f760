//! What a project will yield and cost: energy, its uncertainty, the levelised cost, the cash flows that follow.

mod cash;
mod energy;
mod exceedance;
mod figures;
mod lcoe;

pub use cash::{ProjectPlan, ProjectYear, Projection, project_cash_flows};
pub use energy::{Degradation, capacity_factor, degraded_energy};
pub use exceedance::{combine_uncertainties, exceedance_quantile, exceedance_value};
pub use figures::{ProjectFigures, ProjectTerms, project_figures};
pub use lcoe::{Lcoe, PriceBasis, capital_recovery_factor, lcoe, lcoe_fixed_charge};
