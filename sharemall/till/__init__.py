"""The till: the payment password, codes that a member shows, payments in person at a merchant's."""
