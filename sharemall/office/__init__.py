"""The office: who works here, in which role, by which second factor, and what each one did."""
