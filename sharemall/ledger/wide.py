"""Exact products and quotients in SQL: bigint where it is wide enough, numeric where it is not."""

WIDTH = 63  # bits of a bigint beside its sign
LEAST_DIGIT = 8  # narrower digits, and numeric is faster
MOST_DIGITS = 4
# A quotient by shifting may be in doubt for one row in so many.
ROWS_A_DOUBT = 64


def muldiv(column: str, most: int, num: int, den: int) -> str:
    """SQL for ⌊column · num ÷ den⌋, exact, for a bigint column from 0 to `most`; den > 0.

    By whatever is quickest and stays within a bigint: dividing; multiplying and shifting; long
    division by hand; numeric.
    """
    if most * num // den >= 2**WIDTH:
        return _numeric(column, num, den)
    if num >= den:
        whole, rest = f"{column} * {num // den}::bigint", num % den
        return f"({whole} + {muldiv(column, most, rest, den)})" if rest else f"({whole})"
    if most * num < 2**WIDTH:
        return f"({column} * {num}::bigint / {den}::bigint)"
    return _shifted(column, most, num, den) or _divided(column, most, num, den)


def _shifted(column: str, most: int, num: int, den: int) -> str:
    """By a reciprocal of two words of k bits; num < den. "" where too many rows are in doubt.

    With m = ⌊num·2^k ÷ den⌋ and n the next k bits, y = column·m + (column·n >> k) is at most
    2 + column ÷ 2^k below column · num · 2^k ÷ den, and never above. So y >> k is the quotient
    unless y's lower k bits reach that near to 2^k; then numeric says. k is chosen so that y is
    below 2^63.
    """
    bits = WIDTH - 1 - most.bit_length()
    slack = 2 + (most >> max(bits, 0))
    if bits < 1 or slack * ROWS_A_DOUBT > 2**bits:
        return ""
    first, rest = divmod(num << bits, den)
    second = (rest << bits) // den
    y = f"({column} * {first}::bigint + ({column} * {second}::bigint >> {bits}))"
    surely = f"({y} & {2**bits - 1}::bigint) < {2**bits - slack}::bigint"
    return f"(CASE WHEN {surely} THEN {y} >> {bits} ELSE {_numeric(column, num, den)}::bigint END)"


def _divided(column: str, most: int, num: int, den: int) -> str:
    """The column is cut into digits so narrow that no step of a long division leaves a bigint."""
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
