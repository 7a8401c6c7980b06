"""Exact products and quotients in SQL: bigint where it is wide enough, numeric where it is not."""

WIDTH = 63  # bits of a bigint beside its sign
LEAST_DIGIT = 8  # narrower digits, and numeric is faster
MOST_DIGITS = 4


def muldiv(column: str, most: int, num: int, den: int) -> str:
    """SQL for ⌊column · num ÷ den⌋, exact, for a bigint column from 0 to `most`; den > 0.

    Long division by hand: the column is cut into digits so narrow that no step leaves a bigint.
    """
    if most * num // den >= 2**WIDTH:
        return _numeric(column, num, den)
    if num >= den:
        whole, rest = f"{column} * {num // den}::bigint", num % den
        return f"({whole} + {muldiv(column, most, rest, den)})" if rest else f"({whole})"
    if most * num < 2**WIDTH:
        return f"({column} * {num}::bigint / {den}::bigint)"
    digit = WIDTH - 1 - den.bit_length()
    count = -(-most.bit_length() // max(digit, 1))
    if digit < LEAST_DIGIT or count > MOST_DIGITS:
        return _numeric(column, num, den)
    return _long_division(column, digit, count, num, den)


def _long_division(column: str, digit: int, count: int, num: int, den: int) -> str:
    """The remainder of one digit goes, shifted, into the next; num < den keeps all below 2^63."""
    quotient = part = ""
    for place in reversed(range(count)):
        cut = f"({column} >> {place * digit})" if place else column
        if place < count - 1:
            cut = f"({cut} & {2**digit - 1})"
        product = f"{cut} * {num}::bigint"
        carried = f"(mod({part}, {den}::bigint) << {digit}) + " if part else ""
        part = f"({carried}{product})"
        shifted = f"({quotient} << {digit}) + " if quotient else ""
        quotient = f"({shifted}{part} / {den}::bigint)"
    return quotient


def _numeric(column: str, num: int, den: int) -> str:
    return f"div({column}::numeric * {num}, {den})"
