//! Rates that were wrong and said nothing: total losses, dust, several roots, amounts far apart (issue 10, item 15).

use std::time::{Duration, Instant};

use proptest::prelude::*;
use tierra::returns::{CashFlow, InternalRate, XirrOptions, irr, xirr};
use tierra::{ErrorCode, parse_date};

fn flows(list: &[(&str, f64)]) -> Vec<CashFlow> {
    list.iter().map(|(date, amount)| CashFlow::new(parse_date(date).unwrap(), *amount)).collect()
}

fn all(found: &InternalRate) -> Vec<f64> {
    let mut rates: Vec<f64> = found.other_rates().iter().copied().chain([found.rate()]).collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-11 * (1.0 + expected.abs())
}

#[test]
fn the_headline_has_the_sign_of_the_sum() {
    let found = irr(&[-1678.87, 771.96, 1814.05, 3520.30, 3552.95, 3584.99, 4789.91, -1.0]).unwrap();
    assert!(close(found.rate(), 1.004_269_848_720_558_1), "{found:?}");
    assert!(found.is_ambiguous());
    assert!(close(found.other_rates()[0], -0.999_791_260_428_328_3), "{found:?}");
    // Turned round, the sum is negative: borrowed at the same two rates.
    let turned = irr(&[1678.87, -771.96, -1814.05, -3520.30, -3552.95, -3584.99, -4789.91, 1.0]).unwrap();
    assert!(close(turned.rate(), -0.999_791_260_428_328_3), "{turned:?}");
}

#[test]
fn a_sum_of_zero_takes_the_root_nearest_to_zero() {
    // 0 % and 100 %: -1 + 3v - 2v².
    let found = irr(&[-1.0, 3.0, -2.0]).unwrap();
    assert!(found.rate().abs() < 1e-15, "{found:?}");
    assert!(close(found.other_rates()[0], 1.0), "{found:?}");
}

#[test]
fn all_lost_is_minus_one() {
    let lost = xirr(&flows(&[("2010-01-01", -1000.0), ("2011-01-01", 0.0)]), XirrOptions::default()).unwrap();
    assert_eq!((lost.rate(), lost.is_ambiguous()), (-1.0, false));
    assert_eq!(irr(&[-1000.0, -5.0, 0.0]).unwrap().rate(), -1.0);
    // Paid on the last day too, at its start; the value is that of its end.
    let paid_last = flows(&[("2010-01-01", -1000.0), ("2012-01-01", -1.0), ("2012-01-01", 0.0)]);
    assert_eq!(xirr(&paid_last, XirrOptions::default()).unwrap().rate(), -1.0);
    for (what, list, code) in [
        ("no last value", vec![("2010-01-01", -1000.0), ("2011-01-01", 0.0), ("2012-01-01", -1.0)], ErrorCode::OneSign),
        ("the same day", vec![("2010-01-01", -1000.0), ("2010-01-01", 0.0)], ErrorCode::OneSign),
        ("nothing paid", vec![("2010-01-01", 1000.0), ("2011-01-01", 0.0)], ErrorCode::OneSign),
        ("five days", vec![("2010-01-01", -1000.0), ("2010-01-06", 0.0)], ErrorCode::ShortPeriod),
    ] {
        assert_eq!(xirr(&flows(&list), XirrOptions::default()).unwrap_err().code(), code, "{what}");
    }
    let short = XirrOptions { annualize_short_period: true, ..XirrOptions::default() };
    assert_eq!(xirr(&flows(&[("2010-01-01", -1000.0), ("2010-01-06", 0.0)]), short).unwrap().rate(), -1.0);
}

#[test]
fn dust_makes_no_root() {
    for (what, amounts, expected) in [
        ("at the end", vec![-1000.0, 1100.0, -1e-9], 0.1),
        ("at the start", vec![1e-10, -1000.0, 1100.0], 0.1),
        ("in several flows", vec![-1000.0, 1100.0, -1e-10, -1e-10, -1e-10], 0.1),
        ("scaled up", vec![-1e13, 1.1e13, -1.0], 0.1),
    ] {
        let found = irr(&amounts).unwrap();
        assert_eq!(all(&found).len(), 1, "{what}: {found:?}");
        assert!((found.rate() - expected).abs() < 1e-9, "{what}: {found:?}");
    }
}

