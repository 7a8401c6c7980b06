"""Every rule of docs/rules.md, exact and pure: no clock, no database, no setting, no float."""
