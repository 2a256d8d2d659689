import warnings

with warnings.catch_warnings():
    # colour-science warns once, at its first import, that it cannot plot.
    warnings.simplefilter("ignore")
    import colour  # noqa: F401
