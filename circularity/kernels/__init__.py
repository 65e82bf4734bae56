"""Arrays in, arrays out: the loops that must be fast. Knows no companies, files or money."""
