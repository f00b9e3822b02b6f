"""The whole product on one machine with nothing else installed: ``stemning demo``."""
