"""Floor 3: from the light of the scene to a picture that pleases; all that is taste."""
