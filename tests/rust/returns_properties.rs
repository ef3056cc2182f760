//! What holds of returns whatever the figures are.

use proptest::prelude::*;
use tierra::chrono::TimeDelta;
use tierra::returns::{
    Allocation, CashFlow, DayTiming, LinkMethod, Rounding, Share, TieBreak, Valuation, XirrOptions, allocate_by,
    allocate_units, loan_schedule, modified_dietz, money_weighted_return, pay_out, round_amount, time_weighted_return,
    waterfall, xirr, xnpv,
};
use tierra::returns::{DayCount, Loan, Repayment, WaterfallTerms};
use tierra::{Decimal, NaiveDate, parse_date};

fn day(days: i64) -> NaiveDate {
    parse_date("2020-01-01").unwrap() + TimeDelta::days(days)
}

fn cents(range: std::ops::Range<i64>) -> impl Strategy<Value = Decimal> {
    range.prop_map(|cents| Decimal::new(cents, 2))
}

proptest! {
    #[test]
    fn the_value_is_zero_at_every_root(
        flows in prop::collection::vec((0_i64..3000, -1_000_000_i64..1_000_000), 2..12),
    ) {
        let flows: Vec<CashFlow> =
            flows.into_iter().map(|(days, cents)| CashFlow::new(day(days), cents as f64 / 100.0)).collect();
        let options = XirrOptions { annualize_short_period: true, ..XirrOptions::default() };
        let Ok(found) = xirr(&flows, options) else { return Ok(()) };
        for rate in found.other_rates().iter().copied().chain([found.rate()]) {
            // Beyond these, discounting overflows or a digit of the rate weighs more than the flows.
            if !(-0.999..1e6).contains(&rate) {
                continue;
            }
            let first = flows.iter().map(|flow| flow.date).min().unwrap();
            let size: f64 = flows
                .iter()
                .map(|flow| flow.amount.abs() * (1.0 + rate).powf(-DayCount::default().years(first, flow.date)))
                .sum();
            let value = xnpv(rate, &flows, DayCount::default()).unwrap();
            prop_assert!(value.abs() <= 1e-9 * size, "{} at {} of {}", value, rate, size);
        }
    }

    #[test]
    fn the_size_of_flows_does_not_move_a_time_weighted_return(
        returns in prop::collection::vec(-0.5_f64..0.5, 1..20),
        flows in prop::collection::vec(0.0_f64..1e6, 20),
        scale in 0.01_f64..1000.0,
    ) {
        let holding = |scale: f64| {
            let mut value = 100.0 * scale;
            let mut values = vec![Valuation::new(day(-1), value)];
            let mut paid = Vec::new();
            for (at, (rate, flow)) in (0_i64..).zip(returns.iter().zip(&flows)) {
                value = (value + flow * scale) * (1.0 + rate);
                paid.push(CashFlow::new(day(at * 10), -flow * scale));
                values.push(Valuation::new(day(at * 10), value));
            }
            time_weighted_return(&paid, &values, LinkMethod::True, DayTiming::Start).unwrap().rate
        };
        let expected = returns.iter().fold(1.0, |total, rate| total * (1.0 + rate)) - 1.0;
        prop_assert!((holding(1.0) - expected).abs() <= 1e-12 * (1.0 + expected.abs()));
        prop_assert!((holding(scale) - expected).abs() <= 1e-12 * (1.0 + expected.abs()));
    }

    #[test]
    fn all_methods_agree_where_nothing_flows(begin in 1.0_f64..1e9, end in 0.0_f64..1e9, days in 1_i64..5000) {
        let values = [Valuation::new(day(0), begin), Valuation::new(day(days), end)];
        let expected = end / begin - 1.0;
        for method in LinkMethod::ALL {
            let found = time_weighted_return(&[], &values, method, DayTiming::default()).unwrap();
            prop_assert!((found.rate - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{}: {}", method, found.rate);
        }
        let dietz = modified_dietz(values[0], values[1], &[], DayTiming::default()).unwrap();
        prop_assert!((dietz - expected).abs() <= 1e-12 * (1.0 + expected.abs()));
        let options = XirrOptions { annualize_short_period: true, ..XirrOptions::default() };
        if end > 0.0 && days >= 365 {
            let yearly = money_weighted_return(&[], &values, DayTiming::default(), options).unwrap().rate();
            let over_all = (1.0 + yearly).powf(days as f64 / 365.0) - 1.0;
            prop_assert!((over_all - expected).abs() <= 1e-9 * (1.0 + expected.abs()), "{} {}", over_all, expected);
        }
    }

    #[test]
    fn an_allocation_knows_no_order_and_its_columns_agree(
        total in -1_000_000_i64..1_000_000,
        weights in prop::collection::vec(0_u32..5, 1..12),
        turn in 0_usize..12,
        quarter in 0_u32..1000,
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let distribution = format!("dst-{quarter}");
        let shares: Vec<Share> = weights
            .iter()
            .enumerate()
            .map(|(at, weight)| Share { id: format!("h{at}"), weight: Decimal::from(*weight) })
            .collect();
        for ties in [TieBreak::ById, TieBreak::Rotating { distribution: &distribution }] {
            let parts = allocate_by(Decimal::new(total, 2), &shares, 2, ties).unwrap();
            prop_assert_eq!(parts.iter().sum::<Decimal>(), Decimal::new(total, 2));
            let mut turned = shares.clone();
            let turn = turn % turned.len();
            turned.rotate_left(turn);
            let mut again = allocate_by(Decimal::new(total, 2), &turned, 2, ties).unwrap();
            again.rotate_right(turn);
            prop_assert_eq!(&parts, &again);
            let ids: Vec<&str> = shares.iter().map(|share| share.id.as_str()).collect();
            let columns: Vec<u64> = weights.iter().map(|weight| u64::from(*weight)).collect();
            let units = allocate_units(total, &columns, &ids, ties).unwrap();
            prop_assert!(parts.iter().zip(&units).all(|(part, units)| *part == Decimal::new(*units, 2)));
        }
    }

    #[test]
    fn payouts_lose_no_cent(
        amounts in prop::collection::vec(cents(-10_000..10_000), 0..8),
        carried in prop::collection::vec(cents(-10_000..10_000), 0..8),
        minimum in cents(0..5_000),
    ) {
        let parts = |amounts: &[Decimal], from: usize| -> Vec<Allocation> {
            let part = |(at, amount): (usize, &Decimal)| Allocation { id: format!("h{}", at + from), amount: *amount };
            amounts.iter().enumerate().map(part).collect()
        };
        // Half of them are known to both.
        let payouts = pay_out(&parts(&amounts, 0), &parts(&carried, 4), minimum).unwrap();
        let came: Decimal = amounts.iter().chain(&carried).sum();
        prop_assert_eq!(payouts.iter().map(|payout| payout.paid + payout.carried).sum::<Decimal>(), came);
        prop_assert!(payouts.iter().all(|payout| payout.paid.is_zero() || payout.paid >= minimum));
    }

    #[test]
    fn a_loan_is_paid_back_to_the_cent(
        principal in cents(1..100_000_000),
        rate in 0_i64..3_000,
        instalments in 1_u32..400,
        kind in 0_usize..3,
    ) {
        let repayment = Repayment::ALL[kind];
        let annual_rate = Decimal::new(rate, 4);
        let loan = Loan { principal, annual_rate, instalments, per_year: 12, repayment, first_due: None };
        let schedule = loan_schedule(&loan).unwrap();
        prop_assert_eq!(schedule.iter().map(|row| row.principal).sum::<Decimal>(), principal);
        prop_assert!(schedule.last().unwrap().balance.is_zero());
        prop_assert!(schedule.iter().all(|row| row.payment == row.interest + row.principal && row.balance >= Decimal::ZERO));
    }

    #[test]
    fn a_waterfall_shares_all_and_no_more_than_the_carry(
        contributed in cents(0..10_000_000),
        proceeds in cents(0..30_000_000),
        preferred in 0_i64..20,
        years in 0_u32..10,
        carry in 0_i64..50,
        catch_up in 51_i64..=100,
    ) {
        let terms = WaterfallTerms {
            preferred_rate: Decimal::new(preferred, 2),
            years,
            catch_up: Decimal::new(catch_up, 2),
            carry: Decimal::new(carry, 2),
        };
        let found = waterfall(contributed, proceeds, &terms).unwrap();
        prop_assert_eq!(found.investors + found.manager, proceeds);
        let profit = (proceeds - contributed).max(Decimal::ZERO);
        // Each of the manager's three roundings may give half a cent.
        prop_assert!(found.manager <= profit * terms.carry + Decimal::new(2, 2), "{:?}", found);
    }

    #[test]
    fn a_rounded_amount_is_a_neighbour(digits in any::<i64>(), places in 0_u32..6) {
        let amount = Decimal::new(digits, 4);
        let unit = Decimal::new(1, places);
        for rounding in Rounding::ALL {
            let rounded = round_amount(amount, places, rounding).unwrap();
            prop_assert!((rounded - amount).abs() < unit, "{} {}", rounding, rounded);
            prop_assert!(rounded.scale() <= places);
        }
    }
}
