"""Floor 0: stages and chains, windows and tiles, errors, units, resources."""
