"""Parts of a bench: each asks one kind of target of a found chart for all that it tells."""
