"""How each chart of the catalogue is laid out: a file for each kind of target."""
