"""Coupons: what they take off, who pays for that, and who holds them."""
