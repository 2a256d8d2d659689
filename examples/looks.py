"""One raw file in every look, side by side: `python looks.py FILE FOLDER`."""

import sys
from pathlib import Path

import lichtbild

source, folder = sys.argv[1:]
frame = lichtbild.read(source)  # read once, developed four times

for look in ("linear", "profile", "natural", "authentic"):
    picture = lichtbild.develop(frame, look=look)
    lichtbild.save(picture, Path(folder) / f"{look}.jpg")
