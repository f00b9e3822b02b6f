"""What an atmosphere is: scenes, fades, rules, layers, plans and the words spoken on the wire.

Everything here is a pure function of its arguments: no input or output, no clock, no threads.
"""
