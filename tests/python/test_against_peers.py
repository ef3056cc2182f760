"""The same questions to other libraries: pyxirr and exact fractions."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from fractions import Fraction

import numpy
import pandas
import pytest
import pyxirr
import tierra
from hypothesis import assume, given, settings
from hypothesis import strategies as st

START = datetime.date(2015, 1, 1)
FLOWS = st.lists(
    st.tuples(st.integers(0, 6000), st.integers(-1_000_000, 1_000_000).map(lambda cents: cents / 100)),
    min_size=2,
    max_size=40,
)


@settings(max_examples=400, deadline=None)
@given(FLOWS)
def test_xirr_has_the_rate_of_pyxirr_among_its_roots(flows: list[tuple[int, float]]) -> None:
    dates = [START + datetime.timedelta(days=days) for days, _ in flows]
    amounts = [amount for _, amount in flows]
    try:
        theirs = pyxirr.xirr(dates, amounts) or math.nan
    except pyxirr.InvalidPaymentsError:
        theirs = math.nan
    assume(-0.999 < theirs < 1e9)
    # It also answers where the flows of a day offset one another and what is left has one sign: then there is no rate.
    net: dict[datetime.date, int] = {}
    for date, amount in zip(dates, amounts):
        net[date] = net.get(date, 0) + round(amount * 100)
    assume(min(net.values()) < 0 < max(net.values()))
    # Where pyxirr stopped at a point that is no root, the value there says so, beside what is left of each day.
    size = sum(abs(cents) / 100 * (1 + theirs) ** (-(date - min(dates)).days / 365) for date, cents in net.items())
    assume(abs(tierra.xnpv(theirs, dates, amounts)) <= 1e-9 * size)
    ours = tierra.xirr(dates, amounts, annualize_short_period=True)
    nearest = min((ours.rate, *ours.other_rates), key=lambda rate: abs(rate - theirs))
    assert nearest == pytest.approx(theirs, rel=1e-5, abs=1e-5)
    assert ours.ambiguous == bool(ours.other_rates)
    # Of the sign of the sum where there is one, and of these the nearest to zero (DECISIONS 17); beyond 10^18 nobody means it.
    total = sum(net.values())

    def rank(rate: float) -> tuple[bool, bool, float]:
        same_sign = math.copysign(bool(rate), rate) == math.copysign(bool(total), total)
        return rate > 1e18, not same_sign, abs(math.log1p(rate))

    assert all(rank(ours.rate) <= rank(rate) for rate in ours.other_rates)


def test_flows_that_offset_one_another_on_a_day_leave_one_sign() -> None:
    dates = [START, START, START + datetime.timedelta(days=287)]
    with pytest.raises(tierra.TierraError) as caught:
        tierra.xirr(dates, [0.49, -0.49, 0.01], annualize_short_period=True)
    assert (caught.value.code, caught.value.path) == ("one_sign", "flows")


@settings(max_examples=200, deadline=None)
@given(FLOWS, st.floats(-0.9, 5))
def test_xnpv_is_that_of_pyxirr(flows: list[tuple[int, float]], rate: float) -> None:
    dates = [START + datetime.timedelta(days=days) for days, _ in flows]
    amounts = [amount for _, amount in flows]
    theirs = pyxirr.xnpv(rate, sorted(dates), [amount for _, amount in sorted(zip(dates, amounts), key=lambda one: one[0])])
    size = sum(abs(amount) * (1 + rate) ** (-(date - min(dates)).days / 365) for date, amount in zip(dates, amounts))
    assert tierra.xnpv(rate, dates, amounts) == pytest.approx(theirs, rel=1e-12, abs=1e-12 * size + 1e-300)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.decimals(0, 10**9, places=7), min_size=1, max_size=30).filter(any),
)
def test_allocation_is_the_largest_remainder_by_fractions(cents: int, weights: list[Decimal]) -> None:
    total = Decimal(cents).scaleb(-2)
    parts = tierra.allocate(total, {f"{i:03}": weight for i, weight in enumerate(weights)})
    assert sum(parts.values()) == total
    exact = [Fraction(abs(cents)) * Fraction(weight) / sum(map(Fraction, weights)) for weight in weights]
    down = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (down[i] - exact[i], i))
    for i in by_remainder[: abs(cents) - sum(down)]:
        down[i] += 1
    sign = -1 if cents < 0 else 1
    assert [int(part.scaleb(2)) * sign for part in parts.values()] == down


def test_numpy_and_pandas_come_as_they_are() -> None:
    dates = ["2015-06-11", "2015-07-21", "2015-10-17", "2018-06-10"]
    amounts = [-1000.0, -9000.0, -3000.0, 20000.0]
    expected = tierra.xirr(dates, amounts)
    assert tierra.xirr(numpy.array(dates, dtype="datetime64[D]"), numpy.array(amounts)) == expected
    assert tierra.xirr(numpy.array(dates, dtype="datetime64[ns]"), numpy.array(amounts, dtype="int64")) == expected
    frame = pandas.DataFrame({"date": pandas.to_datetime(dates), "amount": amounts})
    assert tierra.xirr(frame["date"], frame["amount"]) == expected
    assert tierra.xirr(list(frame["date"]), list(frame["amount"])) == expected
    assert tierra.irr(numpy.array([-1, 2], dtype="int32")).rate == 1.0
    assert tierra.irr([numpy.int64(-1), numpy.float32(2)]).rate == 1.0
    with pytest.raises(tierra.TierraError) as caught:
        tierra.xirr(numpy.array(["2015-06-11", "NaT"], dtype="datetime64[D]"), [-1, 2])
    assert (caught.value.code, caught.value.path) == ("wrong_type", "dates[1]")
