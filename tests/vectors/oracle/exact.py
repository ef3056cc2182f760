"""Exact arithmetic, and the one rounding of the contract: 28 decimal places and 96 bits, halves to even."""

from decimal import Decimal
from fractions import Fraction

from .fault import Fault


def rounded(value: Fraction) -> Fraction:
    """The value where it fits, else the nearest with as many places as fit."""
    for places in range(28, -1, -1):
        # Python rounds a fraction's halves to even.
        mantissa = round(value * 10**places)
        if abs(mantissa) < 2**96:
            return Fraction(mantissa, 10**places)
    raise Fault("out_of_range")


def product(*terms: Fraction) -> Fraction:
    """Multiplied one after the other, each product rounded where it must be."""
    answer = terms[0]
    for term in terms[1:]:
        answer = rounded(answer * term)
    return answer


def total(values) -> Fraction:
    """A sum, rounded once."""
    return rounded(sum(values, Fraction(0)))


def number(digits) -> Fraction:
    """The value of a number's digits."""
    return Fraction(Decimal(digits))


def decimal(value: Fraction) -> Decimal:
    """A value that has few enough digits, for writing."""
    return Decimal(value.numerator) / Decimal(value.denominator)
