"""Stores' schedules: versions, drafts, templates, and what the week looks like."""
