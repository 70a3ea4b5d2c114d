"""Sync: what an audience may see, in a calendar on a CalDAV server; planned first, then done, then read back.

    desired (from the agreement) ─┐
    applied (this machine's state) ┼─► make_plan ─► Plan ─► apply_plan ─► Outcome, new state
    remote (what the server holds) ┘

`deciding` compares one series three ways, `merging` writes the text that a decision means, `plan` does it for a whole
calendar and guards it. `store` says what a calendar can do, `dav` and `calendar` do it over the network. `accounts`,
`secrets` and `oauth` know where calendars are and how to log in. Planning is pure; only `dav` and its users meet the
world, and files are opened by the caller.
"""
