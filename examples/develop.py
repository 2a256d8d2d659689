"""A raw file becomes a photograph: `python develop.py FILE PHOTOGRAPH`."""

import sys

import lichtbild

source, target = sys.argv[1:]
picture = lichtbild.develop(source, look="natural", ev=0.0)
lichtbild.save(picture, target)
