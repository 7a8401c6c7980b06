"""Every rule of docs/rules.md, exact and pure: no clock, no database, no setting, no float.

`scheme` reads the rates, `events` checks what comes in, `apply` changes a `state` by one event,
`close` closes a day over a population, `rules` holds the arithmetic of one account, `replay` runs a
journal and `report` says what came of it. In memory the `population` goes through whole `columns`
block by block: `sharing` finds who gets how much, in the arithmetic of `exact`; `batch` applies
many events of one kind at once.
"""
