"""Floor 2: the nouns that travel between rooms."""
