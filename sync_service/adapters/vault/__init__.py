"""The vault: payloads about persons, encrypted, their data keys kept in a store of their own (ledger-format.md §4)."""
