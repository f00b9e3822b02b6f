"""Drivers for what hangs on a Raspberry Pi's pins: lights, diffusers, motion sensors.

gpiozero is imported in this package alone.
"""
