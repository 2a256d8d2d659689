"""Floor 3: from light on a sensor to the codes that it stores."""
