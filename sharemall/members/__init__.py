"""Who shops here: accounts and sign-in."""
