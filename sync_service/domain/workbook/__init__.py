"""The office's workbook: what it shows, what is typed in it, the records that this becomes (design.md §5)."""
