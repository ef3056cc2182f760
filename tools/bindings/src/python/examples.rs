//! Examples of the functions, as Python's users read and run them.

/// By the name of the call.
pub const EXAMPLES: [(&str, &str); 9] = [
    (
        "identify",
        r#"
>>> identity = identify("EVduty Inc.", "SN: 0000-5555")
>>> identity.vendor_canonical, identity.serial_normalized, identity.serial_last4
('EVDUTY', '00005555', '5555')
"#,
    ),
    (
        "keyed_hash",
        r#"
>>> keyed_hash("EVduty Inc.", "5555", "sixteen bytes or more")[:16]
'a4d5ca170ebcb0a7'
"#,
    ),
    (
        "find_conflicts",
        r#"
>>> import tierra
>>> from datetime import date
>>> charger = tierra.identify("KEBA", "22004711").serial_hash
>>> year = Claim("r1", "Green Miles", charger, Period(date(2026, 1, 1), date(2026, 12, 31)), "active")
>>> late = Claim("r2", "Volt Credits", charger, Period(date(2026, 12, 31), date(2027, 6, 30)), "pending")
>>> [(found.first.public_id, found.second.public_id, str(found.shared_days.start)) for found in find_conflicts([year, late])]
[('r1', 'r2', '2026-12-31')]
"#,
    ),
    (
        "conflicts_with",
        r#"
>>> import tierra
>>> from datetime import date
>>> charger = tierra.identify("KEBA", "22004711").serial_hash
>>> old = Claim("r1", "Green Miles", charger, Period(date(2026, 1, 1), date(2026, 12, 31)), "active")
>>> new = {"public_id": "r2", "organization": "Volt Credits", "serial_hash": charger, "status": "pending",
...        "period": {"start": "2026-07-01", "end": "2027-06-30"}}
>>> conflicts_with(new, [old])[0].conflicting_registration.organization
'Green Miles'
"#,
    ),
    (
        "irr",
        r#"
>>> round(irr([-100, 39, 59, 55, 20]).rate, 12)
0.28094842116
"#,
    ),
    (
        "xirr",
        r#"
>>> found = xirr(["2015-06-11", "2015-07-21", "2015-10-17", "2018-06-10"], [-1000, -9000, -3000, 20000])
>>> round(found.rate, 11), found.other_rates
(0.16353715844, ())
"#,
    ),
    (
        "xnpv",
        r#"
>>> xnpv(0.1, ["2023-01-01", "2024-01-01"], [-1000, 1100])
0.0
"#,
    ),
    (
        "xnfv",
        r#"
>>> xnfv(0.25, ["2023-01-01", "2024-01-01"], [1000, 50])
1300.0
"#,
    ),
    (
        "summarize_portfolio",
        r#"
>>> summary = summarize_portfolio([{
...     "id": "inv_1", "project_id": "prj_sunrise_solar", "project_name": "Sunrise Solar Farm - Nevada",
...     "technology": "solar", "country": "US", "stage": "construction", "currency": "USD",
...     "amount": "500.00", "distributions_received": "42.50"}])
>>> summary.current_value, summary.return_percentage
(Decimal('542.5'), Decimal('8.5'))
"#,
    ),
];
