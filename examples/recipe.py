"""Every choice kept in a file and replayed: `python recipe.py FILE FOLDER`."""

import sys
from dataclasses import replace
from pathlib import Path

import lichtbild

source, folder = sys.argv[1:]
plain = lichtbild.Recipe()
brighter = replace(plain, develop=replace(plain.develop, exposure=replace(plain.develop.exposure, ev=1.0)))

lichtbild.save_recipe(brighter, Path(folder) / "brighter.toml")
replayed = lichtbild.load_recipe(Path(folder) / "brighter.toml")
assert replayed == brighter

lichtbild.save(lichtbild.develop(source, recipe=replayed), Path(folder) / "brighter.png")
