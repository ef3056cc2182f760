//! Rates of return and values at a rate: what solves or weighs a list of cash flows.

mod batch;
mod bounds;
mod compound;
mod multiple;
mod npv;
mod periodic;
mod roots;
mod terms;
mod xirr;

pub use batch::xirr_batch;
pub use compound::{annualize, effective_rate, holding_period_return, link_returns, nominal_rate, periods_to_grow};
pub(super) use compound::{check_above_zero, check_finite, linked, ratio};
pub(super) use npv::{check_rate, finite};
pub use npv::{xnfv, xnpv};
pub(super) use periodic::periods;
pub use periodic::{Timing, mirr, npv, xmirr};
pub(super) use xirr::solve;
pub use xirr::{InternalRate, XirrOptions, irr, xirr};
