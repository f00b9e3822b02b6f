"""Integrations: systems outside that may ask for scenes or measure. See README.md."""
