"""A Stemning driver for lights that Linux knows as LEDs."""
