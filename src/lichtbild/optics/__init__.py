"""The lens room: prescriptions, real rays, and what they say about the image."""
