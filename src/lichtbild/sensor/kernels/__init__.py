"""Fast twins of the sensor's definitions, for photographs; tests hold the one to the other."""
