"""Search: from a specification alone to lenses that meet it."""
