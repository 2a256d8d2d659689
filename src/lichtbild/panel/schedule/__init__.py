"""Schedule: which pair, or which single picture, an observer sees next."""
