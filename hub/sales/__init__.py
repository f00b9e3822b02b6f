"""Receipts from tills: read line by line, kept as totals, never who bought."""
