"""Driver for light over sACN (E1.31). The library sacn is imported in this package alone."""
