"""Every rule of docs/rules.md, exact and pure: no clock, no database, no setting, no float.

`scheme` reads the rates, `events` checks what comes in, `apply` changes a `state` by one event,
`close` closes a day over a population (`population`: in memory), `rules` holds the arithmetic of
one account and `exact` that of whole columns, `replay` runs a journal and `report` says what came
of it.
"""
