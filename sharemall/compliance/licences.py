"""What is off until an operator's licence is recorded and a second person approved it.

Licences cannot be recorded yet, so nothing of this can be switched on. Source: compliance.md,
"licence-gated".
"""


def third_party_coins() -> bool:
    """Whether merchants other than the platform's own shop may be paid with coins."""
    return False
