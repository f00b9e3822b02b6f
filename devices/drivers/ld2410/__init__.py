"""Driver for the LD2410 radar on a serial line. pyserial is imported in this package alone."""
