"""How reports look: HTML for reading and printing, CSV for spreadsheets, JSON for machines."""
