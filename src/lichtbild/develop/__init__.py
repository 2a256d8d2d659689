"""Floor 3: from what the sensor stored to the light of the scene."""
