"""Tests of the play log's export."""