#[test]
fn small_flows_that_decide_are_no_dust() {
    // The only one received, and one behind others of its sign, which a hundred years make the larger.
    assert!(close(irr(&[-1e13, 1.0]).unwrap().rate(), -1.0 + 1e-13));
    let mut amounts = vec![0.0; 101];
    (amounts[0], amounts[1], amounts[100]) = (-1e13, 1e3, 1.0);
    let found = irr(&amounts).unwrap();
    let value = |v: f64| -1e13 + 1e3 * v + v.powi(100);
    let v = 1.0 / (1.0 + found.rate());
    assert!(value(v * (1.0 - 1e-9)) < 0.0 && value(v * (1.0 + 1e-9)) > 0.0, "{found:?}");
    // A part in 10^11 is a payment.
    assert_eq!(all(&irr(&[-1000.0, 1100.0, -1e-8]).unwrap()).len(), 2);
}

#[test]
fn a_root_of_multiplicity_fifty_is_found_where_it_is() {
    let mut amounts = vec![1.0];
    for _ in 0..50 {
        let mut next = vec![0.0; amounts.len() + 1];
        for (power, amount) in amounts.iter().enumerate() {
            next[power] += amount;
            next[power + 1] -= amount;
        }
        amounts = next;
        let found = irr(&amounts).unwrap();
        assert!(found.rate().abs() < 1e-7, "{} {found:?}", amounts.len() - 1);
        assert!(!found.is_ambiguous(), "{} {found:?}", amounts.len() - 1);
    }
}

#[test]
fn amounts_far_apart_have_their_roots_and_no_others() {
    for (amounts, expected) in [
        (vec![5e-324, 0.0, 1.0, -8.0, 1.0], vec![-0.872_983_346_207_416_9, 6.872_983_346_207_417]),
        (vec![-1e-100, 1e100], vec![1e200]),
        (vec![-1e200, 1e-100, 1e200], vec![0.0]),
        (vec![-1e-180, 3.0, -2e180], vec![1e180, 2e180]),
    ] {
        let started = Instant::now();
        let found = irr(&amounts);
        assert!(started.elapsed() < Duration::from_secs(1), "{amounts:?}");
        let found = all(&found.unwrap());
        assert_eq!(found.len(), expected.len(), "{amounts:?}: {found:?}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() <= 1e-11 * (1.0 + expected.abs()), "{amounts:?}: {found} {expected}");
        }
    }
}

fn any_amount() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-1000_i32..1000).prop_map(f64::from),
        (any::<bool>(), -308_i32..308).prop_map(|(paid, power)| if paid { -1.0 } else { 1.0 } * 10_f64.powi(power)),
        any::<f64>().prop_filter("finite", |amount| amount.is_finite()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn five_flows_of_any_size_have_no_more_roots_than_changes_of_sign(
        amounts in prop::collection::vec(any_amount(), 2..6),
    ) {
        let signs: Vec<f64> = amounts.iter().filter(|amount| **amount != 0.0).map(|amount| amount.signum()).collect();
        let changes = signs.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let started = Instant::now();
        let found = irr(&amounts);
        let most = Duration::from_millis(if cfg!(debug_assertions) { 1000 } else { 100 });
        prop_assert!(started.elapsed() < most, "{:?} took {:?}", amounts, started.elapsed());
        match found {
            Ok(found) if found.rate() > -1.0 => prop_assert!(all(&found).len() <= changes, "{:?}: {:?}", amounts, found),
            Ok(_) => prop_assert!(changes == 0),
            Err(error) => prop_assert!(
                [ErrorCode::NoRoot, ErrorCode::OneSign].contains(&error.code()), "{:?}: {}", amounts, error
            ),
        }
    }
}
