"""The event journal, the double-entry ledger and the one writer."""
