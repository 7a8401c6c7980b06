"""The till: payment passwords, codes, payments in person."""
