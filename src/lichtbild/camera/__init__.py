"""Floor 4: whole cameras and whole photographs, composed from the rooms."""
