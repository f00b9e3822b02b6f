"""Tests of schedules in versions, drafts and templates."""
