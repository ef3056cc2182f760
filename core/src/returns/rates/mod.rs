//! Rates of return and values at a rate: what solves or weighs a list of cash flows.

mod bounds;
mod multiple;
mod npv;
mod roots;
mod terms;
mod xirr;

pub use npv::{xnfv, xnpv};
pub use xirr::{InternalRate, XirrOptions, irr, xirr};
